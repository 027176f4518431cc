// What a screen reader is told of a run: what is new, and how it is said.

import type { Frame, LayerFrame } from "../protocol.ts";
import type { Recipe } from "../recipe.ts";
import { layerWords, metric, whole } from "../words.ts";

/** What there was to be heard at some time. */
export interface Heard {
  readonly recipe: Recipe;
  /** Of the runs that were left. */
  readonly branches: readonly Recipe[];
  readonly frame: Frame | undefined;
  /** In milliseconds. */
  readonly time: number;
}

export type News =
  | "run"
  | "swap"
  | "branch"
  | "change"
  | "play"
  | "pause"
  | "step"
  | "way"
  | "still playing";

/** While it plays the state is said this often, in milliseconds. */
const EVERY = 8000;

/** What is new since something was said last; the weightier news first. */
export function newsOf(before: Heard, now: Heard): News | undefined {
  const [was, is] = [before.frame, now.frame];
  // Whatever happens, a frame follows: until then how it stands is not known.
  if (!is || is === was) return undefined;
  if (before.branches.includes(now.recipe)) return "swap";
  if (now.recipe.start !== before.recipe.start) return "run";
  if (now.branches.length > 0 && now.branches.includes(before.recipe)) return "branch";
  if (now.recipe !== before.recipe) return "change";
  if (is.playing !== (was?.playing ?? false)) return is.playing ? "play" : "pause";
  if (is.seeking !== undefined && is.seeking !== was?.seeking) return "way";
  const moving = is.playing || is.seeking !== undefined;
  if (moving) return now.time - before.time >= EVERY ? "still playing" : undefined;
  return was && was.step !== is.step ? "step" : undefined;
}

/** Said in words, with how the run stands. */
export function textOf(
  news: News,
  frame: Frame | undefined,
  quantities: boolean,
  heldOut = true,
): string {
  if (!frame) return "";
  const step = whole(frame.step);
  const state = stateText(frame, quantities, heldOut);
  switch (news) {
    case "run":
      return frame.step === 0 ? `A new run, not trained yet. ${state}` : `Another run. ${state}`;
    case "swap":
      return `Another branch, at step ${step}. ${state}`;
    case "branch":
      return `A branch begins at step ${step}. ${state}`;
    case "change":
      return `Changed at step ${step}. ${state}`;
    case "play":
      return `Training from epoch ${whole(frame.epoch)} on.`;
    case "pause":
      return `Paused at step ${step}. ${state}`;
    case "step":
      return `Step ${step} of ${whole(frame.end)}. ${state}`;
    case "way":
      return `Training to step ${whole(frame.seeking ?? frame.step)}.`;
    case "still playing":
      return state;
    default:
      return news satisfies never;
  }
}

/** "Epoch 40, test accuracy 96 %, layer 2 separates 99 %." */
export function stateText(frame: Frame, quantities: boolean, heldOut = true): string {
  const score = metric(frame.test.metric, quantities, quantities ? 1 : 0);
  const parts = [
    `Epoch ${whole(frame.epoch)}`,
    `${heldOut ? "test" : "training"} ${quantities ? "R²" : "accuracy"} ${score}`,
  ];
  const best = simplest(frame.layers.slice(1, -1));
  if (best) {
    const reached = metric(best.score, quantities, quantities ? 1 : 0);
    parts.push(
      quantities
        ? `${layerWords(best.name)} gives ${reached} to a straight fit`
        : `${layerWords(best.name)} separates ${reached}`,
    );
  }
  return `${parts.join(", ")}.`;
}

/** The first layer that comes within a point of the best: from there on the task is simple. */
function simplest(layers: readonly LayerFrame[]): LayerFrame | undefined {
  const best = Math.max(...layers.map((it) => it.score));
  return layers.find((it) => it.score >= best - 0.01);
}
