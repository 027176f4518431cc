// Saving and loading: what comes back is the model that was saved, and a file that is torn, foreign or
// hostile is refused with a code, nothing being allocated for it.

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  activation,
  adam,
  constant,
  datasets,
  dense,
  dropout,
  type Engine,
  elu,
  engine,
  flatten,
  fromCSV,
  huber,
  leakyRelu,
  loadModel,
  type ModelSource,
  rmsprop,
  type SavedModel,
  type Sequential,
  type SequentialOptions,
  sequential,
} from "../../src/index.ts";
import { hashModel } from "../support/hash.ts";
import { kernelName } from "../support/kernel.ts";
import { rejection } from "../support/rejection.ts";

const data = datasets.moons({ samples: 40, noise: 0.1 });
let folder: string;
let arena: Engine["arena"];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "layerwise-"));
  arena = (await engine()).arena;
});
afterAll(() => rm(folder, { recursive: true }));

/** Models of the test at hand: none may be collected while another one measures memory. */
const made: Sequential[] = [];
afterEach(() => {
  for (const model of made.splice(0)) model.dispose();
});
const kept = (model: Sequential): Sequential => {
  made.push(model);
  return model;
};
const build = async (options: SequentialOptions) => kept(await sequential(options));
const load = async (source: ModelSource) => kept(await loadModel(source));

async function trained(): Promise<Sequential> {
  const layers = [dense(5, "tanh"), dropout(0.1), dense(1, "sigmoid")];
  const model = await build({ inputShape: [2], seed: 7, layers });
  model.compile({
    optimizer: adam({ amsgrad: true }),
    loss: "binaryCrossentropy",
    metrics: ["accuracy"],
  });
  await model.fit(data, { epochs: 2 });
  return model;
}

describe("a model that was saved and loaded", () => {
  test("predicts the same bits", async () => {
    const model = await trained();
    const loaded = await load(model.save());
    expect((await loaded.predict(data)).data).toEqual((await model.predict(data)).data);
  });
  test("saves to the same bytes again", async () => {
    const model = await trained();
    expect((await load(model.save())).save()).toEqual(model.save());
  });
  test("stands where it stood, with optimizer, loss and metrics", async () => {
    const model = await trained();
    const loaded = await load(model.save());
    expect([loaded.position, loaded.hyper, await loaded.evaluate(data), loaded.summary()]).toEqual([
      model.position,
      model.hyper,
      await model.evaluate(data),
      model.summary(),
    ]);
  });
  test("has the hyper-parameters that setHyper gave", async () => {
    const model = await trained();
    model.setHyper({ learningRate: 0.25 });
    expect((await load(model.save())).hyper.learningRate).toBe(0.25);
  });
  test("goes through a folder unchanged", async () => {
    const model = await trained();
    const path = join(folder, "deep", "model");
    await model.save(path);
    expect(hashModel(await load(path))).toBe(hashModel(model));
  });
  test("leaves two files in the folder, and only these, however often it is saved", async () => {
    const model = await trained();
    const path = join(folder, "twice");
    await model.save(path);
    await model.save(path);
    expect((await readdir(path)).sort()).toEqual(["model.json", "weights.safetensors"]);
  });
  test("has every kind of layer with all its settings", async () => {
    const model = await build({
      inputShape: [2, 3],
      seed: 2 ** 40,
      layers: [
        flatten(),
        dense({
          units: 4,
          activation: leakyRelu({ negativeSlope: 0.3 }),
          kernelRegularizer: { l1: 0.1 },
        }),
        dropout(0.25, { name: "thin" }),
        dense({
          units: 3,
          useBias: false,
          activation: elu({ alpha: 0.5 }),
          kernelInitializer: "orthogonal",
        }),
        activation("softsign"),
        dense({ units: 2, biasInitializer: constant({ value: 0.5 }), biasRegularizer: 0.2 }),
      ],
    });
    model.compile({
      optimizer: rmsprop({ centered: true, clipValue: 1 }),
      loss: huber({ delta: 0.7 }),
      metrics: ["r2"],
    });
    const saved = model.save();
    const loaded = await load(saved);
    loaded.reset();
    expect(loaded.save()).toEqual(saved);
  });
  test("that was never compiled is loaded uncompiled", async () => {
    const model = await build({ inputShape: [2], layers: [dense(1)] });
    const loaded = await load(model.save());
    expect((await rejection(() => loaded.fit(data))).code).toBe("notCompiled");
  });
  test("can be saved from bytes in a larger buffer", async () => {
    const { json, weights } = (await trained()).save();
    const larger = new Uint8Array(weights.length + 13);
    larger.set(weights, 9);
    const loaded = await load({ json, weights: larger.subarray(9, 9 + weights.length) });
    expect(loaded.save().weights).toEqual(weights);
  });
});

