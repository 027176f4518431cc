// Whether contenders compute the same thing: a rate is worth nothing otherwise. The yardstick is the bench's
// plain JavaScript in doubles, run here on the same numbers.

import type { Losses, Runner } from "./contender.ts";
import { pureJs } from "./contenders/pure-js.ts";
import type { Measured } from "./rounds.ts";
import type { Task } from "./task.ts";

/**
 * How far each checked step's loss may be off, relative to the yardstick's. Floats summed in another order
 * differ by less; another epsilon, another order of batches or a forgotten bias by more.
 */
export const LOSS_TOLERANCE = 0.002;
/** How far numbers of a result may be off, relative to the largest of them. */
export const RESULT_TOLERANCE = 1e-4;

/** What the yardstick gives. */
export function expectation(task: Task): Runner {
  const { prepare } = pureJs({ arithmetic: "f64" });
  return prepare(task) as Runner;
}

/** What is wrong with what a contender computed, one sentence each. */
export function problemsOf(
  { contender, losses, result }: Measured,
  { workload }: Task,
  expected: Runner,
): string[] {
  const where = `${workload.name}, ${contender}`;
  const problems: string[] = [];
  if (losses !== undefined) problems.push(...lossProblems(losses, expected.losses));
  if (result !== undefined && expected.result !== undefined) {
    problems.push(...resultProblems(result, expected.result));
  }
  return problems.map((problem) => `${where}: ${problem}`);
}

/** The mean over the checked steps; of an own loss what it was at the end. */
export function meanLoss(losses: Losses): number {
  if ("own" in losses) return losses.after;
  return losses.steps.reduce((sum, loss) => sum + loss, 0) / losses.steps.length;
}

function lossProblems(losses: Losses, expected: Losses | undefined): string[] {
  if ("own" in losses) {
    const { before, after } = losses;
    return after < before ? [] : [`its loss did not fall: ${before} before, ${after} after`];
  }
  if (expected === undefined || "own" in expected) return [];
  const off = losses.steps.map((loss, i) => {
    const right = expected.steps[i] ?? Number.NaN;
    return Math.abs(loss - right) / right;
  });
  // Not `>`: NaN is wrong too.
  const step = off.findIndex((it) => !(it <= LOSS_TOLERANCE));
  if (step < 0 && losses.steps.length === expected.steps.length) return [];
  const required = expected.steps[step];
  return [
    `its loss at step ${step + 1} is ${losses.steps[step]}, required ${required} within ${LOSS_TOLERANCE * 100} %: it does not train the same way`,
  ];
}

function resultProblems(result: Float32Array, expected: Float32Array): string[] {
  const largest = expected.reduce((max, it) => Math.max(max, Math.abs(it)), 0);
  const at = result.findIndex((it, i) => {
    const off = Math.abs(it - (expected[i] ?? Number.NaN));
    return !(off <= RESULT_TOLERANCE * largest);
  });
  return at < 0 ? [] : [`number ${at} of its result is ${result[at]}, required ${expected[at]}`];
}
