// The fingerprint of a network's weights: equal hashes mean equal bits.

import type { Sequential } from "layerwise";

/** SHA-256, in hex, of all parameters as little-endian f32, in the library's order. */
export async function hashWeights(model: Sequential): Promise<string> {
  const bytes = littleEndian(Object.values(model.getWeights()).map((it) => it.data));
  return Array.from(await sha256(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The engine's own, which is missing where a page comes over plain http: then one in JavaScript. */
async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (subtle) return new Uint8Array(await subtle.digest("SHA-256", bytes));
  const noble = await import("@noble/hashes/sha2.js");
  return noble.sha256(bytes);
}

function littleEndian(arrays: readonly Float32Array[]): Uint8Array<ArrayBuffer> {
  const count = arrays.reduce((sum, it) => sum + it.length, 0);
  const view = new DataView(new ArrayBuffer(count * 4));
  let at = 0;
  for (const values of arrays) {
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return new Uint8Array(view.buffer);
}
