// A worker that trains the page's default network and does nothing else.

import { defaultSettings } from "../web/src/recipe.ts";
import { makeData } from "../web/src/worker/data.ts";
import { makeModel } from "../web/src/worker/model.ts";

addEventListener("message", async ({ data: seconds }: MessageEvent<number>) => {
  const data = makeData(defaultSettings);
  const model = await makeModel(defaultSettings, data);
  const { batchSize } = defaultSettings;
  await model.step(1, { data: data.train, batchSize });
  await model.step(100_000);
  const start = performance.now();
  let steps = 0;
  for (; performance.now() - start < seconds * 1000; steps += 20_000) await model.step(20_000);
  postMessage((steps * batchSize) / ((performance.now() - start) / 1000));
});
