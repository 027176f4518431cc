import { Op, Plan } from "../op";

export function runClipValue(op: Op, plan: Plan, thread: i32, threads: i32): void {}
export function runClipNorm(op: Op, plan: Plan, thread: i32, threads: i32): void {}
