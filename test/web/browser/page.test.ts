// The page in Chromium, as a page: accessible, small, offline, without isolation, in any size.

import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { atRest, goTo, openPanel } from "../support/acts.ts";
import { address, openPage, browserTest as test, useBrowser } from "../support/browser.ts";
import { plainHost } from "../support/plain-host.ts";

useBrowser();

const axeSource = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface Violation {
  readonly id: string;
  readonly nodes: readonly {
    readonly target: readonly string[];
    readonly failureSummary: string;
  }[];
}

/** What axe-core finds against WCAG 2.2 AA and its best practices. */
async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axeSource });
  const found = await page.evaluate(async () => {
    type Axe = { run(options: object): Promise<{ violations: Violation[] }> };
    const { axe } = window as unknown as { axe: Axe };
    // Of what passes, it need not list every node.
    return (await axe.run({ resultTypes: ["violations"] })).violations;
  });
  return found.flatMap(({ id, nodes }) =>
    nodes.map((it) => `${id}: ${it.target.join(" ")}: ${it.failureSummary}`),
  );
}

const views = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["reduced motion", { reducedMotion: "reduce" }],
  ["320 px wide", { viewport: { width: 320, height: 640 } }],
] as const;

test.each(views)("axe-core finds nothing to object to: %s", async (_, options) => {
  // Its script comes from outside the page's policy.
  await using opened = await openPage({ ...options, bypassCSP: true });
  const { page } = opened;
  await goTo(page, 400);
  expect(await violations(page)).toEqual([]);
  for (const name of ["Linear against deep", "Two circles", "Health", "Speed", "Share"]) {
    await openPanel(page, name);
    await page.waitForTimeout(400);
    expect(await violations(page), name).toEqual([]);
  }
  await page.getByRole("button", { name: "Tour" }).click();
  await page.waitForTimeout(400);
  expect(await violations(page), "tour").toEqual([]);
});

const sizes = [
  [1440, 900],
  [1024, 768],
  [390, 844],
  [320, 640],
] as const;

test.each(sizes)("nothing hangs over at %i × %i", async (width, height) => {
  await using opened = await openPage({ viewport: { width, height } });
  const { page } = opened;
  await atRest(page);
  const scroll = () => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await scroll()).toBeLessThanOrEqual(width);
  for (const name of ["Linear against deep", "Two circles", "Health", "Speed", "Share"]) {
    await openPanel(page, name);
    await page.waitForTimeout(200);
    expect(await scroll(), name).toBeLessThanOrEqual(width);
  }
});

test("by keyboard the layers are one step away, and nothing with the focus hides under the dock", async () => {
  await using opened = await openPage();
  const { page } = opened;
  const { weights } = await goTo(page, 80);
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    scrollTo(0, 0);
  });
  await page.getByRole("link", { name: "Skip to the layers" }).focus();
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("strip");
  expect((await atRest(page, 80)).weights).toBe(weights);

  for (let i = 0; i < 90; i++) {
    await page.keyboard.press("Tab");
    const hidden = await page.evaluate(() => {
      const focused = document.activeElement;
      const dock = document.querySelector("section[aria-label='Time']");
      if (!focused || !dock || focused === document.body || dock.contains(focused))
        return undefined;
      const [box, top] = [focused.getBoundingClientRect(), dock.getBoundingClientRect().top];
      return box.height > 0 && box.top >= top ? focused.outerHTML.slice(0, 120) : undefined;
    });
    expect(hidden).toBeUndefined();
  }
});

test("the first load weighs at most 150 KB gzipped, and nothing comes from elsewhere", async () => {
  // What the service worker fetches for later visits comes after it, and does not count.
  await using opened = await openPage({ serviceWorkers: "block" });
  const { page } = opened;
  const asked = new Set<string>();
  page.context().on("request", (request) => asked.add(request.url()));
  await page.reload();
  await atRest(page);
  let total = 0;
  for (const url of asked) {
    expect(url.startsWith(address()), url).toBe(true);
    const body = await (await fetch(url)).arrayBuffer();
    total += gzipSync(new Uint8Array(body), { level: 9 }).length;
  }
  // All of it was seen: the page, its script and style, the worker's script and the kernel.
  for (const part of [/\/$/, /index.*\.js$/, /\.css$/, /worker.*\.js$/, /\.wasm$/]) {
    expect(
      [...asked].some((it) => part.test(it)),
      String(part),
    ).toBe(true);
  }
  if (process.env.LAYERWISE_TEST_FIGURES) console.log(`first load: ${total} bytes gzipped`);
  expect(total).toBeLessThanOrEqual(150 * 1024);
});

test("after the first visit it runs offline", async () => {
  await using opened = await openPage();
  const { page } = opened;
  await atRest(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await atRest(page);
  await page.context().setOffline(true);
  await page.reload();
  const { step } = await goTo(page, 100);
  expect(step).toBe(100);
  await openPanel(page, "Health");
  await expect
    .poll(async () => (await page.getByRole("tabpanel").innerText()).length)
    .toBeGreaterThan(60);
  await page.context().setOffline(false);
});

test("any static host will do: in a folder, without isolation, on one thread, to the same bits", async () => {
  await using isolated = await openPage();
  const { weights } = await goTo(isolated.page, 300);
  expect(await isolated.page.evaluate(() => crossOriginIsolated)).toBe(true);

  await using host = await plainHost();
  await using opened = await openPage({ url: host.url });
  const { page } = opened;
  expect((await goTo(page, 300)).weights).toBe(weights);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await openPanel(page, "Speed");
  await page
    .getByText(/one thread/i)
    .first()
    .waitFor();
});
