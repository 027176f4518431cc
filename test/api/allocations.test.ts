// Memory that cannot grow, at every place where it is asked to: a typed error, nothing taken and nothing
// changed, and the same call succeeds once there is room.

import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import {
  datasets,
  dense,
  dropout,
  type Engine,
  engine as getEngine,
  LayerwiseError,
  loadModel,
  type SavedModel,
  type Sequential,
  sequential,
} from "../../src/index.ts";
import { createEngine, type EngineOptions } from "../../src/runtime/engine.ts";
import { hashModel, hashWeights } from "../support/hash.ts";
import { kernelName } from "../support/kernel.ts";
import { rejection } from "../support/rejection.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** More than any memory can grow by. */
const TOO_MUCH = 2 ** 32;

interface Outcome<T> {
  /** Whether there were so many allocations. */
  readonly came: boolean;
  readonly value?: T;
  readonly error?: LayerwiseError;
}

/** Runs something whose allocation with this number, from 0, asks for more than there can be. */
async function failing<T>(
  { arena }: Engine,
  number: number,
  run: () => T | Promise<T>,
): Promise<Outcome<T>> {
  const { allocate } = arena;
  let made = 0;
  const spy = vi
    .spyOn(arena, "allocate")
    .mockImplementation((bytes) => allocate.call(arena, made++ === number ? TOO_MUCH : bytes));
  try {
    return { value: await run(), came: made > number };
  } catch (error) {
    if (!(error instanceof LayerwiseError)) throw error;
    return { error, came: made > number };
  } finally {
    spy.mockRestore();
  }
}

const data = datasets.moons({ samples: 40, noise: 0.1 });
const { train, test: heldOut } = data.split(0.75);

async function make(engine: Engine): Promise<Sequential> {
  const layers = [dense(5, "tanh"), dropout(0.2), dense(1, "sigmoid")];
  return sequential({ engine, inputShape: [2], layers });
}

function compile(model: Sequential): void {
  model.compile({ optimizer: "adam", loss: "binaryCrossentropy", metrics: ["accuracy"] });
}

interface Call {
  readonly run: (model: Sequential) => unknown;
  /** Whether the model is not compiled. Default: it is, and has trained. */
  readonly fresh?: boolean;
  /** What was done with it before. */
  readonly before?: (model: Sequential) => Promise<void>;
  /** Whether it may have trained before an allocation fails: then a repetition is another training. */
  readonly advances?: boolean;
  /** Fewest allocations that there must be, so that the test is one. */
  readonly least: number;
}

const calls: Readonly<Record<string, Call>> = {
  compile: { run: compile, fresh: true, least: 1 },
  "compile again": {
    run: (model) => model.compile({ optimizer: "nadam", loss: "meanSquaredError" }),
    least: 1,
  },
  fit: { run: (model) => model.fit(data, { epochs: 2, batchSize: 16 }), least: 3 },
  "fit with held-out data": {
    run: (model) => model.fit(train, { epochs: 2, validationData: heldOut }),
    least: 6,
  },
  "fit with class weights and a share held out": {
    run: (model) => model.fit(data, { classWeight: { 1: 2 }, validationSplit: 0.25 }),
    least: 6,
  },
  "fit on a stream": {
    run: (model) => model.fit([data.take(9), data.take(3)], { validationData: heldOut }),
    advances: true,
    least: 6,
  },
  step: { run: (model) => model.step(3, { data, batchSize: 7 }), least: 3 },
  "step on, with a unit frozen and one switched off": {
    async before(model) {
      await model.step(1, { data, batchSize: 7 });
      model.unit("dense_1", 1).frozen = true;
      model.unit("dense_1", 2).enabled = false;
    },
    run: (model) => model.step(2),
    least: 1,
  },
  "predict, with a unit switched off": {
    async before(model) {
      await model.predict(data);
      model.unit("dense_1", 2).enabled = false;
    },
    run: (model) => model.predict(data),
    least: 1,
  },
  evaluate: { run: (model) => model.evaluate(data), least: 3 },
  predict: { run: (model) => model.predict(data), least: 1 },
  "predict one sample": { run: (model) => model.predict([[0, 0]]), least: 1 },
  lens: {
    run: (model) => model.lens(heldOut, { train, resolution: 4, probeSteps: 3 }),
    least: 10,
  },
  save: { run: (model) => model.save(), least: 0 },
};

const engines: Readonly<Record<string, () => Promise<Engine>>> = {
  here: () => getEngine(),
  ...(kernelName !== "check" && { "on threads": threaded }),
};

let pair: Promise<Engine> | undefined;
/** An engine of which every plan runs on two threads, however small. */
function threaded(): Promise<Engine> {
  pair ??= createEngine({ threads: 2 }).then((it) => Object.assign(it, { operationsPerThread: 1 }));
  return pair;
}
afterAll(async () => {
  await (await pair)?.dispose();
});

async function prepared(engine: Engine, { fresh, before }: Call): Promise<Sequential> {
  const model = await make(engine);
  if (fresh) return model;
  compile(model);
  await model.fit(data, { batchSize: 8 });
  await before?.(model);
  return model;
}

