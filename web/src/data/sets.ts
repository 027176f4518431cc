// The data sets as the panel shows them: names, what they ask, which numbers they take.

import { lossesFor } from "../losses.ts";
import {
  type DataName,
  type DataSettings,
  dataNames,
  isRegression,
  type Settings,
} from "../recipe.ts";
import { renumbered } from "./edits.ts";

interface SetFacts {
  readonly label: string;
  /** What a network learns there. */
  readonly asks: string;
  /** How many classes there can be, and what they are called; two where it says nothing. */
  readonly classes?: { readonly label: string; readonly most: number };
}

export const sets: Readonly<Record<DataName, SetFacts>> = {
  circles: {
    label: "Circles",
    asks: "Does a point lie between the two circles?",
    classes: { label: "Classes", most: 3 },
  },
  rings: {
    label: "Rings",
    asks: "Which ring is a point on?",
    classes: { label: "Rings", most: 6 },
  },
  xor: { label: "Xor", asks: "Do x and y have the same sign?" },
  gaussians: {
    label: "Blobs",
    asks: "Which blob does a point belong to?",
    classes: { label: "Blobs", most: 6 },
  },
  moons: { label: "Moons", asks: "Is a point on the upper moon or the lower one?" },
  spiral: {
    label: "Spiral",
    asks: "Which arm is a point on?",
    classes: { label: "Arms", most: 6 },
  },
  checkerboard: { label: "Checks", asks: "Is a point on a dark square or a light one?" },
  plane: { label: "Plane", asks: "How high is a tilted plane here?" },
  hills: { label: "Hills", asks: "How high are the hills, how deep the hollows here?" },
  sine: { label: "Sine", asks: "How high is the wave at x? (y plays no part.)" },
  drawn: {
    label: "Draw",
    asks: "Points of your own.",
    classes: { label: "Classes", most: 6 },
  },
  table: { label: "Table", asks: "Your own table." },
};

/** A table is chosen in a window of its own. */
export const chosenByName = dataNames.filter((it) => it !== "table");

/** Classes of a set that is no table; 0 for quantities. */
export function classesOf(data: DataSettings): number {
  if (isRegression(data)) return 0;
  const { classes } = sets[data.name];
  return classes ? Math.min(data.classes, classes.most) : 2;
}

/** Another data set, with its own points. */
export function withSet(
  data: DataSettings,
  name: Exclude<DataName, "table">,
  edits: DataSettings["edits"],
): DataSettings {
  const next = { ...data, name, edits, table: undefined };
  return { ...next, classes: classesOf(next) || data.classes };
}

/** The chosen loss where it fits so many classes; 0: quantities. */
export function fitting(loss: Settings["loss"], classes: number): Settings["loss"] {
  return loss === "auto" || lossesFor({ classes }).includes(loss) ? loss : "auto";
}

/** What can be changed of a set while it stays the same set. */
export type SetNumbers = Partial<Pick<DataSettings, "samples" | "noise" | "trainShare" | "seed">>;

export function withNumbers(data: DataSettings, numbers: SetNumbers): DataSettings {
  const { samples = data.samples } = numbers;
  return { ...data, ...numbers, edits: renumbered(data.edits, data.samples, samples) };
}

/** With another number of classes. Drawn points stay; elsewhere the points are others altogether. */
export function withClasses(data: DataSettings, classes: number): DataSettings {
  return { ...data, classes, edits: data.name === "drawn" ? data.edits : [] };
}

/** The fewest classes that the points drawn leave to choose. */
export function leastClasses({ name, edits }: DataSettings): number {
  if (name !== "drawn") return 2;
  return edits.reduce((most, it) => (it.do === "add" ? Math.max(most, it.label + 1) : most), 2);
}
