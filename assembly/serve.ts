// What a pool's thread does all its life: it sleeps until the host dispatches a plan, runs its share, and
// comes back to its caller, which calls again.

import { DISPATCH_DONE, DISPATCH_PLAN, DISPATCH_STEPS } from "./abi";
import { run, runOps } from "./executor";
import { Plan } from "./op";
import { awaitTicket, leave, threadsOf } from "./threads";

/** Waits for a ticket other than `seen`, does this thread's share of its work, returns the ticket. */
export function serve(thread: i32, seen: i32): i32 {
  const ticket = awaitTicket(thread, seen);
  const threads = threadsOf(ticket);
  const plan = changetype<Plan>(load<usize>(DISPATCH_PLAN));
  const steps = load<i32>(DISPATCH_STEPS);
  if (steps > 0) {
    const done = run(plan, steps, thread, threads);
    if (thread == 0) store<i32>(DISPATCH_DONE, done);
  } else {
    runOps(plan, 0, plan.opCount, thread, threads);
  }
  leave(ticket);
  return ticket;
}