describe.each(Object.entries(engines))("%s, memory that can't grow", (_, engineOf) => {
  test.each(Object.entries(calls))(
    "in %s: a typed error at each place, nothing is taken, and the call then succeeds",
    async (_, call) => {
      const engine = await engineOf();
      const start = engine.arena.used;
      let result: unknown;
      let hash: string;
      {
        using undisturbed = await prepared(engine, call);
        result = await call.run(undisturbed);
        hash = hashModel(undisturbed);
      }
      let allocations = 0;
      for (; ; allocations++) {
        using model = await prepared(engine, call);
        const { used } = engine.arena;
        const before = hashModel(model);
        const { came, error } = await failing(engine, allocations, () => call.run(model));
        if (!came) break;
        expect(error?.code, `allocation ${allocations}`).toBe("outOfMemory");
        // A plan of a model that had one before may be gone until the next call.
        expect(engine.arena.used, `allocation ${allocations}`).toBeLessThanOrEqual(used);
        if (!call.advances) expect(hashModel(model)).toBe(before);
        const again = await call.run(model);
        if (call.advances) continue;
        expect(again).toEqual(result);
        expect(hashModel(model)).toBe(hash);
      }
      expect(allocations).toBeGreaterThanOrEqual(call.least);
      expect(engine.arena.used).toBe(start);
    },
  );

  test.each<[string, (engine: Engine, saved: SavedModel) => Promise<Sequential>]>([
    ["sequential", (engine) => make(engine)],
    ["loadModel", (engine, saved) => loadModel(saved, { engine })],
  ])(
    "in %s: a typed error at each place, nothing is taken, and the call then succeeds",
    async (_, build) => {
      const engine = await engineOf();
      const start = engine.arena.used;
      using source = await make(engine);
      compile(source);
      const saved = source.save();
      const { used } = engine.arena;
      let allocations = 0;
      for (; ; allocations++) {
        const { came, value, error } = await failing(engine, allocations, () =>
          build(engine, saved),
        );
        value?.dispose();
        if (!came) break;
        expect(error?.code, `allocation ${allocations}`).toBe("outOfMemory");
        expect(engine.arena.used).toBe(used);
        using model = await build(engine, saved);
        expect(hashWeights(model)).toBe(hashWeights(source));
      }
      expect(allocations).toBeGreaterThanOrEqual(2);
      source.dispose();
      expect(engine.arena.used).toBe(start);
    },
  );
});

describe.skipIf(kernelName === "check")("an engine with 2 MiB of memory", () => {
  const MIB = 2 ** 20;
  const engines: Engine[] = [];
  async function small(options: EngineOptions = {}): Promise<Engine> {
    const engine = await createEngine({ memory: 2 * MIB, ...options });
    engines.push(engine);
    return Object.assign(engine, { operationsPerThread: 1 });
  }
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((it) => it.dispose()));
  });

  /** A model whose weights take about so many bytes. */
  async function sized(engine: Engine, bytes: number): Promise<Sequential> {
    const inputs = Math.floor(bytes / 4 / 64);
    return sequential({ engine, inputShape: [inputs], layers: [dense(64), dense(1, "sigmoid")] });
  }
  const rows = (samples: number, inputs: number) => ({
    x: new Float32Array(samples * inputs).fill(0.5),
    y: Float32Array.from({ length: samples }, (_, i) => i % 2),
  });

  test("refuses a model that does not fit, and takes one that does", async () => {
    const engine = await small();
    expect((await rejection(() => sized(engine, 3 * MIB))).code).toBe("outOfMemory");
    expect(engine.arena.used).toBe(0);
    using model = await sized(engine, MIB);
    expect(model.parameterCount).toBeGreaterThan(250_000);
  });

  test("refuses an optimizer whose state does not fit, and takes one that has none", async () => {
    using model = await sized(await small(), 0.75 * MIB);
    const loss = "binaryCrossentropy";
    const error = await rejection(() => model.compile({ optimizer: "adam", loss }));
    expect(error.code).toBe("outOfMemory");
    expect((await rejection(() => model.fit(rows(2, 1)))).code).toBe("notCompiled");
    model.compile({ optimizer: "sgd", loss });
  });

  test.each([1, 2])(
    "on %i threads, refuses data that does not fit, and takes less",
    async (threads) => {
      const engine = await small({ threads });
      using model = await sized(engine, 0.1 * MIB);
      const [inputs = 0] = model.inputShape;
      compile(model);
      const { used } = engine.arena;
      const before = hashModel(model);
      const much = rows(2000, inputs);
      for (const run of [
        () => model.fit(much),
        () => model.step(1, { data: much }),
        () => model.evaluate(much),
        () => model.lens(much, { resolution: 0 }),
      ]) {
        expect((await rejection(run)).code).toBe("outOfMemory");
        expect(engine.arena.used).toBe(used);
        expect(hashModel(model)).toBe(before);
      }
      expect((await model.predict(much.x)).shape).toEqual([2000, 1]);
      const { stopped } = await model.fit(rows(64, inputs));
      expect(stopped).toBe("epochs");
      expect(engine.report().started).toBe(threads > 1);
    },
  );
});
