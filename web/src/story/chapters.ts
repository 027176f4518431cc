// The guided tour: each chapter is a run of its own, live on the page, and what to see in it. A test trains
// every one of them and checks what its text claims.

import type { Speed } from "../protocol.ts";
import {
  type DataSettings,
  defaultSettings,
  type LayerSettings,
  type PointEdit,
  type Settings,
} from "../recipe.ts";

export interface Chapter {
  readonly title: string;
  /** Two to four short sentences. */
  readonly text: readonly string[];
  /** What to do or to watch. */
  readonly task: string;
  readonly start: Settings;
  /** Where the run is opened. Default: at its beginning. */
  readonly step?: number;
  /** Played from there, so many epochs a second. Default: the visitor presses play. */
  readonly speed?: Speed;
}

interface Choice {
  readonly data: Partial<DataSettings> & Pick<DataSettings, "name" | "seed">;
  readonly layers: readonly LayerSettings[];
  readonly seed: number;
  readonly optimizer: "sgd" | "adam";
  readonly learningRate: number;
}

/** All that a chapter's text rests on is written out; the rest is as on the page at first. */
function settings({ data, layers, seed, optimizer, learningRate }: Choice): Settings {
  return {
    ...defaultSettings,
    data: {
      samples: 400,
      noise: 0.15,
      classes: 2,
      trainShare: 0.8,
      edits: [],
      table: undefined,
      ...data,
    },
    features: ["x", "y"],
    layers,
    seed,
    optimizer: { name: optimizer, learningRate, options: {} },
    batchSize: 10,
  };
}

function tanh(...units: readonly number[]): readonly LayerSettings[] {
  return units.map((it) => ({ units: it, activation: "tanh" }));
}

const blobs = { name: "gaussians", samples: 300, noise: 0.35, seed: 1 } as const;
const discInRing = { name: "rings", seed: 1 } as const;

const twoCircles = settings({
  data: { name: "circles", samples: 500, noise: 0.1, seed: 1 },
  layers: tanh(8, 6, 2),
  // Of several this one fills the picture of its two units best.
  seed: 7,
  optimizer: "adam",
  learningRate: 0.005,
});

