// What the library must be able to learn, learned: each experiment, what it measured, and whether that clears
// its bar. Ends with 1 if one does not. Needs a build.
//
//     npm run build:kernel && npm run build:host && node bench/learning/index.js [--only name,name]

import { performance } from "node:perf_hooks";

/** In this order. Each exports its `name`, and `run`, which gives rows of the report. */
const FILES = [
  "digits",
  "parity",
  "adding",
  "characters",
  "denoising",
  "boltzmann",
  "pretraining",
  "variational",
  "faces",
];

const at = process.argv.indexOf("--only");
const only = at < 0 ? FILES : (process.argv[at + 1]?.split(",") ?? [""]);
if (!only.every((it) => FILES.includes(it))) {
  console.error(`--only takes names of experiments: ${FILES.join(",")}`);
  process.exit(2);
}

const verdict = (holds) => (holds === undefined ? "" : holds ? "pass" : "FAIL");
const line = (cells) => console.log(`| ${cells.join(" | ")} |`);

function number(value) {
  if (typeof value !== "number" || Number.isInteger(value)) return `${value}`;
  return `${Number(value.toPrecision(4))}`;
}

line(["experiment", "measured", "value", "bar", "", "seconds"]);
line(["---", "---", "---:", "---:", "---", "---:"]);
let missed = 0;
const begin = performance.now();
for (const file of FILES.filter((it) => only.includes(it))) {
  const { name, run } = await import(`./${file}.js`);
  const start = performance.now();
  const rows = await run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  rows.forEach(({ what, value, sign, bar, holds }, i) => {
    const [first, took] = i === 0 ? [name, seconds] : ["", ""];
    const required = sign ? `${sign} ${number(bar)}` : "";
    line([first, what, number(value), required, verdict(holds), took]);
    if (holds === false) missed++;
  });
}
const total = ((performance.now() - begin) / 1000).toFixed(1);
console.log(
  `\n${missed === 0 ? "Every bar is cleared" : `Bars missed: ${missed}`}, in ${total} s.`,
);
process.exitCode = missed === 0 ? 0 : 1;
