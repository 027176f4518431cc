import { Op, Plan } from "../op";

export function runUpdate(op: Op, plan: Plan, thread: i32, threads: i32): void {}
