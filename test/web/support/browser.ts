// The built page in a real headless Chromium: a server on loopback, a browser, pages of any size and theme.
// Without a browser the tests are skipped, except in CI, where they fail.

import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, test as plainTest } from "vitest";
import { hasChromium, launchChromium, serveBuiltPage } from "../../../web/built-page.js";

const missing = !hasChromium && !process.env.CI;

/** A test that needs the browser. */
export const browserTest = plainTest.skipIf(missing);

let server: Awaited<ReturnType<typeof serveBuiltPage>> | undefined;
let browser: Browser | undefined;

/** Serves dist-web/ and starts the browser, for the tests of one file. */
export function useBrowser(): void {
  beforeAll(async () => {
    if (missing) return;
    browser = await launchChromium();
    server = await serveBuiltPage();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
}

/** Where the page is served. */
export function address(): string {
  return server?.url ?? "";
}

export interface PageOptions extends BrowserContextOptions {
  /** The part of the address after #. */
  readonly hash?: string;
  /** Where it is served. Default: the preview server, as {@link address} says. */
  readonly url?: string;
}

/** Opens the page in a fresh profile; what it prints as an error fails the test that closes it. */
export async function openPage({
  hash = "",
  url = address(),
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
  await page.goto(hash === "" ? url : `${url}#${hash}`);
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
