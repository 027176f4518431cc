// From a source to what is trained on and what is held out.

import { basename } from "node:path";
import { generate as generateNamed } from "../data/datasets/index.ts";
import { Dataset, datasets, fromCSV } from "../index.ts";
import type { Source } from "./args.ts";
import { readText } from "./files.ts";

/** Data, dealt out. */
export interface Parts {
  /** What to call it. */
  readonly name: string;
  /** All of it, as it came. */
  readonly all: Dataset;
  /** Features normalized; regression targets too, see {@link scale}. */
  readonly train: Dataset;
  /** Held out: trains nothing, chooses nothing. In the units of `train`. */
  readonly test: Dataset;
  /** How the targets were brought to mean 0 and deviation 1; undefined for classes. */
  readonly scale: TargetScale | undefined;
}

/** A target is scaled · deviation + mean. */
export interface TargetScale {
  readonly mean: number;
  readonly deviation: number;
}

/** Samples of a generated data set, unless asked otherwise. */
const SAMPLES = 1000;

/** @throws LayerwiseError what is wrong with the file or the options */
export function loadParts(source: Source, seed: number, testShare: number): Parts {
  const all = source.kind === "csv" ? readCSV(source) : generate(source, seed);
  const dealt = all.split({ fraction: 1 - testShare, seed });
  const train = dealt.train.normalize();
  const test = dealt.test.normalizeLike(train);
  const name = source.kind === "csv" ? basename(source.path) : source.name;
  if (all.task === "classification") return { name, all, train, test, scale: undefined };
  // Prices in hundreds of thousands would otherwise take thousands of steps to reach.
  const scale = scaleOf(train);
  return { name, all, train: scaled(train, scale), test: scaled(test, scale), scale };
}

function readCSV({ path, options }: Source & { kind: "csv" }): Dataset {
  return fromCSV(readText(path), options);
}

function generate(source: Source & { kind: "generated" }, seed: number): Dataset {
  const { name, samples = SAMPLES, classes } = source;
  const noise = source.noise ?? (name === "checkerboard" ? 0.05 : 0.1);
  const options = { samples, noise, seed };
  if (classes === undefined) return generateNamed(name, options);
  switch (name) {
    case "circles":
      // Any other number is refused there.
      return datasets.circles({ ...options, classes: classes as 2 | 3 });
    case "rings":
      return datasets.rings({ ...options, rings: classes });
    case "spiral":
      return datasets.spiral({ ...options, arms: classes });
    default:
      return datasets.gaussians({ ...options, classes });
  }
}

function scaleOf({ targets = new Float32Array(0) }: Dataset): TargetScale {
  let mean = 0;
  for (const value of targets) mean += value / targets.length;
  let variance = 0;
  for (const value of targets) variance += (value - mean) ** 2 / targets.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

function scaled(data: Dataset, { mean, deviation }: TargetScale): Dataset {
  return new Dataset({ ...data, targets: data.targets?.map((it) => (it - mean) / deviation) });
}
