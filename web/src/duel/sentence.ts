// What the duel shows, in one or two plain sentences.

import type { Points } from "../protocol.ts";
import { metric } from "../words.ts";

export interface Duel {
  readonly step: number;
  /** Hidden layers of the network. */
  readonly depth: number;
  /** 0: quantities, judged by R². */
  readonly classes: number;
  /** What one answer to everything gets right; for quantities of no meaning. */
  readonly guessing: number;
  /** On the points that test: accuracy or R². */
  readonly linear: number;
  readonly deep: number;
}

/** As near to guessing, or to each other, as makes no difference on some hundred points. */
const CLOSE = 0.07;
const EQUAL = 0.03;
/** From here on there is not much left to gain. */
const GOOD = 0.95;

export function sentence(duel: Duel): string {
  if (duel.step === 0) {
    return "Neither has learned anything yet. Press play: both train on the same points in the same order.";
  }
  if (duel.depth === 0) {
    return "Your network has no hidden layer: it is a linear classifier too, so both are the same.";
  }
  return `${linearPart(duel)} ${deepPart(duel)}`;
}

function linearPart({ classes, guessing, linear }: Duel): string {
  if (classes === 0) {
    if (linear < CLOSE) return "The flat plane explains next to nothing of the quantity.";
    return `The flat plane reaches an R² of ${metric(linear, true)}.`;
  }
  const subject = classes === 2 ? "The straight line gets" : "Straight lines get";
  if (linear > guessing + CLOSE) return `${subject} ${metric(linear, false, 0)} right.`;
  const compared = linear < guessing - CLOSE ? "less than" : "about what";
  return `${subject} ${metric(linear, false, 0)} right: ${compared} guessing gives.`;
}

function deepPart({ classes, linear, deep }: Duel): string {
  const reached =
    classes === 0
      ? `The network reaches an R² of ${metric(deep, true)} (1 is perfect)`
      : `The network gets ${metric(deep, false, 0)}`;
  if (deep < linear - EQUAL) return `${reached}: it is behind, so far.`;
  if (deep > linear + EQUAL) return `${reached}.`;
  if (linear < GOOD) return `${reached}: no better, so far.`;
  const simple = classes === 0 ? "a flat plane is" : classes === 2 ? "a line is" : "lines are";
  return `${reached}: here ${simple} enough.`;
}

/** What always answering the most frequent class gets right, on the points that test. */
export function guessing({ targets, held, classes }: Points): number {
  const tests = held.includes(1) ? 1 : 0;
  const counts = new Array<number>(classes).fill(0);
  targets.forEach((target, i) => {
    if (held[i] === tests) counts[target] = (counts[target] ?? 0) + 1;
  });
  return Math.max(...counts) / counts.reduce((sum, count) => sum + count, 0);
}
