// The page in Chromium: data of the visitor's own, drawn and read.

import type { Page } from "playwright-core";
import { expect } from "vitest";
import { defaultSettings } from "../../../web/src/recipe.ts";
import { atRest, play } from "../support/acts.ts";
import { openPage, browserTest as test, useBrowser } from "../support/browser.ts";

useBrowser();

const { samples } = defaultSettings.data;

/** All points as the page saves them: a header, then a row each. */
async function rows(page: Page): Promise<string[]> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as CSV" }).click();
  const stream = await (await download).createReadStream();
  let text = "";
  for await (const part of stream) text += part;
  return text.trim().split(/\r?\n/).slice(1);
}

const map = (page: Page) => page.getByRole("application", { name: "Map of the points" });

test("points are drawn with the pointer, also while a network trains", async () => {
  await using opened = await openPage();
  const { page } = opened;
  await atRest(page);
  expect(await rows(page)).toHaveLength(samples);
  await play(page);
  await page.locator("label", { hasText: "Add" }).first().click();
  await map(page).click({ position: { x: 60, y: 60 } });
  await map(page).click({ position: { x: 120, y: 90 } });
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await expect.poll(async () => (await rows(page)).length).toBe(samples + 2);
  expect((await atRest(page)).step).toBeGreaterThan(0);
});

test("points are drawn by touch on a phone", async () => {
  await using opened = await openPage({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const { page } = opened;
  await atRest(page);
  await page.locator("label", { hasText: "Add" }).first().tap();
  await map(page).tap({ position: { x: 80, y: 80 } });
  await expect.poll(async () => (await rows(page)).length).toBe(samples + 1);
});

test("points are drawn and deleted by keyboard", async () => {
  await using opened = await openPage();
  const { page } = opened;
  await atRest(page);
  await page.getByRole("radio", { name: "Add" }).focus();
  await page.keyboard.press("Space");
  await map(page).focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await rows(page)).length).toBe(samples + 1);
  await map(page).focus();
  await page.keyboard.press("Delete");
  await page.keyboard.press("Delete");
  await expect.poll(async () => (await rows(page)).length).toBe(samples - 1);
});

async function openTable(page: Page, text: string): Promise<void> {
  await page.getByRole("button", { name: "Your table" }).click();
  await page.getByRole("dialog").getByRole("textbox").first().fill(text);
}

const good = Array.from({ length: 60 }, (_, i) => {
  const x = Math.sin(i * 1.7) * 2;
  const y = Math.cos(i * 2.3) * 2;
  return `${x.toFixed(3)},${y.toFixed(3)},${x + y > 0 ? "up" : "down"}`;
}).join("\n");

test("a table of one's own is learned", async () => {
  await using opened = await openPage();
  const { page } = opened;
  await atRest(page);
  await openTable(page, `width,height,kind\n${good}\n`);
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /Use|Learn/ })
    .click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(async () => (await rows(page)).length).toBe(60);
  await play(page);
  await expect
    .poll(() => page.locator("main").getAttribute("data-step").then(Number), { timeout: 10_000 })
    .toBeGreaterThan(50);
});

test("a table that is wrong is refused with its line", async () => {
  await using opened = await openPage();
  const { page } = opened;
  await atRest(page);
  await openTable(page, `width,height,kind\n${good}\n1.0,2.0\n`);
  await page
    .getByRole("dialog")
    .getByText(/line 62/)
    .first()
    .waitFor();
});

test("a CSV file dropped on the page opens the table's window with it", async () => {
  await using opened = await openPage();
  const { page } = opened;
  await atRest(page);
  const transfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "mine.csv", { type: "text/csv" }));
    return data;
  }, `width,height,kind\n${good}\n`);
  await page.dispatchEvent("main", "dragenter", { dataTransfer: transfer });
  await page.dispatchEvent("main", "dragover", { dataTransfer: transfer });
  await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
  await page.getByRole("dialog").getByText(/60/).first().waitFor();
});
