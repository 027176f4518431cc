// What visitors do on the page, and what they see of where training stands.

import type { Page } from "playwright-core";

/** Where the page says that training stands, once it rests. */
export interface Rest {
  readonly step: number;
  /** SHA-256 of the weights. */
  readonly weights: string;
}

/** Waits until training rests, at `step` if given. */
export async function atRest(page: Page, step?: number): Promise<Rest> {
  const at = step === undefined ? "" : `[data-step="${step}"]`;
  const main = page.locator(`main[data-weights]${at}`);
  await main.waitFor({ timeout: 30_000 });
  return main.evaluate((it) => ({
    step: Number(it.dataset.step),
    weights: it.dataset.weights ?? "",
  }));
}

/** Where it stands, at rest or not. */
export async function stepShown(page: Page): Promise<number> {
  return Number(await page.locator("main").getAttribute("data-step"));
}

export const play = (page: Page) => page.getByRole("button", { name: "Play", exact: true }).click();
export const pause = (page: Page) =>
  page.getByRole("button", { name: "Pause", exact: true }).click();

/** Types a step into the dock's field, and waits until it is there. */
export async function goTo(page: Page, step: number): Promise<Rest> {
  const field = page.getByLabel("Step", { exact: true }).and(page.locator("input"));
  await field.fill(String(step));
  await field.press("Enter");
  return atRest(page, step);
}

/** The probes' accuracies as the strip shows them, in percent, the input first. */
export async function probesShown(page: Page): Promise<number[]> {
  const texts = await page.locator("#strip .score").allInnerTexts();
  return texts.map((it) => Number.parseFloat(it));
}

export async function testAccuracyShown(page: Page): Promise<number> {
  const text = await page.locator("dl", { hasText: "Test accuracy" }).innerText();
  return Number.parseFloat(/Test accuracy\s*([\d.]+)/.exec(text)?.[1] ?? "NaN");
}

/** Opens a panel by its tab. */
export async function openPanel(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name }).click();
}

/** The link that the share panel offers. */
export async function linkOf(page: Page): Promise<string> {
  await openPanel(page, "Share and keep");
  return page.getByRole("textbox", { name: "Link to this run" }).inputValue();
}
