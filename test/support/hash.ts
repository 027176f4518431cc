// Fingerprints of models and data: equal hashes mean equal bits. Knows the public classes only.

import { createHash } from "node:crypto";
import type { Dataset, Sequential } from "../../src/index.ts";

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

/** SHA-256 of the features, then the targets: the first 8 bytes. */
export function hashData({ features, targets }: Dataset): string {
  const hash = createHash("sha256").update(features);
  return hash
    .update(targets ?? "")
    .digest("hex")
    .slice(0, 16);
}
