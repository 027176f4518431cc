import { Op, Plan } from "../op";

export function runMetric(op: Op, plan: Plan, thread: i32, threads: i32): void {}
