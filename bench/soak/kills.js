// Workers killed at random moments of a training on three threads: each time a typed error, the weights
// of a whole step, and a next fit on new threads. Ends with 1 if one of that fails. Needs a build.
//
//     node bench/soak/kills.js [kills, 100] [seed, 1] [--reading] [--starting]
//
// --reading: weights are read right after each kill, before this process can know of it.
// --starting: ten more are killed before they have started, each on an engine of its own.

import { Worker } from "node:worker_threads";
import { engine as makeEngine } from "layerwise";
import {
  after,
  classifier,
  HANGS,
  hashWeights,
  noise,
  outcome,
  quantile,
  random,
} from "./common.js";

const args = process.argv.slice(2);
const [kills = 100, seed = 1] = args.filter((it) => !it.startsWith("--")).map(Number);
const [reading, starting] = ["--reading", "--starting"].map((it) => args.includes(it));
const THREADS = 3;
const LIMIT_MS = 500;
/** Who has not ended by then never will. */
const HANG_MS = 10_000;
const WIDTHS = [784, 128, 64, 10];
const BATCH = 50;

// What is done to a worker from here gives the library no word.
let workers = [];
const { postMessage } = Worker.prototype;
Worker.prototype.postMessage = function (...args) {
  workers.push(this);
  return postMessage.apply(this, args);
};

const next = random(seed);
const problems = [];
let round = 0;
const check = (holds, problem) => {
  if (!holds) problems.push(`kill ${round}: ${problem}`);
};

const data = noise({ samples: 600, inputs: WIDTHS[0], classes: 10 });
const engine = await makeEngine({ threads: THREADS });
const alone = await makeEngine({ threads: 1 });
const model = await classifier(WIDTHS, { engine });
/** The same training, never broken, on one thread. */
const reference = await classifier(WIDTHS, { engine: alone });
await reference.step(0, { data, batchSize: BATCH });

async function checkWeights(when) {
  const { step } = model.position;
  await reference.step(step - reference.position.step);
  check(hashWeights(model) === hashWeights(reference), `other weights at step ${step}, ${when}`);
}

/** Waits to any fraction of a millisecond: timers alone come on whole ones. */
async function moment(ms) {
  const end = performance.now() + ms;
  await after(Math.floor(ms));
  while (performance.now() < end);
}

/** Takes a worker away that may not have started yet. */
async function killStarting() {
  const own = await makeEngine({ threads: THREADS });
  const net = await classifier(WIDTHS, { engine: own });
  workers = [];
  const start = performance.now();
  const fit = net.fit(data, { epochs: 1, batchSize: BATCH });
  fit.catch(() => {});
  while (workers.length < THREADS) await after(0);
  await moment(next() * 30);
  workers[Math.floor(next() * THREADS)].terminate();
  const ended = await outcome(fit, HANG_MS);
  const ms = performance.now() - start;
  if (ended === HANGS) hangs++;
  const fine = ended !== HANGS && (!ended.error || ended.error.code === "threadLost");
  check(fine && ms < 2 * LIMIT_MS, `after ${ms.toFixed(0)} ms: ${ended.error ?? "hangs or late"}`);
  await outcome(net.fit(data, { epochs: 1, batchSize: BATCH }), HANG_MS);
  const { started, why } = own.report();
  check(started, `killed as it started, the next fit ran here: ${why}`);
  await own.dispose();
}

/**
 * Waits for a fit to end. One that was between two dispatches goes on, on new threads, and has lost nothing:
 * then it is asked to end.
 */
async function endOf(fit, controller) {
  let over = false;
  const end = () => {
    over = true;
  };
  fit.then(end, end);
  while (!over) {
    if (workers.length > THREADS && engine.report().started) controller.abort();
    await after(1);
  }
  return fit;
}

const times = [];
let wentOn = 0;
let hangs = 0;
const begin = performance.now();
for (round = 1; round <= kills; round++) {
  const controller = new AbortController();
  const fit = model.fit(data, { epochs: 1e6, batchSize: BATCH, signal: controller.signal });
  fit.catch(() => {});
  const { step: before } = model.position;
  while (model.position.step === before) await after(1);
  workers = workers.slice(-THREADS);
  await moment(next() * 60);
  // Weights were read in half of the rounds: settling is then part of what is interrupted.
  if (next() < 0.5) model.getWeights();
  const victim = workers[Math.floor(next() * THREADS)];
  const start = performance.now();
  victim.terminate();
  if (reading) await outcome((async () => model.getWeights())(), HANG_MS);
  const ended = await outcome(endOf(fit, controller), HANG_MS);
  if (ended === HANGS) {
    hangs++;
    check(false, "the fit hangs");
    break;
  }
  const ms = performance.now() - start;
  if (ended.value?.stopped === "signal") wentOn++;
  else {
    times.push(ms);
    check(ended.error?.code === "threadLost", `ended with ${ended.error ?? "no error"}`);
    check(ms <= LIMIT_MS, `the error took ${ms.toFixed(0)} ms`);
  }
  await checkWeights("after the error");
  const again = await outcome(model.fit(data, { epochs: 1, batchSize: BATCH }), HANG_MS);
  if (again === HANGS) hangs++;
  check(again !== HANGS && !again.error, `the next fit: ${again.error ?? "hangs"}`);
  const report = engine.report();
  check(report.started && report.threads === THREADS, `the next fit ran here: ${report.why}`);
  await checkWeights("after the next fit");
}
if (starting) for (; round <= kills + 10; round++) await killStarting();
if (hangs === 0) model.dispose();
check(
  hangs > 0 || engine.report().memory.used === 0,
  `${engine.report().memory.used} bytes are still in use`,
);
await Promise.all([engine.dispose(), alone.dispose()]);

const figure = (ms) => `${ms.toFixed(1)} ms`;
console.log(
  `${times.length + wentOn} workers of ${THREADS} killed in ${((performance.now() - begin) / 1000).toFixed(1)} s (seed ${seed}): ${hangs} hangs, ${wentOn} fits that went on; to the error: median ${figure(quantile(times, 0.5))}, p95 ${figure(quantile(times, 0.95))}, worst ${figure(Math.max(...times))}; ${reference.position.step} steps compared`,
);
for (const it of problems) console.log(it);
process.exit(problems.length > 0 ? 1 : 0);
