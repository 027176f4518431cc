// OP_SCHEDULE: the learning rate as a function of the step, in f64, rounded once. The host makes
// segments of every schedule (src/schedules/), so that a warm-up followed by a decay, say, is two.

import {
  SCHEDULE_POLYNOMIAL, SCHEDULE_EXPONENTIAL, SCHEDULE_INVERSE_TIME, SCHEDULE_COSINE, SCHEDULE_WORDS,
} from "../abi";
import { cosPi, exp, log, pow } from "../math-f64";
import { Op, Plan } from "../op";
import { Hyper } from "../optimizers/hyper";

/** A segment as it lies in memory; what the numbers mean stands at its kind in abi.ts. */
@unmanaged @final
class Segment {
  from: f64; kind: f64;
  a: f64; b: f64; c: f64; d: f64; e: f64; f: f64;
}

if (offsetof<Segment>() != SCHEDULE_WORDS * 8) ERROR("Segment");

/** Thread 0 only. */
export function runSchedule(op: Op, plan: Plan, thread: i32, threads: i32): void {
  const hyper = changetype<Hyper>(op.d);
  if (hyper.scheduled == 0) return;
  const step = <f64>(op.stream > 1 ? plan.step / op.stream : plan.step);
  let at = op.e;
  for (let i = 1; i < op.k; i++) {
    const next = at + SCHEDULE_WORDS * 8;
    if (step < changetype<Segment>(next).from) break;
    at = next;
  }
  const segment = changetype<Segment>(at);
  hyper.learningRate = <f32>rate(segment, step - segment.from);
}

function rate(it: Segment, t: f64): f64 {
  const a = it.a, b = it.b;
  const s = t / it.c;
  const stepped = it.d != 0 ? floor(s) : s;
  switch (<i32>it.kind) {
    case SCHEDULE_POLYNOMIAL: {
      const length = it.e != 0 && s > 1 ? it.c * ceil(s) : it.c;
      return b + (a - b) * pow(1 - min(t / length, 1), it.d);
    }
    case SCHEDULE_EXPONENTIAL: return a * exp(stepped * log(b));
    case SCHEDULE_INVERSE_TIME: return a / (1 + b * stepped);
    case SCHEDULE_COSINE: return it.d == 0 ? cosine(a - b, b, min(s, 1)) : restarts(it, t);
    default: unreachable();
  }
  return 0;
}

function cosine(height: f64, low: f64, s: f64): f64 {
  return low + height * (0.5 * (1 + cosPi(s)));
}

function restarts(it: Segment, t: f64): f64 {
  let length = it.c;
  let height = it.a - it.b;
  if (it.d == 1) {
    const done = floor(t / length);
    height *= pow(it.e, done);
    t -= done * length;
  } else {
    // The lengths grow: there are few.
    for (; t >= length; length *= it.d) {
      t -= length;
      height *= it.e;
    }
  }
  return cosine(height, it.b, min(t / length, 1));
}
