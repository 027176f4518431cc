// The fingerprint of a network's weights: equal hashes mean equal bits.

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Sequential } from "layerwise";

/** SHA-256, in hex, of all parameters as little-endian f32, in the library's order. */
// Not crypto.subtle: it is missing where a page comes over plain http.
export function hashWeights(model: Sequential): string {
  const hash = sha256.create();
  for (const { data } of Object.values(model.getWeights())) hash.update(asBytes(data));
  return bytesToHex(hash.digest());
}

function asBytes(values: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => {
    view.setFloat32(i * 4, value, true);
  });
  return new Uint8Array(view.buffer);
}
