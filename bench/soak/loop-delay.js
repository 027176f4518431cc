// How long the event loop waits while a fit trains at full speed: the time between two timers that are 1 ms
// apart, by monitorEventLoopDelay. Ends with 1 if a p99 is above the bar. Needs a build.
//
//     node bench/soak/loop-delay.js [seconds, 3]

import { monitorEventLoopDelay } from "node:perf_hooks";
import { engine as makeEngine } from "layerwise";
import { classifier, noise } from "./common.js";

const [seconds = 3] = process.argv.slice(2).map(Number);
const BAR_MS = 16;

const cases = [
  { widths: [784, 256, 128, 10], batchSize: 64, samples: 6400 },
  { widths: [1024, 1024, 1024, 10], batchSize: 128, samples: 2560 },
  { widths: [2, 8, 8, 1], batchSize: 10, samples: 500 },
];
const threadCounts = ["auto", 1];

async function measure({ widths, batchSize, samples }, threads) {
  const engine = await makeEngine({ threads });
  const classes = Math.max(2, widths.at(-1));
  const data = noise({ samples, inputs: widths[0], classes });
  const model = await classifier(widths, { engine });
  await model.fit(data, { epochs: 1, batchSize });
  const delays = monitorEventLoopDelay({ resolution: 1 });
  let taken = 0;
  let begun = 0;
  let before = 0;
  const called = performance.now();
  const { stopped } = await model.fit(data, {
    epochs: 1e9,
    batchSize,
    signal: AbortSignal.timeout(seconds * 1000),
    callbacks: {
      // Taking the data in comes before, at once: what is measured is the training.
      onTrainBegin() {
        begun = performance.now();
        taken = begun - called;
        before = model.position.step;
        delays.enable();
      },
    },
  });
  delays.disable();
  if (stopped !== "signal") throw new Error(`it ended by ${stopped}`);
  const rate = ((model.position.step - before) * batchSize * 1000) / (performance.now() - begun);
  const onThreads = engine.report().started ? engine.report().threads : 1;
  await engine.dispose();
  const ms = (nanoseconds) => nanoseconds / 1e6;
  const [p50, p99] = [50, 99].map((it) => ms(delays.percentile(it)));
  return { net: widths.join("-"), threads: onThreads, rate, p50, p99, max: ms(delays.max), taken };
}

const rows = [];
for (const it of cases) {
  for (const threads of threadCounts) rows.push(await measure(it, threads));
}
console.log(
  "net                  threads   samples/s    p50 ms    p99 ms    max ms   taking in ms",
);
for (const { net, threads, rate, p50, p99, max, taken } of rows) {
  const times = [p50, p99, max].map((it) => it.toFixed(2).padStart(10)).join("");
  console.log(
    `${net.padEnd(20)} ${String(threads).padStart(7)} ${rate.toFixed(0).padStart(11)}${times} ${taken.toFixed(1).padStart(14)}`,
  );
}
process.exit(rows.every(({ p99 }) => p99 <= BAR_MS) ? 0 : 1);
