// ml-matrix: products of matrices of doubles, each row an array of its own. Has no networks.

import { type Player, type Runner, unavailable } from "../contender.ts";
import { peer, peerVersion } from "../peer.ts";
import type { GemmTask } from "../task.ts";

interface Matrix {
  readonly mmul: (other: Matrix) => Matrix;
  readonly transpose: () => Matrix;
  readonly to1DArray: () => number[];
}

/** The default export: the class. */
interface MatrixMaker {
  readonly from1DArray: (rows: number, columns: number, numbers: Float32Array) => Matrix;
}

export async function mlMatrix(): Promise<Player> {
  const maker = await peer<MatrixMaker>("ml-matrix");
  return {
    version: peerVersion("ml-matrix"),
    prepare: (task) =>
      task.kind === "gemm" ? gemm(maker, task) : unavailable("matrices only, no networks"),
  };
}

function gemm(maker: MatrixMaker, { workload, a, b }: GemmTask): Runner {
  const { transpose, m, n, k } = workload;
  const tn = transpose === "tn";
  const nt = transpose === "nt";
  const left = tn ? maker.from1DArray(k, m, a) : maker.from1DArray(m, k, a);
  const right = nt ? maker.from1DArray(n, k, b) : maker.from1DArray(k, n, b);
  // It has no transposed product: one transposes.
  const multiply = () => (tn ? left.transpose() : left).mmul(nt ? right.transpose() : right);
  return {
    unitsPerCall: 1,
    run: (calls) => {
      for (let call = 0; call < calls; call++) multiply();
    },
    result: Float32Array.from(multiply().to1DArray()),
  };
}
