// Drawn faces, every part of which has a kind and a place that are known. They let one measure which unit
// of a network answers to noses, whatever the nose, and to nothing else.

import { checkName, checkThat } from "../../options.ts";
import { cos, sin } from "../../portable-math.ts";
import type { RandomStream } from "../../random.ts";
import { Dataset } from "../dataset.ts";
import {
  addNoise,
  around,
  checkSize,
  curves,
  draw,
  type Line,
  type PictureOptions,
} from "./pictures.ts";
import { sampleCount, startSamples } from "./samples.ts";

/** What a face is made of. */
export type Part = "outline" | "eyes" | "nose" | "mouth";

/** Options of {@link faces}. */
export interface FacesOptions extends PictureOptions {
  /** Height and width in pixels, 16 to 256. Default 32. */
  readonly size?: number;
  /** The part whose kind is the class. Default "mouth". */
  readonly target?: Part;
  /**
   * The parts that are drawn; none gives empty pictures. What is drawn does not depend on it otherwise:
   * the same seed gives the same faces, with or without some of their parts. Default: all.
   */
  readonly show?: readonly Part[];
}

/** One part in all faces. */
export interface FacePart {
  /** The names of its kinds. */
  readonly kinds: readonly string[];
  /** [samples], positions in `kinds`; of parts that are not shown too. */
  readonly labels: Uint32Array;
  /** `[samples × 4]`, left, top, right and bottom of where it is, or would be, in pixels. */
  readonly boxes: Float32Array;
}

/** What {@link faces} returns. */
export interface Faces {
  /** The pictures [size, size, 1], and the kind of the part `target` as the class. */
  readonly dataset: Dataset;
  /** The kind and place of every part, shown or not, in the order of the samples. */
  readonly parts: Readonly<Record<Part, FacePart>>;
}

/** How a kind is drawn, see `curves`, and the width and height of that, in heights of the head. */
type Kind = readonly [drawing: string, width: number, height: number];

/** Where a part is, from the middle of the face, how far it may be off, and its kinds: four each. */
interface PartKinds {
  readonly places: readonly (readonly [x: number, y: number])[];
  readonly play: number;
  readonly kinds: Readonly<Record<string, Kind>>;
}

const RING = "30 60 93 96 69 39 06 03 30";

const PARTS: Readonly<Record<Part, PartKinds>> = {
  outline: {
    places: [[0, 0]],
    play: 0.01,
    kinds: {
      round: [RING, 0.92, 0.96],
      oval: [RING, 0.74, 1],
      square: ["10 80 91 98 89 19 08 01 10", 0.8, 0.92],
      tapered: ["20 70 92 95 69 39 05 02 20", 0.86, 1],
    },
  },
  eyes: {
    places: [
      [-0.18, -0.14],
      [0.18, -0.14],
    ],
    play: 0.025,
    kinds: {
      dots: [RING, 0.06, 0.06],
      rings: [RING, 0.17, 0.17],
      closed: ["05 95", 0.17, 0.1],
      arched: ["08 22 42 52 72 98", 0.18, 0.14],
    },
  },
  nose: {
    places: [[0, 0.07]],
    play: 0.03,
    kinds: {
      straight: ["50 59", 0.2, 0.24],
      hooked: ["60 29 29 99", 0.14, 0.22],
      triangle: ["50 50 09 09 99 99 50 50", 0.18, 0.2],
      nostrils: ["08 08|98 98", 0.13, 0.1],
    },
  },
  mouth: {
    places: [[0, 0.29]],
    play: 0.025,
    kinds: {
      smiling: ["02 27 48 58 77 92", 0.36, 0.15],
      sad: ["08 23 42 52 73 98", 0.36, 0.15],
      straight: ["05 95", 0.34, 0.1],
      open: [RING, 0.22, 0.15],
    },
  },
};

const NAMES = Object.keys(PARTS) as Part[];
const KINDS = 4;

/**
 * Faces of lines, values from 0 (paper) to 1 (ink): an outline, two eyes, a nose and a mouth, of four
 * kinds each, whose place, size and tilt vary, with the whole face and by themselves. In every four
 * samples each kind of each part comes once; which ones meet in a face is left to chance.
 *
 * `parts` tells every part's kind and place; select from it as from the data set, or draw other faces
 * for the test by another seed. To see what a unit answers to, draw the same faces in parts:
 *
 * ```ts
 * const { dataset, parts } = datasets.faces({ samples: 4000, seed: 1, target: "nose" });
 * const noses = datasets.faces({ samples: 4000, seed: 1, show: ["nose"] }).dataset;
 * const others = datasets.faces({ samples: 4000, seed: 1, show: ["outline", "eyes", "mouth"] }).dataset;
 * ```
 * @throws LayerwiseError `invalidArgument`, `unknownName`
 */
