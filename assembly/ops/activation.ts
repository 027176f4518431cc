import { Op, Plan } from "../op";

export function runActivation(op: Op, plan: Plan, thread: i32, threads: i32): void {}
export function runActivationGradient(op: Op, plan: Plan, thread: i32, threads: i32): void {}
