// npm run chart --prefix bench/peers -- results.json [chart.svg]: what main.ts wrote with --json, as a picture.

import { readFileSync, writeFileSync } from "node:fs";
import { fromCaller } from "./caller.ts";
import { toChart } from "./chart-svg.ts";
import type { Results } from "./results.ts";

const [, , input, output = "chart.svg"] = process.argv;
if (input === undefined) {
  console.error("npm run chart --prefix bench/peers -- results.json [chart.svg]");
  process.exitCode = 1;
} else {
  const results = JSON.parse(readFileSync(fromCaller(input), "utf8")) as Results;
  writeFileSync(fromCaller(output), toChart(results));
}
