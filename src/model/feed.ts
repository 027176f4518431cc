// A data set in linear memory, where the kernel gathers its batches from.

import { fail } from "../errors.ts";
import { writeRows } from "../plan/plan.ts";
import { fixedTensor, stride, type Tensor } from "../plan/tensor.ts";
import type { Engine } from "../runtime/engine.ts";

/** Compact, row-major rows. */
export interface FeedRows {
  readonly samples: number;
  readonly features: Float32Array;
  readonly targets: Float32Array | undefined;
  /** One a sample; undefined if all are 1. */
  readonly weights: Float32Array | undefined;
}

export interface FeedShape {
  /** Room for so many samples. */
  readonly capacity: number;
  readonly inputs: number;
  /** Width of a target row; 0 for none. */
  readonly targets: number;
  readonly weighted: boolean;
}

export class Feed {
  readonly x: Tensor;
  readonly y: Tensor | undefined;
  readonly weights: Tensor | undefined;
  readonly shape: FeedShape;
  samples = 0;
  readonly #engine: Engine;
  readonly #address: number;

  /** @throws LayerwiseError `outOfMemory` */
  constructor(engine: Engine, shape: FeedShape) {
    const { capacity, inputs, targets, weighted } = shape;
    const xFloats = capacity * stride(inputs);
    const yFloats = capacity * stride(targets);
    this.#engine = engine;
    this.shape = shape;
    this.#address = engine.arena.allocate(
      (xFloats + yFloats + (weighted ? stride(capacity) : 0)) * 4,
    );
    const yAt = this.#address + xFloats * 4;
    const weightsAt = yAt + yFloats * 4;
    this.x = fixedTensor("features", capacity, inputs, this.#address);
    this.y = targets > 0 ? fixedTensor("targets", capacity, targets, yAt) : undefined;
    // Weights stand one after another: a matrix of one column without padding.
    this.weights = weighted
      ? { ...fixedTensor("weights", capacity, 1, weightsAt), ld: 1 }
      : undefined;
  }

  /** Copies rows in, in place of what was there. */
  fill({ samples, features, targets, weights }: FeedRows): void {
    if (samples > this.shape.capacity) {
      throw fail("internal", {
        what: `feed of ${this.shape.capacity} filled with ${samples} samples`,
      });
    }
    const { f32 } = this.#engine.arena.views;
    writeRows(f32, this.x, features);
    if (this.y && targets) writeRows(f32, this.y, targets);
    if (this.weights) {
      const start = this.weights.address >>> 2;
      if (weights) f32.set(weights, start);
      else f32.fill(1, start, start + samples);
    }
    this.samples = samples;
  }

  dispose(): void {
    this.#engine.arena.free(this.#address);
  }
}
