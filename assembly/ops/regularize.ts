import { Op, Plan } from "../op";

export function runRegularize(op: Op, plan: Plan, thread: i32, threads: i32): void {}
