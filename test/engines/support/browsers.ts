// Chromium and Firefox, without a window. Started once for the tests of a file, and ended with them.

import { existsSync } from "node:fs";
import { afterAll } from "vitest";
import { figures } from "./figures.ts";
import type { Result, Run } from "./results.ts";
import { type SiteOptions, site } from "./site.ts";
import { installed, requirePackage } from "./terminal.ts";

/** What is used of them, by playwright's and puppeteer's common names. */
interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}
interface Page {
  goto(url: string): Promise<unknown>;
  close(): Promise<void>;
}
interface Chromium {
  readonly hasChromium: boolean;
  launchChromium(): Promise<Browser>;
}
interface Puppeteer {
  launch(options: Readonly<Record<string, unknown>>): Promise<Browser>;
}

const builtPage = new URL("../../../web/built-page.js", import.meta.url).href;
const { hasChromium, launchChromium }: Chromium = await import(/* @vite-ignore */ builtPage);

const firefox = [
  process.env.FIREFOX,
  "/usr/bin/firefox-esr",
  "/usr/bin/firefox",
  "/Applications/Firefox.app/Contents/MacOS/firefox",
].find((it) => it && existsSync(it));

export { hasChromium };
export const hasFirefox = firefox !== undefined && installed;

async function launchFirefox(): Promise<Browser> {
  if (firefox === undefined) throw new Error("no Firefox: install it, or set FIREFOX");
  const puppeteer: Puppeteer = requirePackage("puppeteer-core");
  return puppeteer.launch({ browser: "firefox", executablePath: firefox, headless: true });
}

const launched = new Map<BrowserName, Promise<Browser>>();
const launchers = { Chromium: launchChromium, Firefox: launchFirefox };
export type BrowserName = keyof typeof launchers;

/** Ends what {@link runOn} has started. */
export function useBrowsers(): void {
  afterAll(async () => {
    for (const it of launched.values())
      await it.then(
        (browser) => browser.close(),
        () => {},
      );
    launched.clear();
  });
}

/** Opens a site's page in a browser and gives what came of the runs. */
export async function runOn(
  name: BrowserName,
  options: SiteOptions,
  runs: readonly Run[] | ((url: string) => readonly Run[]),
): Promise<readonly Result[]> {
  const browser = launched.get(name) ?? launchers[name]();
  launched.set(name, browser);
  await using it = await site(options);
  const page = await (await browser).newPage();
  try {
    const answer = it.answer();
    // It may fail before the page has loaded, when nobody waits for it yet.
    answer.catch(() => {});
    await page.goto(it.page(typeof runs === "function" ? runs(it.url) : runs));
    const results = await answer;
    figures(name, results);
    return results;
  } finally {
    await page.close();
  }
}
