// Single units of a network, taken in hand: frozen while the others learn, or switched off.

import { checkInteger, checkName, checkThat } from "../options.ts";
import type { Network, PlacedLayer } from "./network.ts";

/** One unit of a dense layer. What is set holds from the next step on, and is saved with the model. */
export class Unit {
  /** The layer's name. */
  readonly layer: string;
  readonly index: number;
  readonly #network: Network;

  /** @throws LayerwiseError `unknownName`, `invalidArgument`, `disposed` */
  constructor(network: Network, layer: string, index: number) {
    network.checkUsable("unit");
    checkUnit("unit", network.layers, { layer, index });
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
    return this.#units("frozen").has(this.index);
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
    return !this.#units("disabled").has(this.index);
  }
  set enabled(value: boolean) {
    checkUnit("unit: enabled", this.#network.layers, { ...this, enabled: value });
    this.#set("disabled", value, !value);
  }

  #units(kind: "frozen" | "disabled"): Set<number> {
    this.#network.checkUsable("unit");
    return this.#network.layers.find((it) => it.name === this.layer)?.[kind] ?? new Set();
  }

  #set(kind: "frozen" | "disabled", value: unknown, holds: boolean): void {
    const network = this.#network;
    network.checkIdle("unit");
    checkThat(typeof value === "boolean", "unit", "true or false", value);
    const units = this.#units(kind);
    if (units.has(this.index) === holds) return;
    if (holds) units.add(this.index);
    else units.delete(this.index);
    network.unitRevision++;
    network.revision++;
  }
}

/**
 * Whether there is such a unit, and, if it is not enabled, whether it can be switched off.
 * @throws LayerwiseError `unknownName`, `invalidArgument`
 */
export function checkUnit(
  where: string,
  layers: readonly Pick<PlacedLayer, "name" | "layer">[],
  unit: { readonly layer: string; readonly index: number; readonly enabled?: boolean },
): void {
  const names = layers.map((it) => it.name);
  const at = names.indexOf(checkName(where, "layer", unit.layer, names));
  const [layer, ...behind] = layers.slice(at).map((it) => it.layer);
  checkThat(layer?.type === "dense", where, "a dense layer", unit.layer);
  checkInteger(where, "index", unit.index, 0, Number(layer.config.units) - 1);
  const isHidden = behind.some((it) => it.type === "dense") && layer.finalActivation !== "softmax";
  const required = "a unit of a hidden layer, not of a softmax";
  checkThat(isHidden || unit.enabled !== false, where, required, unit.layer);
}
