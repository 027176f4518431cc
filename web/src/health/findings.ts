// The doctor for networks that are stuck: what is wrong, as far as the frame and the measures tell, and what
// to do. Rules of thumb, each in a function of its own.

import type { Frame, LayerFrame, Measure } from "../protocol.ts";
import type { LiveSettings, Settings } from "../recipe.ts";
import { isDead, isSaturated } from "../unit-state.ts";
import { digits, layerWords, percent, whole } from "../words.ts";

export interface Finding {
  /** What is the matter. */
  readonly what: string;
  /** Why, and what helps. */
  readonly advice: string;
  readonly remedy?: Remedy;
}

/** What the doctor can do at once: live, or from step 0. */
export type Remedy = { readonly label: string } & (
  | { readonly set: Partial<LiveSettings> }
  | { readonly restart: Partial<Settings> }
);

interface Patient {
  readonly frame: Frame;
  /** Up to the step shown. */
  readonly measures: readonly Measure[];
  readonly settings: Settings;
}

/** Gradients that differ by this factor from one end to the other. */
const FAR_APART = 1000;
const EXPLODING = 100;
/** Where the training points are learned, it doesn't matter how. */
const LEARNED = 0.97;
/** So much is needed to tell a trend. */
const FEWEST_MEASURES = 12;
const FEWEST_EPOCHS = 20;

const squashing: readonly (string | undefined)[] = ["tanh", "sigmoid", "hardSigmoid", "softsign"];

/** Nothing found: nothing looks wrong. Before the first step there is nothing to look at. */
export function findings(
  frame: Frame,
  measures: readonly Measure[],
  settings: Settings,
): readonly Finding[] {
  if (frame.step === 0) return [];
  const patient = { frame, measures: measures.filter((it) => it.step <= frame.step), settings };
  const same = sameUnits(patient);
  const isStuck = frame.train.metric < LEARNED;
  const found = [
    same,
    same ? undefined : deadUnits(patient),
    isStuck && !same ? saturatedUnits(patient) : undefined,
    isStuck ? gradients(patient) : undefined,
    jumping(patient) ?? rising(patient) ?? (isStuck ? flat(patient) : undefined),
    overfitting(patient),
  ];
  return found.filter((it) => it !== undefined);
}

/** What gradients say by themselves, whether training is stuck or not. */
export function gradientTrouble({
  health: { gradients },
}: Frame): { readonly kind: "vanish" | "explode"; readonly says: string } | undefined {
  const sizes = gradients.map((it) => it.gradient);
  const [first, last, largest] = [sizes[0] ?? 0, sizes.at(-1) ?? 0, Math.max(...sizes)];
  if (largest > EXPLODING) {
    return { kind: "explode", says: `The gradients explode: the largest is ${digits(largest)}.` };
  }
  if (first * FAR_APART >= last) return undefined;
  const ratio = first === 0 ? "nothing" : `1/${whole(Number((last / first).toPrecision(1)))}`;
  return {
    kind: "vanish",
    says: `The gradients vanish: of what the last layer gets, ${ratio} arrives at the first.`,
  };
}

function hiddenLayers({ layers }: Frame): readonly LayerFrame[] {
  return layers.slice(1, -1);
}

function sameUnits({ settings }: Patient): Finding | undefined {
  const { initializer, layers } = settings;
  if (layers.length === 0 || (initializer !== "zeros" && initializer !== "ones")) return undefined;
  return {
    what: "All units of a layer start with the same weights.",
    advice:
      "They get the same gradients, so they stay the same: each layer is as good as one unit.",
    remedy: {
      label: "Draw the weights at random, from step 0",
      restart: { initializer: "glorotUniform" },
    },
  };
}

function deadUnits({ frame, settings }: Patient): Finding | undefined {
  const parts = hiddenLayers(frame).flatMap(({ name, unitStates }) => {
    const dead = unitStates.filter(isDead).length;
    return dead === 0 ? [] : [`${dead} of ${unitStates.length} units in ${layerWords(name)}`];
  });
  if (parts.length === 0) return undefined;
  const what = `Dead: ${parts.join(", ")}.`;
  const why =
    "They give the same for every training point, so no gradient flows back through them.";
  const isRectified = ({ activation }: Settings["layers"][number]) => /^relu6?$/.test(activation);
  if (settings.layers.some(isRectified)) {
    const layers = settings.layers.map((it) =>
      isRectified(it) ? { ...it, activation: "leakyRelu" as const } : it,
    );
    return {
      what,
      advice: `${why} A leaky relu can't die; a lower learning rate helps too.`,
      remedy: { label: "Use leaky relu, from step 0", restart: { layers } },
    };
  }
  const optimizer = slower(settings.optimizer);
  return {
    what,
    advice: `${why} The steps may have been too long, or the initial weights too large.`,
    remedy: {
      label: `Start again with a learning rate of ${digits(optimizer.learningRate)}`,
      restart: { optimizer },
    },
  };
}

function saturatedUnits({ frame, settings }: Patient): Finding | undefined {
  const layer = hiddenLayers(frame).find(
    ({ activation, unitStates }) =>
      squashing.includes(activation) &&
      unitStates.filter(isSaturated).length >= unitStates.length / 2,
  );
  if (!layer) return undefined;
  return {
    what: `Saturated: half the units in ${layerWords(layer.name)} or more.`,
    advice: `Their ${layer.activation} is flat at nearly all points, so they hardly learn. A lower learning rate or some L2 keeps weights small.`,
    ...(settings.l2 === 0 && { remedy: { label: "Set L2 to 0.001", set: { l2: 0.001 } } }),
  };
}

