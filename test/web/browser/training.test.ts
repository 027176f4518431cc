// The page in Chromium: it learns, and what it shows is what the library gives in Node, to the bit.

import { expect } from "vitest";
import {
  atRest,
  goTo,
  linkOf,
  openPanel,
  pause,
  play,
  probesShown,
  stepShown,
  testAccuracyShown,
} from "../support/acts.ts";
import { trainedAlone } from "../support/alone.ts";
import { openPage, browserTest as test, useBrowser } from "../support/browser.ts";

useBrowser();

test("it opens on the circles with an untrained net, and trains them to 97 % and more", async () => {
  await using opened = await openPage();
  const { page } = opened;
  const { step } = await atRest(page);
  expect(step).toBe(0);
  expect(await testAccuracyShown(page)).toBeLessThan(75);
  await page.getByRole("combobox", { name: "Speed" }).selectOption({ label: "60 epochs/s" });
  await play(page);
  await expect.poll(() => testAccuracyShown(page), { timeout: 30_000 }).toBeGreaterThanOrEqual(97);
  await pause(page);
  // It wavers on the way there; at this step it has settled, and that is the same everywhere.
  await goTo(page, 4000);
  expect(await testAccuracyShown(page)).toBeGreaterThanOrEqual(97);
});

test("its weights and its probes are those of the library in Node", async () => {
  await using opened = await openPage();
  const { page } = opened;
  await atRest(page);
  const alone = await trainedAlone();
  for (const step of [700, 3000]) {
    const { weights } = await goTo(page, step);
    await alone.to(step);
    expect(weights).toBe(alone.hash());
    const { test, train } = alone.split;
    const lens = await alone.model.lens(test, { train });
    const accuracies = lens.layers.map((it) => Math.round(it.accuracy * 100));
    expect(await probesShown(page)).toEqual(accuracies);
  }
});

test("any step of the past comes back with the weights of an unbroken run", async () => {
  await using opened = await openPage();
  const { page } = opened;
  await atRest(page);
  await page.getByRole("combobox", { name: "Speed" }).selectOption({ label: "Full speed" });
  await play(page);
  await page.waitForTimeout(1500);
  await pause(page);
  const end = (await atRest(page)).step;
  expect(end).toBeGreaterThan(10_000);
  // Ten steps spread over the run by a fixed rule, out of order.
  const steps = Array.from({ length: 10 }, (_, i) => Math.floor(((i * 0.618) % 1) * end) + i);
  const seen = new Map<number, string>();
  for (const step of steps) seen.set(step, (await goTo(page, step)).weights);
  const alone = await trainedAlone();
  for (const step of steps.toSorted((a, b) => a - b)) {
    await alone.to(step);
    expect(seen.get(step), `step ${step}`).toBe(alone.hash());
  }
});

test("a change in the past begins a branch; both can be gone back to", async () => {
  await using opened = await openPage();
  const { page } = opened;
  await atRest(page);
  const first = await goTo(page, 2000);
  await goTo(page, 500);
  const rate = page.getByRole("textbox", { name: "Learning rate" });
  await rate.fill("0.05");
  await rate.press("Enter");
  await page.getByRole("button", { name: /Branch/ }).waitFor();
  const branched = await goTo(page, 2000);
  expect(branched.weights).not.toBe(first.weights);
  await page
    .getByRole("button", { name: /Branch/ })
    .first()
    .click();
  await expect.poll(async () => (await atRest(page, 2000)).weights).toBe(first.weights);
});

test("a link opened elsewhere trains again to the same bits, and says so", async () => {
  await using opened = await openPage();
  const { page } = opened;
  await atRest(page);
  await goTo(page, 300);
  const rate = page.getByRole("textbox", { name: "Learning rate" });
  await rate.fill("0.02");
  await rate.press("Enter");
  const { weights } = await goTo(page, 900);
  const link = await linkOf(page);
  expect(link).toContain(weights);

  await using other = await openPage({ hash: link.split("#")[1] ?? "" });
  expect((await atRest(other.page, 900)).weights).toBe(weights);
  await other.page.getByText("The same bits.").waitFor();
  await play(other.page);
  await expect.poll(() => stepShown(other.page)).toBeGreaterThan(900);
  await other.page.getByText("The link's 900 steps were trained again here").waitFor();
});

test("on a long way the page shows where it is, and a pause or play ends it there", async () => {
  await using opened = await openPage({ hash: "data=circles&step=900000000" });
  const { page } = opened;
  const way = page.getByText("Training to step 900,000,000 …");
  await way.waitFor();
  const before = await stepShown(page);
  await expect.poll(() => stepShown(page)).toBeGreaterThan(before);
  await pause(page);
  const { step } = await atRest(page);
  expect(step).toBeLessThan(900_000_000);
  expect(await way.count()).toBe(0);
  await page.getByRole("button", { name: "Start again" }).click();
  await atRest(page, 0);
});

test.each(["optimizer=adam,beta1:5", "loss=categoricalCrossentropy", "edits=r99999", "data=table"])(
  "a link to a run that can't begin (%s) says why, and the page starts as usual",
  async (hash) => {
    await using opened = await openPage({ hash });
    const { page } = opened;
    await page.getByText(/This run can't begin: .*\. You see the usual start instead\./).waitFor();
    expect((await atRest(page)).step).toBe(0);
  },
);

test("a damaged link is refused in words, and the page starts as usual", async () => {
  await using opened = await openPage({ hash: "data=circles&noise=lots" });
  const { page } = opened;
  await page.getByText(/noise: required a number from 0 to 5/).waitFor();
  expect((await atRest(page)).step).toBe(0);
});

test("a weight edited by hand changes the network; start again brings the first weights back", async () => {
  await using opened = await openPage();
  const { page } = opened;
  const first = await atRest(page);
  await page.getByRole("button", { name: /^Layer 1, unit 1/ }).click();
  const weight = page.getByRole("dialog").getByRole("textbox").first();
  await weight.fill("1.5");
  await weight.press("Enter");
  await page.keyboard.press("Escape");
  await expect.poll(async () => (await atRest(page)).weights).not.toBe(first.weights);

  await page.reload();
  await goTo(page, 200);
  await page.getByRole("button", { name: "Start again" }).click();
  expect((await atRest(page, 0)).step).toBe(0);
});

test("start again returns to the same initial weights, a new seed to others", async () => {
  await using opened = await openPage();
  const { page } = opened;
  const first = await atRest(page);
  await goTo(page, 200);
  await page.getByRole("button", { name: "Start again" }).click();
  expect((await atRest(page, 0)).weights).toBe(first.weights);
  await page.getByRole("button", { name: "New seed" }).click();
  await expect.poll(async () => (await atRest(page, 0)).weights).not.toBe(first.weights);
});

test("a learning rate that is far too high ends in a NaN that names layer and step", async () => {
  const hash = "data=plane&layers=8-exponential,8-exponential&optimizer=sgd,learningRate:1000";
  await using opened = await openPage({ hash });
  const { page } = opened;
  await atRest(page);
  await play(page);
  const alert = page.getByRole("alert");
  await alert.waitFor();
  expect(await alert.innerText()).toMatch(/step \d+/);
  expect(await alert.innerText()).toMatch(/layer|loss|output/i);
});

test("all panels open", async () => {
  await using opened = await openPage();
  const { page } = opened;
  await goTo(page, 400);
  for (const name of ["Curves", "Linear against deep", "Two circles", "Health", "Speed, here"]) {
    await openPanel(page, name);
    await expect
      .poll(async () => (await page.getByRole("tabpanel").innerText()).length)
      .toBeGreaterThan(60);
  }
});
