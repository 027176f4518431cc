// Single units of a network, taken in hand: frozen while the others learn, or switched off.

import { checkInteger, checkName, checkThat } from "../options.ts";
import type { Network, PlacedLayer } from "./network.ts";

/** One unit of a dense layer. What is set holds from the next step on, and is saved with the model. */
export class Unit {
  /** The layer's name. */
  readonly layer: string;
  readonly index: number;
  readonly #network: Network;
  readonly #placed: PlacedLayer;

  /** @throws LayerwiseError `unknownName`, `invalidArgument`, `disposed` */
  constructor(network: Network, layer: string, index: number) {
    network.checkUsable("unit");
    this.#network = network;
    this.#placed = layerOf("unit", network.layers, { layer, index });
    this.layer = layer;
    this.index = index;
  }

  /**
   * Whether training leaves its weights and its bias exactly as they are, whatever the optimizer. They can
   * still be written by hand; reset() gives them their initial values. Its gradients are computed as ever,
   * and the optimizer's averages of them go on.
   * @throws LayerwiseError `busy` while the model trains, `invalidArgument`, `disposed`
   */
  get frozen(): boolean {
    return this.#is("frozen");
  }
  set frozen(value: boolean) {
    this.#set("frozen", value, value);
  }

  /**
   * Whether it takes part. Else it gives 0 wherever the model runs, whatever its activation, and no gradient
   * flows through it. Only units of hidden layers can be switched off, and not those of a softmax, which
   * share one sum.
   * @throws LayerwiseError `busy` while the model trains, `invalidArgument`, `disposed`
   */
  get enabled(): boolean {
    return !this.#is("disabled");
  }
  set enabled(value: boolean) {
    layerOf("unit: enabled", this.#network.layers, { ...this, enabled: value });
    this.#set("disabled", value, !value);
  }

  #is(kind: "frozen" | "disabled"): boolean {
    this.#network.checkUsable("unit");
    return this.#placed[kind].has(this.index);
  }

  #set(kind: "frozen" | "disabled", value: unknown, holds: boolean): void {
    const network = this.#network;
    network.checkIdle("unit");
    checkThat(typeof value === "boolean", "unit", "true or false", value);
    this.#placed[kind][holds ? "add" : "delete"](this.index);
    network.unitRevision++;
    network.revision++;
  }
}

/** A layer in its place, or before it has one. */
type Named = Pick<PlacedLayer, "name" | "layer">;

/**
 * The layer of a unit, which there must be; if it is not enabled, it must be one that can be switched off.
 * @throws LayerwiseError `unknownName`, `invalidArgument`
 */
export function layerOf<T extends Named>(
  where: string,
  layers: readonly T[],
  unit: { readonly layer: string; readonly index: number; readonly enabled?: boolean },
): T {
  const names = layers.map((it) => it.name);
  const [own, ...behind] = layers.slice(
    names.indexOf(checkName(where, "layer", unit.layer, names)),
  );
  checkThat(own?.layer.type === "dense", where, "a dense layer", unit.layer);
  checkInteger(where, "index", unit.index, 0, Number(own.layer.config.units) - 1);
  const canBeOff =
    own.layer.finalActivation !== "softmax" && behind.some((it) => it.layer.type === "dense");
  const required = "a unit of a hidden layer, not of a softmax";
  checkThat(canBeOff || unit.enabled !== false, where, required, unit.layer);
  return own;
}
