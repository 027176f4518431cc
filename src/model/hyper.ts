// The optimizer's options between steps: what model.setHyper and callbacks change.

import { HYPER_LEARNING_RATE } from "../../assembly/abi.ts";
import { changeHyper, type HyperOptions, writeHyper } from "../optimizers/index.ts";
import type { Network } from "./network.ts";

/**
 * Changes options of the optimizer. A number for the learning rate ends a schedule.
 * @throws LayerwiseError `invalidArgument`, also for a change that needs compile; `unknownName`, `notCompiled`
 */
export function setHyper(where: string, network: Network, change: Partial<HyperOptions>): void {
  const compiled = network.checkCompiled(where);
  network.checkSettled(where);
  const optimizer = changeHyper(where, compiled.optimizer, change);
  network.compiled = { ...compiled, optimizer };
  const rate = learningRateOf(network);
  const { view } = network.engine;
  const { address } = network.parameters.hyper;
  writeHyper(view, address, optimizer.hyper);
  // A schedule stands where it stood.
  if (optimizer.schedule) view.setFloat32(address + HYPER_LEARNING_RATE, rate, true);
  network.revision++;
}

/** The learning rate of the last step, as the kernel has it (f32); before the first one, that of the first. */
export function learningRateOf(network: Network): number {
  const { address } = network.parameters.hyper;
  return network.engine.view.getFloat32(address + HYPER_LEARNING_RATE, true);
}