describe("what a model remembers of its data", () => {
  const csv = "width,height,kind\n1,200,a\n2,300,b\n3,250,a\n4,400,b\n5,350,a\n6,500,b\n";
  const table = () => fromCSV(csv, { target: "kind" });
  async function model(): Promise<Sequential> {
    const it = await build({ inputShape: [2], layers: [dense(1, "sigmoid")] });
    it.compile({ optimizer: "adam", loss: "binaryCrossentropy" });
    await it.fit(table().normalize(), { epochs: 2 });
    return it;
  }

  test("is kept: normalization, names of classes and features, the table's schema", async () => {
    const it = await model();
    const dataset = table().normalize();
    expect((await load(it.save())).data).toEqual({
      normalization: dataset.normalization,
      classNames: ["a", "b"],
      featureNames: ["width", "height"],
      schema: dataset.schema,
    });
  });
  test("predict normalizes what comes as it is", async () => {
    const it = await load((await model()).save());
    const raw = await it.predict([
      [1, 200],
      [6, 500],
    ]);
    const normalized = (await it.predict(table().normalize())).rows();
    expect(raw.rows()).toEqual([normalized[0], normalized[5]]);
  });
  test("predict takes a normalized data set as it is", async () => {
    const it = await model();
    expect((await it.predict(table().normalize())).data).toEqual((await it.predict(table())).data);
  });
  test("evaluate normalizes what comes as it is", async () => {
    const it = await model();
    expect(await it.evaluate(table())).toEqual(await it.evaluate(table().normalize()));
  });
  test("validation data are normalized as the training data, in the first fit too", async () => {
    const it = await build({ inputShape: [2], layers: [dense(1, "sigmoid")] });
    it.compile({ optimizer: "adam", loss: "binaryCrossentropy" });
    const { history } = await it.fit(table().normalize(), { validationData: table() });
    expect(history.valLoss).toEqual([(await it.evaluate(table())).loss]);
  });
  test("training on arrays keeps what is known of names", async () => {
    const it = await model();
    await it.fit({
      x: [
        [1, 200],
        [6, 500],
      ],
      y: [0, 1],
    });
    expect([it.data.classNames, it.data.featureNames]).toEqual([
      ["a", "b"],
      ["width", "height"],
    ]);
  });
  test("training on raw data goes on with the normalization", async () => {
    const [a, b] = [await model(), await model()];
    await a.fit(table());
    await b.fit(table().normalize());
    expect(hashModel(a)).toBe(hashModel(b));
  });
});

type Json = Record<string, unknown>;
/** A saved model with one of its files changed. */
type Change = (saved: SavedModel) => SavedModel;

/** The description with something done to it. */
const described =
  (change: (json: Json) => void): Change =>
  ({ json, weights }) => {
    const description = JSON.parse(json) as Json;
    change(description);
    return { json: JSON.stringify(description), weights };
  };
const layer = (json: Json, index: number) => (json.layers as Json[])[index] as Json;

interface Header {
  [name: string]: { dtype: string; shape: number[]; data_offsets: [number, number] };
}
/** The weights file with something done to its header. */
const headed =
  (change: (header: Header) => void, tail = 0): Change =>
  ({ json, weights }) => {
    const view = new DataView(weights.buffer, weights.byteOffset, weights.byteLength);
    const length = Number(view.getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(weights.subarray(8, 8 + length))) as Header;
    change(header);
    const text = new TextEncoder().encode(JSON.stringify(header));
    const rest = weights.subarray(8 + length);
    const bytes = new Uint8Array(8 + text.length + rest.length + tail);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
    bytes.set(text, 8);
    bytes.set(rest.subarray(0, Math.max(0, rest.length + tail)), 8 + text.length);
    return { json, weights: bytes };
  };
