// What a run comes to, as it is written to JSON and read back for the chart.

import { gemmFlops } from "../workloads.ts";
import { meanLoss } from "./check.ts";
import type { Absent, Measured } from "./rounds.ts";
import type { Task } from "./task.ts";

export interface Results {
  readonly machine: Machine;
  /** Versions by library. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly PeerRow[];
  readonly absent: readonly (Absent & { readonly workload: string })[];
  /** What the check found wrong. */
  readonly problems: readonly string[];
}

export interface Machine {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly date: string;
  readonly clock: "wall time" | "CPU time";
}

/** One contender on one workload. */
export interface PeerRow {
  readonly workload: string;
  readonly contender: string;
  readonly perSecond: number;
  readonly unit: "samples" | "products";
  /** Products only. */
  readonly gflops?: number;
  /** To layerwise in the same rounds. */
  readonly ratio?: number;
  /** Trainings only: the mean over the checked steps, or a loss of its own. */
  readonly loss?: PeerLoss;
}

export interface PeerLoss {
  readonly mean: number;
  /** What it is, where it is not the workload's. */
  readonly own?: string;
  /** With `own`: the first batch's, before the checked steps. */
  readonly before?: number;
}

export function toRow(
  { contender, perSecond, ratio, losses }: Measured,
  { workload }: Task,
): PeerRow {
  const gemm = workload.kind === "gemm";
  return {
    workload: workload.name,
    contender,
    perSecond,
    unit: gemm ? "products" : "samples",
    ...(gemm && { gflops: (perSecond * gemmFlops(workload)) / 1e9 }),
    ...(ratio !== undefined && { ratio }),
    ...(losses && {
      loss: {
        mean: meanLoss(losses),
        ...("own" in losses && { own: losses.own, before: losses.before }),
      },
    }),
  };
}
