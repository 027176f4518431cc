// What came of all tests, as a page: test/onnx/README.md.

import { folders, type Outcome } from "./cases.ts";

/** How many of each kind. */
export function countsOf(outcomes: readonly Outcome[]): Record<Outcome["kind"], number> {
  const counts = { passed: 0, "in part": 0, skipped: 0, "not ours": 0, failed: 0 };
  for (const { kind } of outcomes) counts[kind]++;
  return counts;
}

export function page(outcomes: readonly Outcome[]): string {
  return `# The tests of ONNX

${outcomes.length} tests of one operator or a few, as Debian's package libonnx-testdata has them (ONNX 1.12.0): the node
tests, and those that came from PyTorch. The runner makes of each operator a model of Layerwise through the public
interface, sets its weights, and compares what it predicts with the test's outputs (rtol 1e-3, atol 1e-7, as ONNX's
own runner does). Outside of models layouts change, weights are put together (α·B, the two biases of an RNN), and a
mean of losses is divided as theirs is. What the tests do not tell: those of the LSTM have the same weights in all
gates, and no GRU has linear_before_reset.

Written by \`LAYERWISE_ONNX_TABLE=1 npx vitest run --project simd test/onnx\`; the test compares this page with what
comes of a run.

| outcome | ${folders.join(" | ")} |
| --- | ${folders.map(() => "---:").join(" | ")} |
${summary(outcomes)}

## Passed

| operator | tests | not compared | layers |
| --- | ---: | --- | --- |
${passed(outcomes)}

## Skipped

| reason | operator | tests |
| --- | --- | --- |
${skipped(outcomes)}

## Operators that are not ours

Behind each operator the number of its tests; a test of several operators counts where the first of them stands
that is not ours.

| reason | operators |
| --- | --- |
${notOurs(outcomes)}
`;
}

const kinds = [
  ["passed", "passed"],
  ["in part", "passed but for outputs that our layers do not have"],
  ["skipped", "skipped: the operator is ours, this use of it is not"],
  ["not ours", "an operator is not ours"],
  ["failed", "failed"],
] as const;

function summary(outcomes: readonly Outcome[]): string {
  const columns = folders.map((folder) => countsOf(outcomes.filter((it) => it.folder === folder)));
  return kinds.map(([kind, text]) => row(text, ...columns.map((it) => it[kind]))).join("\n");
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
      const parts = list.flatMap((it) => (it.kind === "in part" ? [it] : []));
      const missing = unique(parts.flatMap((it) => it.missing));
      return row(
        op,
        list.length,
        missing && `${missing} in ${parts.length}`,
        unique(list.flatMap((it) => it.layers)),
      );
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
