// Every operator of which a model of ours can be made, and those of which none can.

import type { Convert } from "../call.ts";
import { elementwise } from "./elementwise.ts";
import { losses } from "./losses.ts";
import { merges } from "./merges.ts";
import { normalizations } from "./normalizations.ts";
import { products } from "./products.ts";
import { recurrences } from "./recurrences.ts";
import { reductions } from "./reductions.ts";
import { shapes } from "./shapes.ts";
import { windows } from "./windows.ts";

export const operators: ReadonlyMap<string, Convert> = new Map(
  Object.entries({
    ...elementwise,
    ...losses,
    ...merges,
    ...normalizations,
    ...products,
    ...recurrences,
    ...reductions,
    ...shapes,
    ...windows,
  }),
);
