// The built page in a real headless Chromium: a server on loopback, a browser, pages of any size and theme.
// Without a browser the tests are skipped, except in CI, where they fail.

import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { type PreviewServer, preview } from "vite";
import { afterAll, beforeAll, test as plainTest } from "vitest";

const executable = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path !== undefined && existsSync(path));

const missing = executable === undefined && !process.env.CI;

/** A test that needs the browser. */
export const browserTest = plainTest.skipIf(missing);

let server: PreviewServer | undefined;
let browser: Browser | undefined;

/** Serves dist-web/ and starts the browser, for the tests of one file. */
export function useBrowser(): void {
  beforeAll(async () => {
    if (missing) return;
    if (executable === undefined) throw new Error("no Chromium: install it, or set CHROMIUM");
    server = await preview({
      configFile: "web/vite.config.ts",
      logLevel: "error",
      preview: { port: 0, host: "127.0.0.1" },
    });
    browser = await chromium.launch({
      executablePath: executable,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
}

/** Where the page is served. */
export function address(hash = ""): string {
  const url = server?.resolvedUrls?.local[0] ?? "";
  return hash === "" ? url : `${url}#${hash}`;
}

export interface PageOptions extends BrowserContextOptions {
  /** The part of the address after #. */
  readonly hash?: string;
  /** Served without the headers that isolate it. */
  readonly withoutIsolation?: boolean;
}

/** Opens the page in a fresh profile; what it prints as an error fails the test that closes it. */
export async function openPage({
  hash = "",
  withoutIsolation = false,
  ...options
}: PageOptions = {}): Promise<OpenedPage> {
  if (browser === undefined) throw new Error("no browser: call useBrowser() in the test's file");
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  if (withoutIsolation) {
    await context.route("**/*", async (route) => {
      const response = await route.fetch();
      const headers = response.headers();
      delete headers["cross-origin-opener-policy"];
      delete headers["cross-origin-embedder-policy"];
      await route.fulfill({ response, headers });
    });
  }
  await page.goto(address(hash));
  return {
    page,
    async [Symbol.asyncDispose]() {
      await context.close();
      if (problems.length > 0) throw new Error(`the page printed errors:\n${problems.join("\n")}`);
    },
  };
}

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
}
