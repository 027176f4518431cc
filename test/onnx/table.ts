// What came of all tests, as a page: test/onnx/README.md.

import type { Outcome } from "./cases.ts";

/** How many of each kind. */
export function countsOf(outcomes: readonly Outcome[]): Record<Outcome["kind"], number> {
  const counts = { passed: 0, "in part": 0, skipped: 0, "not ours": 0, failed: 0 };
  for (const { kind } of outcomes) counts[kind]++;
  return counts;
}

export function page(outcomes: readonly Outcome[]): string {
  const counts = countsOf(outcomes);
  return `# The node tests of ONNX

${outcomes.length} tests of single operators, as Debian's package libonnx-testdata has them (ONNX 1.12.0). The runner
makes of each a model of Layerwise through the public interface, sets its weights, and compares what it
predicts with the test's outputs (rtol 1e-3, atol 1e-7, as ONNX's own runner does). Only layouts change
outside of models. Written by \`LAYERWISE_ONNX_TABLE=1 npx vitest run --project simd test/onnx\`; the test
compares this page with what comes of a run.

| outcome | tests |
| --- | ---: |
| passed | ${counts.passed} |
| passed but for outputs that our layers do not have | ${counts["in part"]} |
| skipped: the operator is ours, this use of it is not | ${counts.skipped} |
| the operator is not ours | ${counts["not ours"]} |
| failed | ${counts.failed} |

## Passed

| operator | tests | not compared | layers |
| --- | ---: | --- | --- |
${passed(outcomes)}

## Skipped

| reason | operator | tests |
| --- | --- | --- |
${skipped(outcomes)}

## Operators that are not ours

Behind each operator the number of its tests; a function that is written out as several operators counts where
the first of them stands that is not ours.

| reason | operators |
| --- | --- |
${notOurs(outcomes)}
`;
}

/** In the order of their keys. */
function grouped<T>(list: readonly T[], keyOf: (it: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const it of list) groups.set(keyOf(it), [...(groups.get(keyOf(it)) ?? []), it]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

const row = (...cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
const unique = (list: readonly string[]) => [...new Set(list)].sort().join(", ");

function passed(outcomes: readonly Outcome[]): string {
  const all = outcomes.flatMap((it) => (it.kind === "passed" || it.kind === "in part" ? [it] : []));
  return grouped(all, (it) => it.op)
    .map(([op, list]) => {
      const missing = list.flatMap((it) => (it.kind === "in part" ? it.missing : []));
      return row(op, list.length, unique(missing), unique(list.flatMap((it) => it.layers)));
    })
    .join("\n");
}

function skipped(outcomes: readonly Outcome[]): string {
  const all = outcomes.flatMap((it) => (it.kind === "skipped" ? [it] : []));
  return grouped(all, (it) => `${it.reason} | ${it.op}`)
    .map(([key, list]) => row(key, unique(list.map((it) => it.name.replace("test_", "")))))
    .join("\n");
}

function notOurs(outcomes: readonly Outcome[]): string {
  const all = outcomes.flatMap((it) => (it.kind === "not ours" ? [it] : []));
  return grouped(all, (it) => it.reason)
    .map(([reason, list]) => {
      const ops = grouped(list, (it) => it.op).map(([op, its]) => `${op} ${its.length}`);
      return row(reason, ops.join(", "));
    })
    .join("\n");
}
