// What an initializer is made of: one row of the table in index.ts.

import type { RandomStream } from "../random.ts";

/** Numbers that an initializer is given. */
export type Parameters = Readonly<Record<string, number>>;

/** How one initializer fills a parameter. */
export interface Definition<P extends Parameters> {
  /** Every parameter with its default; NaN where one must be given, since NaN is refused. */
  readonly defaults: P;
  /** Writes all elements of `out`, compact, row-major. */
  readonly fill: (
    out: Float32Array,
    shape: readonly number[],
    random: RandomStream,
    parameters: P,
  ) => void;
}
