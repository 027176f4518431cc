// What the host sees of the kernel: the table, and the few functions that run.
export * from "./abi";
export { beginStep, endStep, run, runOps } from "./executor";
export { serve } from "./serve";
export { spin } from "./threads";
export { random, shuffle } from "./random";
export { peak, peakFlops } from "./gemm/peak";
export { evaluate } from "./math-probe";