export const chapters: readonly Chapter[] = [
  {
    title: "A linear classifier",
    text: [
      "Two clouds: blue circles and orange squares.",
      "A linear classifier multiplies x and y by a weight each and adds the two up: a dot product.",
      "If the sum is above a threshold it says orange, otherwise blue.",
      "Where the sum is exactly the threshold, there is a straight line.",
    ],
    task: "Press play and watch the output’s map: its line starts out wrong and turns with the weights until it stands between the clouds. Below it are two figures: of this line, which a probe shifts to where it fits, and of the network itself.",
    start: settings({
      data: blobs,
      layers: [],
      seed: 3,
      optimizer: "sgd",
      learningRate: 0.002,
    }),
  },
  {
    title: "One neuron",
    text: [
      "A neuron is the same sum, sent through an activation function.",
      "The oldest one is the threshold: 1 if the sum is above it, otherwise 0.",
      "Later ones, such as this sigmoid, make a slope of that step, so that training can feel its way.",
      "Either way the border of one neuron is a straight line.",
    ],
    task: "Set the activation of layer 1 to “step (threshold)” and press play: the slope becomes a cliff. The border stays straight; it shows stairs, since the map is made of cells.",
    start: settings({
      data: blobs,
      layers: [{ units: 1, activation: "sigmoid" }],
      seed: 3,
      optimizer: "adam",
      learningRate: 0.002,
    }),
    speed: 10,
  },
  {
    title: "Why a line fails on circles",
    text: [
      "Now blue is in the middle, and orange all around it.",
      "Wherever a straight line is put, both sides of it hold some of each.",
      "So the classifier turns and shifts its line, and stays near one half right: what guessing gives.",
    ],
    task: "Watch the percentage below the map. It gets no better, however long you wait.",
    start: settings({
      data: discInRing,
      layers: [],
      seed: 1,
      optimizer: "adam",
      learningRate: 0.02,
    }),
    speed: 10,
  },
  {
    title: "A hidden layer",
    text: [
      "Put four neurons in between. Each has a straight line of its own: see its small map.",
      "The output weighs the four and adds them up, and together they close around the middle.",
      "Nobody told them where to stand: each small step of training made the same loss a little smaller.",
    ],
    task: "Watch four lines become one closed curve, within 40 epochs. Then take units away with “−” and play again: three can do it, two can not.",
    start: settings({
      data: discInRing,
      layers: tanh(4),
      seed: 1,
      optimizer: "adam",
      learningRate: 0.01,
    }),
    speed: 10,
  },
  {
    title: "Depth",
    text: [
      "Two arms of a spiral, and three layers. Read from left to right.",
      "Below each layer stands how many points a straight boundary fitted behind it gets right. That boundary is a probe: trained on the side, only to look.",
      "At the input it does little better than guessing. Each layer bends the plane further, until a straight line is enough.",
    ],
    task: "Wait for about 150 epochs, and compare the large percentages from left to right.",
    start: settings({
      data: { name: "spiral", samples: 500, noise: 0.05, seed: 1 },
      layers: tanh(10, 8, 6),
      seed: 1,
      optimizer: "adam",
      learningRate: 0.01,
    }),
    speed: 10,
  },
  {
    title: "Representations",
    text: [
      "This network has trained for 80 epochs on the two circles; orange is what lies between them.",
      "Its last hidden layer has two units, so all that it knows about a point fits into a picture.",
      "There the network has moved the points until one straight line tells the classes apart.",
    ],
    task: "In the last row, press the small play button under layer 3: the points are weighted, shifted, and bent by tanh.",
    start: twoCircles,
    step: 3200,
  },
  {
    title: "Your own data",
    text: [
      "Here is a face to begin with: blue outline, orange features.",
      "Add, move and delete points in the map of the data, or paste a table of your own.",
      "All of it is computed on your machine. Nothing is sent anywhere.",
    ],
    task: "Draw something that no line can separate. How many layers does it take?",
    start: settings({
      data: { name: "drawn", seed: 1, trainShare: 0.7, edits: face() },
      layers: tanh(8, 6, 2),
      seed: 1,
      optimizer: "adam",
      learningRate: 0.02,
    }),
    speed: 10,
  },
];

/** Points to begin with: an outline of class 0; eyes and a mouth of class 1. */
function face(): readonly PointEdit[] {
  const turn = (share: number) => 2 * Math.PI * share;
  return [
    ...arc({ count: 48, radius: 2.3, from: 0, to: turn(47 / 48), label: 0 }),
    ...arc({ count: 9, radius: 0.22, from: 0, to: turn(8 / 9), label: 1, x: -0.8, y: 0.8 }),
    ...arc({ count: 9, radius: 0.22, from: 0, to: turn(8 / 9), label: 1, x: 0.8, y: 0.8 }),
    ...arc({ count: 22, radius: 1.25, from: turn(0.57), to: turn(0.93), label: 1 }),
  ];
}

interface Arc {
  readonly count: number;
  readonly radius: number;
  readonly from: number;
  readonly to: number;
  readonly label: number;
  readonly x?: number;
  readonly y?: number;
}

function arc({ count, radius, from, to, label, x = 0, y = 0 }: Arc): readonly PointEdit[] {
  // Engines differ in the last digits of sine and cosine: hundredths are the same everywhere.
  const hundredths = (value: number) => Math.round(value * 100) / 100;
  return Array.from({ length: count }, (_, i) => {
    const angle = from + ((to - from) * i) / (count - 1);
    return {
      do: "add",
      x: hundredths(x + radius * Math.cos(angle)),
      y: hundredths(y + radius * Math.sin(angle)),
      label,
    };
  });
}
