// Makes strip.png, the README's picture: the page's own picture of the strip, after so many steps of the
// default network.
//
//     npm run build && node web/picture.js

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { preview } from "vite";

const STEP = "4000";
const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium"].find(
  (it) => it && existsSync(it),
);
if (!executablePath) throw new Error("no Chromium: install it, or set CHROMIUM");

const server = await preview({
  configFile: "web/vite.config.ts",
  logLevel: "error",
  preview: { port: 0 },
});
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(server.resolvedUrls.local[0]);
await page.locator("main[data-weights]").waitFor();
const step = page.getByRole("spinbutton", { name: "Step", exact: true });
await step.fill(STEP);
await step.press("Enter");
await page.locator(`main[data-weights][data-step="${STEP}"]`).waitFor();
await page.getByRole("tab", { name: "Share and keep" }).click();
const download = page.waitForEvent("download");
await page.getByRole("button", { name: "Picture (PNG)" }).click();
await (await download).saveAs("web/strip.png");
await browser.close();
await server.close();