export function faces(options: FacesOptions = {}): Faces {
  const where = "faces";
  const random = startSamples(where, options, ["size", "noise", "target", "show"]);
  const size = checkSize(where, options.size ?? 32);
  const target = checkName(where, "target", options.target ?? "mouth", NAMES);
  const { show = NAMES } = options;
  checkThat(Array.isArray(show), where, "show as an array of parts", show);
  for (const part of show) checkName(where, "part in show", part, NAMES);
  const samples = sampleCount(where, options, size * size);

  const features = new Float32Array(samples * size * size);
  const parts = Object.fromEntries(NAMES.map((name) => [name, emptyPart(name, samples)])) as Record<
    Part,
    FacePart
  >;
  const drawings = NAMES.map((name) => Object.values(PARTS[name].kinds).map(([it]) => curves(it)));
  const orders = NAMES.map(() => new Uint32Array(KINDS));
  const radius = size / 40;
  for (let i = 0; i < samples; i++) {
    if (i % KINDS === 0) for (const order of orders) order.set(random.permutation(KINDS));
    const image = features.subarray(i * size * size, (i + 1) * size * size);
    const inFace = faceMap(random, size);
    NAMES.forEach((name, p) => {
      const kind = orders[p]?.[i % KINDS] as number;
      const strokes = placePart(random, PARTS[name], kind, drawings[p]?.[kind] as Line[], inFace);
      const { labels, boxes } = parts[name];
      labels[i] = kind;
      boxes.set(box(strokes, radius, size), 4 * i);
      if (!show.includes(name)) return;
      for (const stroke of strokes) draw(image, size, stroke, radius);
    });
  }
  addNoise(where, features, options);
  const { labels, kinds } = parts[target];
  const dataset = new Dataset(
    {
      features,
      targets: Float32Array.from(labels),
      inputShape: [size, size, 1],
      task: "classification",
      classNames: kinds,
    },
    where,
  );
  return { dataset, parts };
}

function emptyPart(name: Part, samples: number): FacePart {
  const kinds = Object.keys(PARTS[name].kinds);
  return { kinds, labels: new Uint32Array(samples), boxes: new Float32Array(4 * samples) };
}

type PlaneMap = (x: number, y: number) => readonly [number, number];

/** From heights of the head about its middle to pixels. */
function faceMap(random: RandomStream, size: number): PlaneMap {
  const scale = size * (0.74 + around(random, 0.05));
  const tilt = around(random, 0.18);
  const [c, s] = [scale * cos(tilt), scale * sin(tilt)];
  const [left, top] = [size * (0.5 + around(random, 0.04)), size * (0.5 + around(random, 0.04))];
  return (x, y) => [left + c * x - s * y, top + s * x + c * y];
}

/** The strokes of one part in pixels. Draws four words, whatever the part. */
function placePart(
  random: RandomStream,
  { places, play, kinds }: PartKinds,
  kind: number,
  drawing: readonly Line[],
  inFace: PlaneMap,
): Line[] {
  const [, width, height] = Object.values(kinds)[kind] as Kind;
  const [dx, dy] = [around(random, play), around(random, play)];
  const [w, h] = [width * (1 + around(random, 0.1)), height * (1 + around(random, 0.1))];
  return places.flatMap(([x, y]) =>
    drawing.map((line) => {
      const placed: number[] = [];
      for (let k = 0; k < line.length; k += 2) {
        const [u = 0, v = 0] = [line[k], line[k + 1]];
        placed.push(...inFace(x + dx + w * u, y + dy + h * v));
      }
      return placed;
    }),
  );
}

/** Left, top, right, bottom of what a pen of that radius draws, within the picture. */
function box(strokes: readonly Line[], radius: number, size: number): number[] {
  let [left, top, right, bottom] = [size, size, 0, 0];
  for (const stroke of strokes) {
    for (let k = 0; k < stroke.length; k += 2) {
      const [x = 0, y = 0] = [stroke[k], stroke[k + 1]];
      left = Math.min(left, x - radius);
      top = Math.min(top, y - radius);
      right = Math.max(right, x + radius);
      bottom = Math.max(bottom, y + radius);
    }
  }
  return [Math.max(0, left), Math.max(0, top), Math.min(size, right), Math.min(size, bottom)];
}
