// Units that were singled out by hand, as rows of linear memory that a plan's ops read: for each layer
// that has some, a float a unit, 0 if it is one of them, else 1. Knows nothing of networks, nor for what.

import { fixedTensor, stride, type Tensor } from "../plan/tensor.ts";
import type { Engine } from "../runtime/engine.ts";

export class Masks {
  readonly #engine: Engine;
  readonly #name: string;
  readonly #rows = new Map<string, Tensor>();

  /** @param name of the units that stay 1, in plans as text */
  constructor(engine: Engine, name: string) {
    this.#engine = engine;
    this.#name = name;
  }

  /** The units of a layer that are singled out, in their order. */
  units(layer: string): number[] {
    const { address = 0, cols = 0 } = this.#rows.get(layer) ?? {};
    const row = this.#engine.arena.views.f32.subarray(address >>> 2, (address >>> 2) + cols);
    return Array.from(row.keys()).filter((unit) => row[unit] === 0);
  }

  /** The row of a layer; undefined if none of its units is singled out. */
  row(layer: string): Tensor | undefined {
    return this.units(layer).length > 0 ? this.#rows.get(layer) : undefined;
  }

  /** @throws LayerwiseError `outOfMemory` */
  set(layer: string, width: number, unit: number, singledOut: boolean): void {
    const { arena } = this.#engine;
    let row = this.#rows.get(layer);
    if (row === undefined) {
      const address = arena.allocate(stride(width) * 4);
      row = fixedTensor(`${layer}.${this.#name}`, 1, width, address);
      arena.views.f32.fill(1, address >>> 2, (address >>> 2) + width);
      this.#rows.set(layer, row);
    }
    arena.views.f32[(row.address >>> 2) + unit] = singledOut ? 0 : 1;
  }

  /** The addresses of its blocks. */
  get blocks(): number[] {
    return Array.from(this.#rows.values(), (it) => it.address);
  }
}
