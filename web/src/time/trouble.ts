// Trouble in plain words, and the remedy for numbers that ran away.

import type { Trouble } from "../protocol.ts";
import type { LiveSettings } from "../recipe.ts";

export function troubleTitle({ code }: Pick<Trouble, "code">): string {
  if (code === "notFinite") return "Training ran away";
  return code === "unknown" ? "Something went wrong" : "This cannot be done";
}

/** Half the learning rate. */
export function halved({ optimizer }: Pick<LiveSettings, "optimizer">): Partial<LiveSettings> {
  return { optimizer: { ...optimizer, learningRate: optimizer.learningRate / 2 } };
}
