// Which layer has solved which half of the question "between the circles?", in plain sentences.

import type { ZonesFrame } from "../protocol.ts";
import { capital, layerWords, percent } from "../words.ts";

export const questions = ["insideRed", "outsideOrange"] as const;
export type Question = (typeof questions)[number];

export const wording: Readonly<Record<Question, string>> = {
  insideRed: "inside the red circle?",
  outsideOrange: "outside the orange circle?",
};

/** From this share of right answers on, a question counts as solved. */
export const SOLVED = 0.95;

/** The unit of a layer that answers a question best by itself, counted from 0. */
export function bestUnit(
  { units }: ZonesFrame["layers"][number],
  question: Question,
): { readonly unit: number; readonly score: number } {
  let best = { unit: 0, score: Number.NEGATIVE_INFINITY };
  units.forEach((it, unit) => {
    if (it[question] > best.score) best = { unit, score: it[question] };
  });
  return best;
}

/** Who took which question, then what single units can do. */
export function verdict(zones: ZonesFrame): readonly string[] {
  const names = zones.layers.map(({ name }) => layerWords(name));
  const [red, orange] = questions.map((it) =>
    zones.layers.findIndex((layer) => layer[it] >= SOLVED),
  ) as [number, number];
  const lines = [layersLine(zones, names, red, orange)];
  if (red >= 0 || orange >= 0) lines.push(unitsLine(zones, names));
  return lines;
}

/** Where none solved it, either position is −1. */
function layersLine(
  zones: ZonesFrame,
  names: readonly string[],
  red: number,
  orange: number,
): string {
  if (red < 0 && orange < 0) {
    return `No layer answers either question yet. ${closest(zones, names)}`;
  }
  if (red < 0 || orange < 0) {
    const [solved, open] = red < 0 ? (["outsideOrange", "insideRed"] as const) : questions;
    const first = capital(names[Math.max(red, orange)] ?? "");
    return `${first} is the first to answer “${wording[solved]}”. No layer answers “${wording[open]}” yet.`;
  }
  if (red !== orange) {
    return `The work is divided: ${names[red]} is the first to answer “${wording.insideRed}”, ${names[orange]} the first to answer “${wording.outsideOrange}”.`;
  }
  if (red === 0) return "Both questions are simple from the start: the inputs answer them already.";
  return `One layer did both: ${names[red]} is the first to answer either question. The work is not divided between layers.`;
}

function closest(zones: ZonesFrame, names: readonly string[]): string {
  let best = { text: "", gain: Number.NEGATIVE_INFINITY };
  for (const question of questions) {
    zones.layers.forEach((layer, i) => {
      const gain = layer[question] - zones.chance[question];
      if (gain <= best.gain) return;
      const text = `${capital(names[i] ?? "")} comes closest: ${percent(layer[question], 0)} on “${wording[question]}”, where one answer to everything gets ${percent(zones.chance[question], 0)}.`;
      best = { text, gain };
    });
  }
  return best.gain > 0 ? best.text : "None does better than one answer to everything.";
}

function unitsLine(zones: ZonesFrame, names: readonly string[]): string {
  const solvers = questions.flatMap((question) => {
    const at = zones.layers.findIndex((layer) => bestUnit(layer, question).score >= SOLVED);
    const layer = zones.layers[at];
    if (!layer) return [];
    const { unit, score } = bestUnit(layer, question);
    return [
      `unit ${unit + 1} of ${names[at]} answers “${wording[question]}” (${percent(score, 0)})`,
    ];
  });
  if (solvers.length === 0) return "No unit answers one of them alone: it takes several together.";
  return `Solved by a single unit: ${solvers.join("; ")}.`;
}
