// Models of graphs in which the states of one recurrent layer are where another one starts.

import { describe, expect, test } from "vitest";
import {
  add,
  bidirectional,
  dense,
  type Engine,
  gru,
  input,
  loadModel,
  lstm,
  masking,
  model,
  sequential,
  sgd,
} from "../../src/index.ts";
import { createEngine } from "../../src/runtime/engine.ts";
import * as golden from "../support/golden/encoder-decoder.ts";
import { hashModel } from "../support/hash.ts";
import { kernelName } from "../support/kernel.ts";
import { rejection } from "../support/rejection.ts";

const { steps, features, units, batch, later, width } = golden;

/** `masked`: so are the encoder's input and, behind the decoder, the loss. */
async function encoderDecoder(masked = false, engine?: Engine) {
  const x = input({ shape: [steps, features], name: "x" });
  const z = input({ shape: [later, width], name: "z" });
  const read = masked ? masking().apply(x) : x;
  const [, ...states] = lstm({ units, returnState: true, name: "encoder" }).applyAll(read);
  const decoder = lstm({ units, returnSequences: true, name: "decoder" });
  const start = masked ? masking().apply(z) : z;
  const outputs = dense({ units: width, name: "out" }).apply(decoder.apply(start, ...states));
  const net = await model({ inputs: [x, z], outputs, ...(engine && { engine }) });
  net.setWeights(golden.weights());
  const optimizer = sgd({ learningRate: golden.learningRate });
  net.compile({ optimizer, loss: "meanSquaredError" });
  return net;
}

test("10 SGD steps of an encoder and a decoder have the losses that PyTorch has", async () => {
  const net = await encoderDecoder();
  const { history } = await net.fit(golden.data(), { batchSize: batch, epochs: 10 });
  expect(history.loss).toBeNear(golden.losses, { relative: 1e-4 });
  net.dispose();
});