function gradients({ frame, settings }: Patient): Finding | undefined {
  const trouble = gradientTrouble(frame);
  if (!trouble) return undefined;
  const what = trouble.says;
  if (trouble.kind === "explode") {
    const { optimizer } = settings;
    return {
      what,
      advice: "One such step can undo all others. Cut the gradients at a common norm of 1.",
      remedy: {
        label: "Cut their norm at 1",
        set: { optimizer: { ...optimizer, options: limited(optimizer.options) } },
      },
    };
  }
  return {
    what,
    advice:
      "The first layers hardly learn. Fewer layers, relu or leaky relu, and weights drawn by He or Glorot help.",
  };
}

/** With one limit of the two that exclude each other. */
function limited(options: LiveSettings["optimizer"]["options"]): typeof options {
  const { clipValue: _, ...others } = options;
  return { ...others, globalClipNorm: 1 };
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, it) => sum + it, 0) / Math.max(values.length, 1);

/** The training loss so far, and the last third of it. */
function trend({ measures }: Patient) {
  const losses = measures.map((it) => it.train.loss).filter((it) => Number.isFinite(it));
  const recent = losses.slice(-Math.max(6, Math.floor(losses.length / 3)));
  const half = Math.floor(recent.length / 2);
  return {
    enough: losses.length >= FEWEST_MEASURES,
    first: losses[0] ?? 0,
    best: Math.min(...losses),
    recent,
    before: mean(recent.slice(0, half)),
    after: mean(recent.slice(half)),
  };
}

/** A third of the learning rate, in two digits. */
function slower(optimizer: LiveSettings["optimizer"]): typeof optimizer {
  return { ...optimizer, learningRate: Number((optimizer.learningRate / 3).toPrecision(2)) };
}

function goSlower({ settings }: Patient): Remedy {
  const optimizer = slower(settings.optimizer);
  return {
    label: `Lower the learning rate to ${digits(optimizer.learningRate)}`,
    set: { optimizer },
  };
}

function rising(patient: Patient): Finding | undefined {
  const { enough, first, best, before, after } = trend(patient);
  const isRising = after > 1.2 * before && after > 1.5 * best && after > 0.1 * first;
  if (!enough || !isRising) return undefined;
  return {
    what: "The training loss is rising.",
    advice: "The steps are too long: they overshoot. Lower the learning rate.",
    remedy: goSlower(patient),
  };
}

function jumping(patient: Patient): Finding | undefined {
  const { enough, first, recent, after } = trend(patient);
  const ways = recent.slice(1).map((it, i) => it / (recent[i] ?? it));
  const ups = ways.filter((it) => it > 1.5).length;
  const downs = ways.filter((it) => it < 1 / 1.5).length;
  const isJumping = Math.min(ups, downs) >= Math.max(3, recent.length / 8);
  if (!enough || !isJumping || after < 0.1 * first) return undefined;
  return {
    what: "The training loss jumps up and down.",
    advice: "The steps are too long, or the batches too small. Lower the learning rate.",
    remedy: goSlower(patient),
  };
}

function flat(patient: Patient): Finding | undefined {
  const { frame, settings } = patient;
  const { enough, first, recent } = trend(patient);
  const isFlat = Math.max(...recent) - Math.min(...recent) < 0.02 * first;
  if (!enough || frame.epoch < FEWEST_EPOCHS || !isFlat || mean(recent) < 0.3 * first) {
    return undefined;
  }
  const { optimizer, layers } = settings;
  const what = "The training loss is flat, and far from 0.";
  if (layers.length === 0) {
    return {
      what,
      advice: "Without a hidden layer the network is one straight cut: it can do no better here.",
      remedy: {
        label: "Add a hidden layer, from step 0",
        restart: { layers: [{ units: 6, activation: "tanh" }] },
      },
    };
  }
  if (frame.learningRate < optimizer.learningRate / 100) {
    return {
      what,
      advice: `The schedule has brought the learning rate down to ${digits(frame.learningRate)}.`,
      remedy: { label: "Hold the learning rate", set: { schedule: { name: "constant" } } },
    };
  }
  const learningRate = Number((optimizer.learningRate * 3).toPrecision(2));
  return {
    what,
    advice: "The steps may be too short, or the network too small for the task.",
    remedy: {
      label: `Raise the learning rate to ${digits(learningRate)}`,
      set: { optimizer: { ...optimizer, learningRate } },
    },
  };
}

/** What the accuracy on so few test points may lack by chance: two standard errors. */
function chanceGap({ test, health }: Frame): number {
  const tested = health.confusion.flat().reduce((sum, it) => sum + it, 0);
  return tested === 0 ? 0 : 2 * Math.sqrt((test.metric * (1 - test.metric)) / tested);
}

function overfitting(patient: Patient): Finding | undefined {
  const { frame, measures, settings } = patient;
  const { train, test } = frame;
  const best = Math.min(...measures.map((it) => it.test.loss).filter((it) => Number.isFinite(it)));
  const gap = train.metric - test.metric;
  // By chance one part may be the easier one: something must have been learned.
  const hasLearned = train.loss < 0.7 * trend(patient).first;
  const isDrifting = test.loss > 1.5 * best && test.loss > 2 * train.loss && gap > 0.02;
  if (!hasLearned || gap < chanceGap(frame) || !(gap > 0.08 || isDrifting)) return undefined;
  return {
    what: `Learned by heart: ${percent(train.metric)} on the points it trains on, ${percent(test.metric)} on the others.`,
    advice:
      "It fits the noise of the training points. More data, some L2, or a smaller network help.",
    ...(settings.l2 < 0.001 && { remedy: { label: "Set L2 to 0.001", set: { l2: 0.001 } } }),
  };
}
