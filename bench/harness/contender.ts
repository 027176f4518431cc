// What the harness asks of those it measures. Knows no workload.

/** A workload made ready for one contender. */
export interface Runner {
  /** Products, samples, … that one call of `run` does. */
  readonly unitsPerCall: number;
  readonly run: () => unknown;
  /** Gives memory back. */
  readonly dispose?: () => void;
}

/** One who takes part, in those workloads for which `prepare` gives a runner. */
export interface Contender<W> {
  readonly name: string;
  readonly prepare: (workload: W) => Runner | undefined | Promise<Runner | undefined>;
}