describe("a model with states in its graph", () => {
  test.skipIf(kernelName === "check")(
    "has the same bits on three threads",
    { timeout: 60_000 },
    async () => {
      const threads = Object.assign(await createEngine({ threads: 3 }), { operationsPerThread: 1 });
      try {
        const hashes = [];
        for (const engine of [undefined, threads]) {
          const net = await encoderDecoder(true, engine);
          const [x = [], z = []] = golden.data().x;
          const ends = x.map((it, n) => it.map((step, t) => (t > n ? step.map(() => 0) : step)));
          await net.fit({ x: [ends, z], y: golden.data().y }, { epochs: 5, batchSize: 3 });
          hashes.push(hashModel(net));
          net.dispose();
        }
        expect(hashes[1]).toBe(hashes[0]);
      } finally {
        await threads.dispose();
      }
    },
  );

  test("is saved and goes on to the same bits", async () => {
    const [one, two] = [await encoderDecoder(true), await encoderDecoder(true)];
    const data = golden.data();
    await one.fit(data, { epochs: 4, batchSize: 3 });
    await two.fit(data, { epochs: 2, batchSize: 3 });
    const again = await loadModel(two.save());
    expect(again.summary()).toBe(two.summary());
    await again.fit(data, { epochs: 2, batchSize: 3 });
    expect(hashModel(again)).toBe(hashModel(one));
    for (const it of [one, two, again]) it.dispose();
  });

  test("ignores what stands in the encoder's masked steps", async () => {
    const net = await encoderDecoder(true);
    const { x, y } = golden.data();
    const [first = [], second = []] = x;
    const shorter = first.map((sample) => sample.slice(0, 3));
    const end = (value: number) => Array.from({ length: features }, () => value);
    const padded = shorter.map((it) => [...it, end(0), end(0), end(0)]);
    const p = await net.predict([padded, second]);
    const before = shorter.map((it) => [end(0), end(0), end(0), ...it]);
    expect((await net.predict([before, second])).data).toBeNear(p.data, { absolute: 1e-7 });
    await net.fit({ x: [padded, second], y }, { epochs: 2 });
    net.dispose();
  });

  test("may give them as outputs, and be a layer of another model", async () => {
    const x = input({ shape: [3, 2] });
    const layer = lstm({ units: 4, returnSequences: true, returnState: true, name: "memory" });
    const [y, h, c] = layer.applyAll(x);
    if (!y || !h || !c) throw new Error("three values");
    expect([y.shape, h.shape, c.shape]).toEqual([[3, 4], [4], [4]]);
    const net = await model({ inputs: x, outputs: [y, h, c] });
    const rows = [0, 1, 2].map((n) => [0, 1, 2].map((t) => [Math.sin(n + t), Math.cos(n * t)]));
    const [all, state, cell] = await net.predict(rows);
    expect(state?.shape).toEqual([3, 4]);
    const last = [0, 1, 2].flatMap((n) => [...(all?.data.slice(n * 12 + 8, n * 12 + 12) ?? [])]);
    expect([...(state?.data ?? [])]).toEqual(last);
    expect(cell?.data).not.toEqual(state?.data);
    net.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const history = await net.fit({
      x: rows,
      y: [rows.map((it) => it.map(() => [1, 1, 1, 1])), last4(), last4()],
    });
    expect(Object.keys(history.history)).toContain("memory_2_loss");
    const inner = await model({ inputs: x, outputs: add().apply(h, c) });
    const outer = await model({ inputs: x, outputs: dense(1).apply(inner.apply(x)) });
    expect((await outer.predict(rows)).shape).toEqual([3, 1]);
    for (const it of [net, inner, outer]) it.dispose();
  });

  test("has gradients of output and state", async () => {
    const x = input({ shape: [3, 2] });
    const [y, h] = gru({ units: 4, returnState: true }).applyAll(x);
    if (!y || !h) throw new Error("two values");
    const net = await model({ inputs: x, outputs: dense(2, "softmax").apply(add().apply(y, h)) });
    net.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    const rows = Array.from({ length: 8 }, (_, n) =>
      [0, 1, 2].map((t) => [Math.sin(n + t), n / 8]),
    );
    const labels = rows.map((_, n) => n % 2);
    await net.fit({ x: rows, y: labels });
    const gradients = Object.values(net.getGradients());
    expect(gradients.every(({ data }) => data.some((it) => it !== 0))).toBe(true);
    net.dispose();
  });
});

function last4(): number[][] {
  return [0, 1, 2].map(() => [0, 0, 0, 0]);
}

describe("what cannot be", () => {
  const x = input({ shape: [3, 2] });
  const memory = () => lstm({ units: 4, returnState: true });
  const bad: Readonly<Record<string, readonly [code: string, () => unknown]>> = {
    "a layer of several outputs in a row": [
      "invalidArgument",
      () => sequential({ inputShape: [3, 2], layers: [memory(), dense(1)] }),
    ],
    "in both directions": ["invalidArgument", () => bidirectional(memory())],
    "one state of two": ["shapeMismatch", () => memory().apply(x, input({ shape: [4] }))],
    "a state of another width": [
      "shapeMismatch",
      () => gru({ units: 3 }).apply(x, input({ shape: [4] })),
    ],
  };
  for (const [name, [code, run]] of Object.entries(bad)) {
    test(`${name}: ${code}`, async () => {
      expect((await rejection(async () => run())).code).toBe(code);
    });
  }
  test("a saved graph that reads values that nobody gives", async () => {
    const [y, h] = gru({ units: 4, returnState: true }).applyAll(x);
    if (!y || !h) throw new Error("two values");
    const net = await model({ inputs: x, outputs: add().apply(y, h) });
    const { json, weights } = net.save();
    const file = JSON.parse(json);
    for (const change of [
      () => (file.graph.nodes[1].inputs = [1, 3]),
      () => (file.graph.outputs = [4]),
    ]) {
      const before = structuredClone(file.graph);
      change();
      const saved = { json: JSON.stringify(file), weights };
      expect((await rejection(() => loadModel(saved))).code).toBe("modelFormat");
      file.graph = before;
    }
    net.dispose();
  });
});
