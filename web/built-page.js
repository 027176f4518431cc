// The built page on a server of its own, and a headless Chromium to open it: for its tests, its measurements
// and its picture.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { preview } from "vite";

const path = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((it) => it && existsSync(it));

export const hasChromium = path !== undefined;

/** @throws Error where there is no Chromium */
export function chromiumPath() {
  if (path === undefined) throw new Error("no Chromium: install it, or set CHROMIUM");
  return path;
}

export function launchChromium() {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
  return chromium.launch({ executablePath: chromiumPath(), args });
}

/** Serves dist-web/ on loopback, at a free port. */
export async function serveBuiltPage() {
  const server = await preview({
    configFile: "web/vite.config.ts",
    logLevel: "error",
    preview: { port: 0, host: "127.0.0.1" },
  });
  return { url: server.resolvedUrls?.local[0] ?? "", close: () => server.close() };
}
