// What the page costs while the default network trains at full speed, in headless Chromium: the time between
// frames, the longest task of the UI thread, and training's speed against the same network in a bare worker
// without views, all in one run:
//
//     npm run build && node bench/page.js

import { readFileSync } from "node:fs";
import { build } from "vite";
import { launchChromium, serveBuiltPage } from "../web/built-page.js";

const SECONDS = 6;
const ROUNDS = 3;

// The bare worker: the page's own model and data, and nothing but training.
await build({
  configFile: false,
  logLevel: "error",
  root: new URL("..", import.meta.url).pathname,
  resolve: {
    alias: { layerwise: new URL("../src/index.ts", import.meta.url).pathname },
    conditions: ["source", "module", "browser"],
  },
  build: {
    outDir: "build/bench-page",
    target: "es2022",
    assetsInlineLimit: 0,
    lib: { entry: "bench/page-bare.ts", formats: ["es"], fileName: () => "bare.js" },
  },
});

const browser = await launchChromium();
const server = await serveBuiltPage();
const { url } = server;

/** Samples a second of a worker that only trains. */
async function bare() {
  const page = await browser.newPage();
  await page.route("**/bare/**", (route) => {
    const name = new URL(route.request().url()).pathname.split("/bare/")[1];
    if (name === "") return route.fulfill({ contentType: "text/html", body: "<!doctype html>" });
    const kernel = name.endsWith(".wasm");
    return route.fulfill({
      contentType: kernel ? "application/wasm" : "text/javascript",
      body: readFileSync(kernel ? "build/layerwise.wasm" : `build/bench-page/${name}`),
    });
  });
  await page.goto(`${url}bare/`);
  const rate = await page.evaluate(
    (seconds) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("./bare.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(seconds);
      }),
    SECONDS,
  );
  await page.close();
  return rate;
}

/** The page at full speed: frames, tasks, samples a second. */
async function watched() {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await page.waitForFunction(() => document.querySelector("#strip canvas"));
  await page.getByRole("combobox", { name: "Speed" }).selectOption("full");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.waitForTimeout(1500);
  const step = () =>
    page.evaluate(() => Number(document.querySelector("[data-step]")?.getAttribute("data-step")));
  const [from, fromTime] = [await step(), performance.now()];
  const { frames, tasks } = await page.evaluate(
    (seconds) =>
      new Promise((resolve) => {
        const frames = [];
        const tasks = [];
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) tasks.push(entry.duration);
        }).observe({ type: "longtask" });
        let last = performance.now();
        const until = last + seconds * 1000;
        const tick = (now) => {
          frames.push(now - last);
          last = now;
          if (now < until) requestAnimationFrame(tick);
          else resolve({ frames: frames.slice(1), tasks });
        };
        requestAnimationFrame(tick);
      }),
    SECONDS,
  );
  const [to, toTime] = [await step(), performance.now()];
  await page.close();
  frames.sort((a, b) => a - b);
  return {
    p50: frames[Math.floor(frames.length * 0.5)],
    p95: frames[Math.floor(frames.length * 0.95)],
    worst: frames.at(-1),
    longest: Math.max(0, ...tasks),
    rate: ((to - from) * 10) / ((toTime - fromTime) / 1000),
  };
}

/** The observer is told of tasks from 50 ms on. */
const longestText = (ms) => `longest UI task ${ms === 0 ? "< 50" : ms.toFixed(0)} ms`;
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const rounds = [];
for (let i = 0; i < ROUNDS; i++) {
  const page = await watched();
  const alone = await bare();
  rounds.push({ ...page, alone, share: page.rate / alone });
  const { p50, p95, worst, longest, rate, share } = rounds.at(-1);
  console.log(
    `frame p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, worst ${worst.toFixed(1)} ms · ` +
      `${longestText(longest)} · ` +
      `${Math.round(rate).toLocaleString("en")} samples/s on the page, ${Math.round(alone).toLocaleString("en")} bare: ` +
      `${(share * 100).toFixed(0)} %`,
  );
}
console.log(
  `median: frame p95 ${median(rounds.map((it) => it.p95)).toFixed(1)} ms, ` +
    `${longestText(Math.max(...rounds.map((it) => it.longest)))}, ` +
    `training at ${(median(rounds.map((it) => it.share)) * 100).toFixed(0)} % of the bare worker's speed`,
);
await browser.close();
await server.close();
