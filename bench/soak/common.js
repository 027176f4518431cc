// What the soak runs share: numbers, fingerprints of weights, figures, and a limit on waiting.

import { createHash } from "node:crypto";
import { setTimeout as after } from "node:timers/promises";
import { adam, dense, fromArrays, sequential } from "layerwise";

/** Numbers in [0, 1), a function of the seed alone. */
export function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A classification that nobody can learn: dense numbers in [−1, 1), and classes by lot. */
export function noise({ samples, inputs, classes, seed = 1 }) {
  const next = random(seed);
  const features = Float32Array.from({ length: samples * inputs }, () => 2 * next() - 1);
  const targets = Float32Array.from({ length: samples }, () => Math.floor(next() * classes));
  return fromArrays({ features, targets, inputShape: [inputs], classes });
}

/** A classifier of these widths, inputs first, compiled. One output tells two classes apart. */
export async function classifier(widths, { engine, seed = 1, learningRate = 1e-4 } = {}) {
  const [inputs = 1, ...units] = widths;
  const last = units.length - 1;
  const binary = units[last] === 1;
  const head = binary ? "sigmoid" : "softmax";
  const layers = units.map((it, index) => dense(it, index === last ? head : "relu"));
  const model = await sequential({ inputShape: [inputs], seed, layers, ...(engine && { engine }) });
  model.compile({
    optimizer: adam({ learningRate }),
    loss: binary ? "binaryCrossentropy" : "sparseCategoricalCrossentropy",
  });
  return model;
}

/** SHA-256 of all weights, by name. */
export function hashWeights(model) {
  const hash = createHash("sha256");
  for (const [name, { data, shape }] of Object.entries(model.getWeights())) {
    hash.update(`${name} ${shape.join("×")}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}

/** The number that this share of them does not exceed. */
export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export const HANGS = Symbol("hangs");

/** What a promise comes to, its error included; {@link HANGS} if it has not ended after `ms`. */
export async function outcome(promise, ms) {
  const controller = new AbortController();
  const limit = after(ms, HANGS, { signal: controller.signal, ref: true });
  limit.catch(() => {});
  const settled = promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  const first = await Promise.race([settled, limit]);
  controller.abort();
  return first;
}

export { after };
