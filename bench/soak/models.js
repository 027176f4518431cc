// Models made, trained a step and dropped without dispose(), half of them on threads: what they took of
// linear memory is given back to the byte, and the process does not grow. Ends with 1 if not. Needs a build.
//
//     node bench/soak/models.js [models, 10000]

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { engine as makeEngine } from "layerwise";
import { after, classifier, noise } from "./common.js";

const [count = 10_000] = process.argv.slice(2).map(Number);
/** So many are dropped between two collections. */
const AT_ONCE = 50;
/** What the process may have grown by from its first report to its last. */
const GROWTH_MB = 30;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

const kinds = [
  { engine: await makeEngine({ threads: 1 }), widths: [2, 8, 8, 3], batchSize: 10, threads: 1 },
  // A step of this is worth two threads.
  {
    engine: await makeEngine({ threads: 2 }),
    widths: [64, 128, 128, 10],
    batchSize: 128,
    threads: 2,
  },
].map((it) => ({
  ...it,
  data: noise({ samples: 256, inputs: it.widths[0], classes: it.widths.at(-1) }),
}));

async function once({ engine, widths, data, batchSize }, seed) {
  const model = await classifier(widths, { engine, seed });
  const { step } = await model.step(1, { data, batchSize });
  if (step !== 1) throw new Error(`it is at step ${step}`);
}

const states = () =>
  kinds.map(({ engine: { arena } }) => ({ used: arena.used, blocks: arena.blocks.size }));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** Collects until nothing of linear memory is left in use, or for so long that it never will be. */
async function settle(wanted) {
  for (let i = 0; i < 200 && !same(states(), wanted); i++) {
    collect();
    await after(i < 20 ? 0 : 5);
  }
  return same(states(), wanted);
}

const MB = 2 ** 20;
function report(made) {
  collect();
  const { rss, heapUsed } = process.memoryUsage();
  const linear = kinds.map(({ engine }) => engine.report().memory);
  const used = linear.map((it) => it.used).join(" + ");
  const bytes = linear.map((it) => (it.bytes / MB).toFixed(1)).join(" + ");
  console.log(
    `${String(made).padStart(6)} models: RSS ${(rss / MB).toFixed(1)} MB, heap ${(heapUsed / MB).toFixed(1)} MB, linear memory ${bytes} MB, ${used} bytes in use`,
  );
  return rss / MB;
}

const start = states();
const begin = performance.now();
const reports = [];
report(0);
for (let made = 0; made < count; made++) {
  await once(kinds[made % kinds.length], made);
  if ((made + 1) % AT_ONCE === 0) await settle(start);
  if ((made + 1) % 1000 === 0) reports.push(report(made + 1));
}
const settled = await settle(start);
reports.push(report(count));
const ran = kinds.map(({ engine, threads }) => engine.report().started === threads > 1);
for (const { engine } of kinds) await engine.dispose();

const growth = (reports.at(-1) ?? 0) - (reports[0] ?? 0);
const problems = [
  !settled &&
    `linear memory began as ${JSON.stringify(start)}, ended as ${JSON.stringify(states())}`,
  growth > GROWTH_MB && `the process grew by ${growth.toFixed(1)} MB`,
  ran.includes(false) && "the large ones did not run on threads, or the small ones did",
].filter(Boolean);
console.log(
  `${count} models in ${((performance.now() - begin) / 1000).toFixed(1)} s: linear memory ${settled ? "as at its start, to the byte" : "leaks"}; RSS ${growth >= 0 ? "+" : ""}${growth.toFixed(1)} MB from the first thousand to the end`,
);
for (const it of problems) console.log(it);
process.exit(problems.length > 0 ? 1 : 0);
