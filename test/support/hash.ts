// Fingerprints of models: equal hashes mean equal bits. Knows the public model only.

import { createHash } from "node:crypto";
import type { Sequential } from "../../src/index.ts";

/** SHA-256 of all weights, by name. */
export function hashWeights(model: Pick<Sequential, "getWeights">): string {
  const hash = createHash("sha256");
  for (const [name, { data, shape }] of Object.entries(model.getWeights())) {
    hash.update(`${name} ${shape.join("×")}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}

interface Saved {
  save(): { readonly json: string; readonly weights: Uint8Array };
}

/** SHA-256 of everything that save() writes: weights, optimizer state, where training stands. */
export function hashModel(model: Saved): string {
  const { json, weights } = model.save();
  return createHash("sha256").update(json).update(weights).digest("hex");
}
