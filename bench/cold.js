// A cold start: a new process, from import to the first prediction of a 784-256-128-10 net. Prints the
// median of 11 processes in ms. Needs a build (npm run build). Usage: node bench/cold.js

import { execFileSync } from "node:child_process";

const script = `
  const start = performance.now();
  const { dense, sequential } = await import("layerwise");
  const layers = [dense(256, "relu"), dense(128, "relu"), dense(10, "softmax")];
  const model = await sequential({ inputShape: [784], layers });
  await model.predict(new Float32Array(784));
  console.log(performance.now() - start);
`;
const times = Array.from({ length: 11 }, () =>
  Number(
    execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" }),
  ),
).sort((a, b) => a - b);
console.log(
  `import to first prediction: ${times[5]?.toFixed(0)} ms (median of 11, ${times[0]?.toFixed(0)} to ${times[10]?.toFixed(0)})`,
);
