// The page's table of optimizers against the library: names, defaults, bounds; and what the panel does to it.

import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamW,
  dense,
  lion,
  nadam,
  type Optimizer,
  type OptimizerName,
  rmsprop,
  sequential,
  sgd,
} from "layerwise";
import { describe, expect, test } from "vitest";
import { optimizerNames } from "../../web/src/names.ts";
import {
  bounds,
  nearestStop,
  type OptionRow,
  optimizers,
  optionOf,
  rateStops,
  switched,
  withOption,
} from "../../web/src/network/optimizers.ts";

const makers: Readonly<Record<OptimizerName, (options?: object) => Optimizer>> = {
  sgd,
  adagrad,
  adadelta,
  rmsprop,
  adam,
  adamW,
  adamax,
  nadam,
  lion,
};

function row(name: OptimizerName, option: string): OptionRow {
  const found = optimizers[name].options.find((it) => it.name === option);
  if (!found) throw new Error(`${name} has no ${option}`);
  return found;
}

describe.each(optimizerNames)("%s", (name) => {
  test("has the library's options with the library's defaults", async () => {
    using model = await sequential({ inputShape: [2], layers: [dense(1)] });
    model.compile({ optimizer: makers[name](), loss: "meanSquaredError" });
    const { learningRate: _, ...defaults } = model.hyper;
    // A limit that is off is no option of the library's.
    const offered = optimizers[name].options.filter((it) => it.kind !== "limit");
    expect(Object.fromEntries(offered.map((it) => [it.name, it.standard]))).toEqual(defaults);
  });

  test("is made by the library with every option at its bounds", () => {
    const { rate, options } = optimizers[name];
    expect(makers[name]({ learningRate: rate }).hyper.learningRate).toBeCloseTo(rate, 9);
    for (const option of options) {
      const values = option.kind === "switch" ? [true, false] : Object.values(bounds(option.kind));
      for (const value of values) {
        if (option.kind === "limit" && value === 0) continue;
        expect(() => makers[name]({ [option.name]: value })).not.toThrow();
      }
    }
  });
});

describe("a change to an option", () => {
  const plain = { name: "adam", learningRate: 0.01, options: {} } as const;

  test("is kept where it differs from the default, and dropped where it doesn't", () => {
    const beta1 = row("adam", "beta1");
    const changed = withOption(plain, beta1, 0.5);
    expect(changed.options).toEqual({ beta1: 0.5 });
    expect(optionOf(changed, beta1)).toBe(0.5);
    expect(withOption(changed, beta1, 0.9)).toEqual(plain);
  });

  test("turns one limit off when the other is set, for the library takes one at most", () => {
    const one = withOption(plain, row("adam", "clipValue"), 2);
    const other = withOption(one, row("adam", "globalClipNorm"), 3);
    expect(other.options).toEqual({ globalClipNorm: 3 });
    expect(withOption(other, row("adam", "globalClipNorm"), 0)).toEqual(plain);
  });
});

test("another optimizer keeps the options that it has too, and gets a learning rate of its own", () => {
  const adamSettings = { name: "adam", learningRate: 5, options: { beta1: 0.5, amsgrad: true } };
  expect(switched({ ...adamSettings, name: "adam" }, "lion")).toEqual({
    name: "lion",
    learningRate: optimizers.lion.rate,
    options: { beta1: 0.5 },
  });
});

test("a value that is the other optimizer's default isn't kept", () => {
  const settings = { name: "adam", learningRate: 0.01, options: { weightDecay: 0.004 } } as const;
  expect(switched(settings, "adamW").options).toEqual({});
});

test("the slider stops at round rates, and begins at the one next to what holds", () => {
  expect(rateStops[0]).toBe(0.00001);
  expect(rateStops.at(-1)).toBe(10);
  expect([...rateStops]).toEqual([...rateStops].sort((a, b) => a - b));
  for (const [i, stop] of rateStops.entries()) expect(nearestStop(stop)).toBe(i);
  expect(rateStops[nearestStop(0.0126)]).toBe(0.01);
  expect(rateStops[nearestStop(1e-9)]).toBe(0.00001);
  expect(rateStops[nearestStop(900)]).toBe(10);
});
