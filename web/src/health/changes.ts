// What was changed on the way, in words.

import { optimizers } from "../network/optimizers.ts";
import { schedules } from "../network/schedules.ts";
import { type Change, type LiveSettings, type Recipe, settingsAt } from "../recipe.ts";
import { counted, digits, whole } from "../words.ts";

/** The changes of a run in their order: where each was made, and what it was. */
export function changesOf(
  recipe: Recipe,
): readonly { readonly step: number; readonly what: string }[] {
  return recipe.changes.map((change) => ({
    step: change.step,
    what: changeWords(change, settingsAt(recipe, change.step - 1)),
  }));
}

function changeWords(
  { set = {}, edits, data, weights, units, parameters }: Change,
  before: LiveSettings,
): string {
  const parts = [...setWords(set, before)];
  if (data) parts.push("other data");
  if (edits) parts.push(counted(edits.length, "edited point"));
  if (weights) parts.push(counted(weights.length, "weight set by hand", "weights set by hand"));
  if (units) parts.push(counted(units.length, "unit frozen, freed or switched", "units changed"));
  if (parameters) parts.push("weights of a loaded model");
  return parts.join(", ") || "nothing";
}

function* setWords(set: Partial<LiveSettings>, before: LiveSettings): Generator<string> {
  const { optimizer, schedule, batchSize, l1, l2 } = set;
  if (optimizer) {
    if (optimizer.name !== before.optimizer.name) yield optimizers[optimizer.name].label;
    const [from, to] = [before.optimizer.learningRate, optimizer.learningRate];
    if (from !== to) yield `learning rate ${digits(from)} → ${digits(to)}`;
    const options = (it: LiveSettings["optimizer"]) => JSON.stringify(it.options);
    if (options(optimizer) !== options(before.optimizer)) yield "the optimizer's options";
  }
  if (schedule) {
    const label = schedules.find((it) => it.value === schedule.name)?.label ?? schedule.name;
    yield `learning rate: ${label.toLowerCase()}`;
  }
  if (batchSize !== undefined) yield `batch size ${whole(before.batchSize)} → ${whole(batchSize)}`;
  if (l1 !== undefined) yield `L1 ${digits(before.l1)} → ${digits(l1)}`;
  if (l2 !== undefined) yield `L2 ${digits(before.l2)} → ${digits(l2)}`;
}
