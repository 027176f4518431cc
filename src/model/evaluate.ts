// Loss and metrics on given data.

import type { TrainingData } from "./data.ts";
import { prepare, Validator } from "./fit.ts";
import type { Network } from "./network.ts";
import { Pace } from "./pace.ts";

/**
 * The mean loss over all samples, penalties included, and each metric.
 * @throws LayerwiseError `notCompiled`, `shapeMismatch`, `labelOutOfRange`, `disposed`, …
 */
export async function evaluate(
  network: Network,
  data: TrainingData,
): Promise<Record<string, number>> {
  const compiled = network.checkCompiled("evaluate");
  const prepared = prepare("evaluate", network, compiled, data);
  return network.reading("evaluate", async () => {
    const validator = new Validator(network, compiled, prepared);
    try {
      return await validator.run(new Pace());
    } finally {
      validator.dispose();
    }
  });
}
