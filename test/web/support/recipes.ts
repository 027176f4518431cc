// Recipes with every kind of change, small enough to be trained along many ways.

import {
  type Change,
  defaultSettings,
  type LiveSettings,
  type Recipe,
  type ScheduleSettings,
  type Settings,
} from "../../../web/src/recipe.ts";

/** 42 samples train in 6 steps an epoch, the last batch shorter than the others. */
export const small: Settings = {
  ...defaultSettings,
  data: { ...defaultSettings.data, name: "circles", samples: 60, trainShare: 0.7 },
  layers: [
    { units: 4, activation: "tanh" },
    { units: 3, activation: "relu" },
  ],
  batchSize: 8,
};

export const plain: Recipe = { start: small, changes: [] };

const withSettings = (settings: Partial<Settings>): Recipe => ({
  start: { ...small, ...settings },
  changes: [],
});
const withChanges = (...changes: readonly Change[]): Recipe => ({ start: small, changes });
const set = (step: number, it: Partial<LiveSettings>): Change => ({ step, set: it });
const scheduled = (schedule: ScheduleSettings) => withSettings({ schedule });
const { optimizer } = small;
const momentum = { name: "sgd", learningRate: 0.05, options: { momentum: 0.9 } } as const;
const parameters = {
  "layer_2.weight": Array.from({ length: 12 }, (_, i) => i / 10 - 0.5),
  "output.bias": [0.25],
};

/** Steps that no recipe here goes beyond with its changes. */
export const FAR = 40;

export const recipes: Readonly<Record<string, Recipe>> = {
  "no change": plain,
  "a step schedule": scheduled({ name: "step", every: 2, factor: 0.5 }),
  "an exponential schedule": scheduled({ name: "exponential", factor: 0.8 }),
  "a cosine schedule that ends": scheduled({ name: "cosine", epochs: 4 }),
  "a warm-up": scheduled({ name: "warmUp", epochs: 3 }),
  "a schedule that begins on the way": withChanges(
    set(15, { schedule: { name: "exponential", factor: 0.5 } }),
  ),
  "another learning rate": withChanges(
    set(13, { optimizer: { ...optimizer, learningRate: 0.1 } }),
    set(24, { optimizer: { ...optimizer, learningRate: 0.001 } }),
  ),
  "other batch sizes": withChanges(set(9, { batchSize: 5 }), set(20, { batchSize: 1000 })),
  "other options of the optimizer": withChanges(
    set(8, { optimizer: { ...optimizer, options: { beta1: 0.5 } } }),
    set(16, { optimizer: { ...optimizer, options: { globalClipNorm: 0.01 } } }),
    set(22, { optimizer }),
  ),
  "an option that needs more state": withChanges(
    set(8, { optimizer: { ...optimizer, options: { amsgrad: true } } }),
    set(21, { optimizer }),
  ),
  "momentum on the way": {
    start: { ...small, optimizer: { name: "sgd", learningRate: 0.05, options: {} } },
    changes: [set(10, { optimizer: momentum })],
  },
  "a kindred optimizer": withChanges(set(10, { optimizer: { ...optimizer, name: "adamW" } })),
  "other optimizers": withChanges(set(10, { optimizer: momentum }), set(21, { optimizer })),
  "another optimizer under a schedule": {
    start: { ...small, schedule: { name: "exponential", factor: 0.7 } },
    changes: [set(10, { optimizer: momentum })],
  },
  penalties: withChanges(set(7, { l2: 0.1 }), set(19, { l1: 0.05, l2: 0 }), set(25, { l1: 0 })),
  "points added, moved and removed": withChanges(
    { step: 5, edits: [{ do: "add", x: 0.1, y: 0.2, label: 1 }] },
    {
      step: 17,
      edits: [
        { do: "move", point: 3, x: 2, y: -1 },
        { do: "remove", point: 60 },
        { do: "remove", point: 0 },
      ],
    },
  ),
  "fewer points than the epoch has gone through": withChanges({
    step: 11,
    data: { ...small.data, samples: 30, noise: 0.3, seed: 8 },
  }),
  "more points": withChanges({ step: 11, data: { ...small.data, samples: 90, seed: 8 } }),
  "weights by hand": withChanges(
    { step: 12, weights: [{ name: "layer_1.weight", index: [1, 2], value: 2 }] },
    { step: 20, weights: [{ name: "output.bias", index: [0], value: -1 }] },
  ),
  "units frozen and switched off": withChanges(
    { step: 6, units: [{ layer: "layer_1", unit: 1, frozen: true, enabled: true }] },
    {
      step: 14,
      units: [
        { layer: "layer_1", unit: 1, frozen: false, enabled: true },
        { layer: "layer_2", unit: 0, frozen: true, enabled: false },
      ],
    },
  ),
  "a model that was loaded": withChanges({ step: 10, parameters }),
  "several things at one step": withChanges(
    { step: 0, parameters, set: { batchSize: 10 } },
    {
      step: 18,
      set: { optimizer: momentum, l2: 0.01, batchSize: 6, schedule: { name: "warmUp", epochs: 9 } },
      edits: [{ do: "add", x: 0, y: 0, label: 0 }],
      weights: [{ name: "layer_1.bias", index: [0], value: 0.5 }],
      units: [{ layer: "layer_2", unit: 2, frozen: true, enabled: true }],
    },
  ),
  "the linear classifier": withSettings({ layers: [] }),
  "three classes": {
    start: {
      ...small,
      data: { ...small.data, name: "gaussians", classes: 3 },
      loss: "categoricalCrossentropy",
    },
    changes: [set(9, { l2: 0.01 })],
  },
  "a quantity": withSettings({ data: { ...small.data, name: "hills" } }),
};