const entry = (header: Header, name: string) => {
  const it = header[name];
  if (it === undefined) throw new Error(`no ${name}`);
  return it;
};
/** The file with one number of a tensor overwritten. */
const overwritten =
  (name: string, value: number): Change =>
  ({ json, weights }) => {
    const bytes = weights.slice();
    const view = new DataView(bytes.buffer);
    const length = Number(view.getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Header;
    view.setFloat32(8 + length + entry(header, name).data_offsets[0], value, true);
    return { json, weights: bytes };
  };

const hostile: Readonly<Record<string, readonly [code: string, change: Change]>> = {
  "weights of 65536 × 65537 numbers, described so": [
    "shapeMismatch",
    described((json) => {
      delete json.featureNames;
      json.inputShape = [65536];
      layer(json, 0).units = 65537;
    }),
  ],
  "weights of 65536 × 65537 numbers, in the header": [
    "safetensorsFormat",
    headed((header) => {
      entry(header, "dense_1.weight").shape = [65536, 65537];
    }),
  ],
  "weights of 65536 × 65536 numbers, 0 in 32 bits": [
    "safetensorsFormat",
    headed((header) => {
      entry(header, "dense_1.weight").shape = [65536, 65536];
    }),
  ],
  "a layer of 10^6 units and nothing for it": [
    "shapeMismatch",
    described((json) => {
      layer(json, 0).units = 1_000_000;
    }),
  ],
  "inputs without end": [
    "modelFormat",
    described((json) => {
      json.inputShape = [2 ** 24, 2 ** 24];
    }),
  ],
  "__proto__ at the top": [
    "modelFormat",
    ({ json, weights }) => ({ json: json.replace("{", '{"__proto__": {"seed": 1},'), weights }),
  ],
  "__proto__ in a layer": [
    "modelFormat",
    ({ json, weights }) => ({ json: json.replace('"units"', '"__proto__": {}, "units"'), weights }),
  ],
  "constructor among the hyper-parameters": [
    "modelFormat",
    ({ json, weights }) => ({
      json: json.replace('"learningRate"', '"constructor": 1, "learningRate"'),
      weights,
    }),
  ],
  "__proto__ for a tensor's name": [
    "safetensorsFormat",
    ({ json, weights }) => {
      const text = new TextDecoder("latin1")
        .decode(weights)
        .replace('"dense_1.bias"', '"__proto__"   ');
      return { json, weights: Uint8Array.from(text, (c) => c.charCodeAt(0)) };
    },
  ],
  "__proto__ for a layer's type": [
    "modelFormat",
    described((json) => (layer(json, 0).type = "__proto__")),
  ],
  "toString for an activation": [
    "unknownName",
    described((json) => (layer(json, 0).activation = { name: "toString", alpha: 0 })),
  ],
  "toString for an optimizer": [
    "unknownName",
    described((json) => {
      (json.compiled as { optimizer: Json }).optimizer.name = "toString";
    }),
  ],
  "overlapping tensors": [
    "safetensorsFormat",
    headed((header) => {
      const [from] = entry(header, "dense_1.weight").data_offsets;
      const bias = entry(header, "dense_1.bias");
      bias.data_offsets = [from, from + 20];
    }),
  ],
  "a gap between tensors": ["safetensorsFormat", headed((header) => delete header["dense_1.bias"])],
  "a tensor beyond the file": [
    "safetensorsFormat",
    headed((header) => {
      const it = entry(header, "dense_1.bias");
      it.data_offsets = [it.data_offsets[0] + 1e6, it.data_offsets[1] + 1e6];
    }),
  ],
  "a tensor before the file": [
    "safetensorsFormat",
    headed((header) => {
      entry(header, "dense_1.bias").data_offsets = [-20, 0];
    }),
  ],
  "weights of a size that the model does not have": [
    "shapeMismatch",
    described((json) => {
      layer(json, 0).units = 6;
    }),
  ],
  "weights turned on their side": [
    "shapeMismatch",
    headed((header) => entry(header, "dense_1.weight").shape.reverse()),
  ],
  "integers for weights": [
    "safetensorsFormat",
    headed((header) => {
      entry(header, "dense_1.weight").dtype = "I32";
    }),
  ],
  "a state that is missing": [
    "shapeMismatch",
    described((json) => {
      (json.layers as Json[])[0] = { ...layer(json, 0), name: "other" };
    }),
  ],
  "NaN for a weight": ["nanInData", overwritten("dense_1.weight", Number.NaN)],
  "infinity for a weight": ["nanInData", overwritten("dense_2.bias", Number.NEGATIVE_INFINITY)],
  "NaN in the optimizer's state": ["nanInData", overwritten("dense_1.weight.state.0", Number.NaN)],
  "bytes after the last tensor": ["safetensorsFormat", headed(() => {}, 4)],
  "a last tensor cut short": ["safetensorsFormat", headed(() => {}, -4)],
  "a header of 2^63 bytes": [
    "safetensorsFormat",
    ({ json, weights }) => {
      const bytes = weights.slice();
      new DataView(bytes.buffer).setBigUint64(0, 2n ** 63n, true);
      return { json, weights: bytes };
    },
  ],
  "a learning rate of 0": [
    "invalidArgument",
    described((json) => {
      (json.compiled as { optimizer: { hyper: Json } }).optimizer.hyper.learningRate = 0;
    }),
  ],
  "a dropout of 1": ["modelFormat", described((json) => (layer(json, 1).rate = 1))],
  "no layers": ["modelFormat", described((json) => (json.layers = []))],
  "two layers of one name": [
    "invalidArgument",
    described((json) => (layer(json, 1).name = "dense_1")),
  ],
  "half a step": ["modelFormat", described((json) => ((json.training as Json).step = 0.5))],
  "another version": ["modelFormat", described((json) => (json.version = 2))],
  "another format": ["modelFormat", described((json) => (json.format = "keras"))],
  "an array for the description": ["modelFormat", ({ weights }) => ({ json: "[]", weights })],
  "no description": ["modelFormat", ({ weights }) => ({ json: "", weights })],
  "no weights": ["safetensorsFormat", ({ json }) => ({ json, weights: new Uint8Array() })],
  "a normalization for another width": [
    "modelFormat",
    described((json) => {
      json.normalization = { method: "standard", shift: [0], scale: [1] };
    }),
  ],
  "a normalization by 0": [
    "modelFormat",
    described((json) => {
      json.normalization = { method: "standard", shift: [0, 0], scale: [1, 0] };
    }),
  ],
};

describe("a file that is no model is refused, and nothing is left of it", () => {
  let saved: SavedModel;
  beforeAll(async () => {
    using model = await trained();
    saved = model.save();
  });

  for (const [name, [code, change]] of Object.entries(hostile)) {
    test(`${name}: ${code}`, async () => {
      const [used, size] = [arena.used, arena.memory.buffer.byteLength];
      const error = await rejection(() => load(change(saved)));
      expect([error.code, arena.used, arena.memory.buffer.byteLength]).toEqual([code, used, size]);
    });
  }
  test("nothing has reached the prototype of all objects", () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Json).seed).toBeUndefined();
  });

  const stride = kernelName === "check" ? 29 : 7;
  test("a description cut off anywhere: modelFormat", async () => {
    const codes = new Set<string>();
    for (let end = 0; end < saved.json.length; end += stride) {
      codes.add((await rejection(() => load({ ...saved, json: saved.json.slice(0, end) }))).code);
    }
    expect([...codes]).toEqual(["modelFormat"]);
  });
  test("weights cut off anywhere: safetensorsFormat", async () => {
    const codes = new Set<string>();
    for (let end = 0; end < saved.weights.length; end += stride) {
      const weights = saved.weights.slice(0, end);
      codes.add((await rejection(() => load({ ...saved, weights }))).code);
    }
    expect([...codes]).toEqual(["safetensorsFormat"]);
  });
  test("a description with any character replaced is refused, or is a model", async () => {
    const used = arena.used;
    const messages: string[] = [];
    for (let at = 0; at < saved.json.length; at += stride) {
      for (const c of ["0", "-", '"', "}", "e"]) {
        const json = saved.json.slice(0, at) + c + saved.json.slice(at + 1);
        try {
          (await load({ ...saved, json })).dispose();
        } catch (error) {
          if ((error as Error).name !== "LayerwiseError")
            messages.push(`${json.slice(at - 20, at + 20)}: ${error}`);
        }
      }
    }
    expect([messages, arena.used]).toEqual([[], used]);
  });
  test("a header with any byte replaced is refused, or is a model", async () => {
    const used = arena.used;
    const messages: string[] = [];
    const end = 8 + Number(new DataView(saved.weights.buffer).getBigUint64(0, true));
    for (let at = 0; at < end; at += stride) {
      for (const byte of [0, 0x30, 0x22, 0x7d, 0xff]) {
        const weights = saved.weights.slice();
        weights[at] = byte;
        try {
          (await load({ ...saved, weights })).dispose();
        } catch (error) {
          if ((error as Error).name !== "LayerwiseError") messages.push(`${at} ${byte}: ${error}`);
        }
      }
    }
    expect([messages, arena.used]).toEqual([[], used]);
  });
  test("two files of different models are refused: shapeMismatch", async () => {
    const other = await build({
      inputShape: [2],
      layers: [dense(5, "tanh"), dropout(0.1), dense(1)],
    });
    const { code } = await rejection(() =>
      load({ json: saved.json, weights: other.save().weights }),
    );
    expect(code).toBe("shapeMismatch");
  });
  test("a folder with a torn file is refused: safetensorsFormat", async () => {
    const path = join(folder, "torn");
    await (await trained()).save(path);
    const file = join(path, "weights.safetensors");
    await writeFile(file, (await readFile(file)).subarray(0, 100));
    expect((await rejection(() => load(path))).code).toBe("safetensorsFormat");
  });
});
