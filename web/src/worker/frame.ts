// All that is to be seen of a run where it stands.

import type { DuelFrame, Frame, Look, Measure } from "../protocol.ts";
import { answers } from "./answers.ts";
import { health } from "./health.ts";
import { look } from "./look.ts";
import { multiplyAdds } from "./model.ts";
import type { Run } from "./run.ts";
import { zones } from "./zones.ts";

/** What the frame tells of the one who trains. */
export type Motion = Pick<Frame, "playing" | "seeking" | "samplesPerSecond">;

export async function frameOf(
  run: Run,
  options: Look,
  motion: Motion,
  linear: Run | undefined,
): Promise<Frame> {
  const { model, data } = run;
  return {
    step: run.step,
    epoch: run.epoch,
    epochSteps: run.epochSteps,
    end: run.end,
    ...motion,
    learningRate: run.learningRate,
    ...(await run.score()),
    layers: await look(model, data, options),
    health: await health(model, data),
    duel: linear && (await duelOf(run, linear, options)),
    zones: options.zones ? await zones(model, data) : undefined,
    hash: motion.playing || motion.seeking !== undefined ? undefined : await run.hash(),
    multiplyAdds: multiplyAdds(model),
    parameters: model.parameterCount,
  };
}

async function duelOf(run: Run, linear: Run, { resolution }: Look): Promise<DuelFrame> {
  const deep = await answers(run.model, run.data, resolution);
  const { values, contour, outputs } = await answers(linear.model, linear.data, resolution);
  return {
    ...(await linear.score()),
    boundary: values,
    contour,
    deepBoundary: deep.values,
    deepContour: deep.contour,
    outputs,
    resolution,
    parameters: linear.model.parameterCount,
    multiplyAdds: multiplyAdds(linear.model),
  };
}

/** What of a frame belongs into the curves. */
export function measureOf({ step, epoch, train, test, layers }: Frame): Measure {
  return { step, epoch, train, test, probes: layers.map((it) => it.score) };
}
