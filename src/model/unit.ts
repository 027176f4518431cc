// Single units of a network, taken in hand: frozen while the others learn, or switched off.

import { fail } from "../errors.ts";
import { checkInteger, checkThat } from "../options.ts";
import type { Network, PlacedLayer, UnitState } from "./network.ts";

/** One unit of a dense layer. What is set holds from the next step on, and is saved with the model. */
export class Unit {
  /** The layer's name. */
  readonly layer: string;
  readonly index: number;
  readonly #network: Network;

  /** @throws LayerwiseError `unknownName`, `invalidArgument`, `disposed` */
  constructor(network: Network, layer: string, index: number) {
    network.checkUsable("unit");
    checkUnit("unit", network.layers, layer, index);
    this.#network = network;
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
    return this.#has("frozen");
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
    return !this.#has("disabled");
  }
  set enabled(value: boolean) {
    if (value === false) checkHidden("unit: enabled", this.#network.layers, this.layer);
    this.#set("disabled", value, !value);
  }

  #has(kind: UnitState): boolean {
    this.#network.checkUsable("unit");
    return this.#network[kind].units(this.layer).includes(this.index);
  }

  #set(kind: UnitState, value: unknown, holds: boolean): void {
    const network = this.#network;
    network.checkIdle("unit");
    checkThat(typeof value === "boolean", "unit", "true or false", value);
    if (this.#has(kind) !== holds) network.setUnit(kind, this.layer, this.index, holds);
  }
}

type NamedLayer = Pick<PlacedLayer, "name" | "layer">;

/**
 * Whether there is such a unit.
 * @throws LayerwiseError `unknownName`, `invalidArgument`
 */
export function checkUnit(
  where: string,
  layers: readonly NamedLayer[],
  name: string,
  index: number,
): void {
  const layer = layers.find((it) => it.name === name)?.layer;
  if (layer === undefined) {
    const known = layers.map((it) => it.name);
    throw fail("unknownName", { where, kind: "layer", got: name, known });
  }
  checkThat(layer.type === "dense", where, "a dense layer", name);
  checkInteger(where, "index", index, 0, Number(layer.config.units) - 1);
}

/**
 * Whether the units of a layer can be switched off.
 * @throws LayerwiseError `invalidArgument`
 */
export function checkHidden(where: string, layers: readonly NamedLayer[], name: string): void {
  const at = layers.findIndex((it) => it.name === name);
  const isHidden = layers.some(({ layer }, i) => i > at && layer.type === "dense");
  const standsAlone = layers[at]?.layer.finalActivation !== "softmax";
  checkThat(isHidden && standsAlone, where, "a unit of a hidden layer without softmax", name);
}
