// Training with libraries that update after each sample, or have another loss: what they share. They are
// asked only that their own loss on the first batch falls.

import type { Losses, Runner } from "../contender.ts";
import type { DeepTask, TrainTask } from "../task.ts";

export interface OwnTraining {
  /** What the loss is, and what differs. */
  readonly own: string;
  /** Trains on one sample. */
  readonly train: (sample: number) => void;
  /** The library's own loss on one sample, without an update. */
  readonly loss: (sample: number) => number;
}

/** A runner that visits the samples in order; a call is a batch's worth of them. */
export function ownTraining(
  { workload, checkedSteps }: TrainTask | DeepTask,
  { own, train, loss }: OwnTraining,
): Runner {
  const { batchSize, samples } = workload;
  const meanLoss = () => {
    let sum = 0;
    for (let sample = 0; sample < batchSize; sample++) sum += loss(sample);
    return sum / batchSize;
  };
  let next = 0;
  const run = (calls: number) => {
    for (let left = calls * batchSize; left > 0; left--) {
      train(next);
      next = next + 1 === samples ? 0 : next + 1;
    }
  };
  const before = meanLoss();
  run(checkedSteps);
  const losses: Losses = { own, before, after: meanLoss() };
  return { unitsPerCall: batchSize, run, losses };
}

/** Its rows, as arrays of their own. */
export function rowsOf(numbers: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: numbers.length / width }, (_, row) =>
    numbers.slice(row * width, (row + 1) * width),
  );
}
