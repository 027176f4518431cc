// A page in Chromium whose script is one of the fixtures, to be asked from here as often as need be.

import { type SiteOptions, site } from "./site.ts";

interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}
interface Page {
  goto(url: string): Promise<unknown>;
  waitForFunction(expression: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
}

const builtPage = new URL("../../../web/built-page.js", import.meta.url).href;
const { launchChromium }: { launchChromium(): Promise<Browser> } = await import(
  /* @vite-ignore */ builtPage
);

export interface OpenPage extends AsyncDisposable {
  /** What a function of the page's global `ask` comes to. Rejects if that takes more than `ms`. */
  ask<T>(name: string, argument: unknown, ms: number): Promise<T>;
}

/** Opens a site's page in a Chromium of its own. */
export async function openPage(options: SiteOptions): Promise<OpenPage> {
  const served = await site(options);
  const browser = await launchChromium();
  const dispose = async () => {
    await browser.close();
    await served[Symbol.asyncDispose]();
  };
  try {
    const page = await browser.newPage();
    await page.goto(served.url);
    await page.waitForFunction("globalThis.ask");
    return {
      async ask<T>(name: string, argument: unknown, ms: number) {
        let timer: NodeJS.Timeout | undefined;
        const silence = new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new Error(`${name}: no answer after ${ms} ms`)), ms);
        });
        const answer = page.evaluate(`ask.${name}(${JSON.stringify(argument)})`);
        answer.catch(() => {});
        try {
          return (await Promise.race([answer, silence])) as T;
        } finally {
          clearTimeout(timer);
        }
      },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
