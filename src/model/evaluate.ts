// Loss and metrics on given data.

import type { TrainingData } from "./data.ts";
import { Evaluator } from "./evaluator.ts";
import type { Network } from "./network.ts";
import { Pace } from "./pace.ts";
import { prepare } from "./prepare.ts";

/**
 * The mean loss over all samples, penalties included, and each metric. The caller reads the network.
 * @throws LayerwiseError `notCompiled`, `shapeMismatch`, `labelOutOfRange`, `disposed`, …
 */
export async function evaluate(
  network: Network,
  data: TrainingData,
): Promise<Record<string, number>> {
  const compiled = network.checkCompiled("evaluate");
  const prepared = prepare("evaluate", network, compiled, data);
  const evaluator = new Evaluator(network, compiled, prepared);
  try {
    return await evaluator.run(new Pace());
  } finally {
    evaluator.dispose();
  }
}
