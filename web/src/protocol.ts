// The one boundary between the page and the trainer's worker: what each may say. Messages about an older
// run are dropped by its number.

import type { EngineReport, ErrorCode, SavedModel } from "layerwise";
import type { Change, LayerSettings, Recipe, TableSettings, UnitEdit } from "./recipe.ts";

/** Epochs a second; "full": as fast as it goes. */
export type Speed = number | "full";

/** From the page to the worker. */
export type Request =
  /** A new run, trained to `step`. */
  | { readonly type: "open"; readonly run: number; readonly recipe: Recipe; readonly step: number }
  | { readonly type: "play"; readonly run: number; readonly speed: Speed }
  | { readonly type: "pause"; readonly run: number }
  | { readonly type: "advance"; readonly run: number; readonly by: "step" | "epoch" }
  /** To any step, trained before or not. */
  | { readonly type: "seek"; readonly run: number; readonly step: number }
  /** A change where the run stands: the worker says at which step that was. What came later is forgotten. */
  | { readonly type: "change"; readonly run: number; readonly change: Omit<Change, "step"> }
  /** The last frame was drawn: the next one may come. */
  | { readonly type: "seen" }
  /** What is to be seen from now on. */
  | { readonly type: "look"; readonly look: Look }
  /** A question; answered once, by the same number. */
  | AnyQuestion;

export interface Question<K extends keyof Questions> {
  readonly type: "ask";
  readonly id: number;
  readonly what: K;
  readonly about: Questions[K]["about"];
}

/** `about` is known once `what` is. */
export type AnyQuestion = { readonly [K in keyof Questions]: Question<K> }[keyof Questions];

/** What can be asked, and what comes back. */
export interface Questions {
  /** A map in a higher resolution. */
  readonly enlarge: {
    readonly about: MapAddress & { readonly resolution: number };
    readonly answer: LargeMap;
  };
  /** The model as the library's two files, with optimizer state and position. */
  readonly save: { readonly about: null; readonly answer: SavedModel };
  /** What a run needs to start from a saved model; rejects if the model doesn't fit the page. */
  readonly load: { readonly about: SavedModel; readonly answer: LoadedModel };
  /** What a table holds, before it is used. */
  readonly readTable: { readonly about: { readonly text: string }; readonly answer: TableReport };
  /** Whether a table with these choices can be learned; rejects with what is wrong, by its line. */
  readonly tryTable: {
    readonly about: TableSettings;
    readonly answer: { readonly samples: number; readonly classes: number };
  };
  /** All points as CSV: x, y, class or value, part. */
  readonly exportData: { readonly about: null; readonly answer: string };
}

export type Answer = { readonly [K in keyof Questions]: Questions[K]["answer"] }[keyof Questions];

/** From the worker to the page. */
export type Response =
  | { readonly type: "ready"; readonly report: EngineReport }
  | { readonly type: "frame"; readonly run: number; readonly frame: Frame }
  /** The points of a run: new with each run, and with each change to the data. */
  | { readonly type: "points"; readonly run: number; readonly points: Points }
  /** A change was made, before this step. */
  | { readonly type: "changed"; readonly run: number; readonly change: Change }
  /** Measured along the way: for the curves. */
  | { readonly type: "measured"; readonly run: number; readonly measures: readonly Measure[] }
  /** The run can't begin: there is none. */
  | { readonly type: "unopened"; readonly run: number; readonly trouble: Trouble }
  /** Training stopped, or a request was refused; the run stands where it stood. */
  | { readonly type: "trouble"; readonly run: number; readonly trouble: Trouble }
  | { readonly type: "answer"; readonly id: number; readonly answer: Answer }
  | { readonly type: "refused"; readonly id: number; readonly trouble: Trouble };

export interface Trouble {
  readonly code: ErrorCode | "unknown";
  readonly message: string;
  /** For a number that was not finite: where it arose. */
  readonly where?: {
    readonly layer: string;
    readonly role: string;
    readonly step: number;
    readonly epoch: number;
  };
}

/** What the page wants to see; less is less work. */
export interface Look {
  /** Cells of a map along each axis. */
  readonly resolution: number;
  /** Whether the linear classifier trains beside the network. */
  readonly duel: boolean;
  /** Whether the two questions about the circles are measured. */
  readonly zones: boolean;
  /** Frames a second at most. */
  readonly rate: number;
  /** Representations wider than two units: along the probe's direction, or fixed. */
  readonly projection: "probe" | "fixed";
}

/** Until the page has said otherwise. */
export const firstLook: Look = {
  resolution: 48,
  duel: false,
  zones: false,
  rate: 30,
  projection: "probe",
};

/** The points of the plane, in the order of their numbers; removed ones are left out. */
export interface Points {
  /** [n × 2], in the map's coordinates. */
  readonly positions: Float32Array;
  /** [n]: class or value. */
  readonly targets: Float32Array;
  /** [n]: each point's number, for edits. */
  readonly numbers: Uint32Array;
  /** [n]: 1 where the point tests, 0 where it trains. */
  readonly held: Uint8Array;
  /** 0: quantities. */
  readonly classes: number;
  readonly classNames: readonly string[];
  /** Names of the two axes. */
  readonly axes: readonly [string, string];
  /** The part of the plane that maps show, drawn as a square; two columns of a table each have their own units. */
  readonly window: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
  /** Names of the model's inputs. */
  readonly inputs: readonly string[];
}

/** Loss and metric where training stands. For quantities the metric is R², for classes the accuracy. */
export interface Score {
  readonly loss: number;
  readonly metric: number;
}

export interface Measure {
  readonly step: number;
  readonly epoch: number;
  readonly train: Score;
  readonly test: Score;
  /** Of every layer's probe, the input first. Undefined where only the scores were measured. */
  readonly probes: readonly number[] | undefined;
}

/** All that is to be seen where training stands. */
export interface Frame {
  readonly step: number;
  readonly epoch: number;
  /** Steps of one epoch. */
  readonly epochSteps: number;
  /** The furthest step that was trained. */
  readonly end: number;
  readonly playing: boolean;
  /** The step that it is on its way to. */
  readonly seeking: number | undefined;
  /** Samples a second while playing, over the time since it began or the last second; 0 at rest. */
  readonly samplesPerSecond: number;
  /** As the schedule has it now. */
  readonly learningRate: number;
  readonly train: Score;
  readonly test: Score;
  /** The input first, the output last. */
  readonly layers: readonly LayerFrame[];
  readonly health: Health;
  readonly duel: DuelFrame | undefined;
  readonly zones: ZonesFrame | undefined;
  /** SHA-256 of all weights, in hex; at rest only. */
  readonly hash: string | undefined;
  /** Of the whole network, one sample forward. */
  readonly multiplyAdds: number;
  readonly parameters: number;
}

/** One column of the strip. Maps are rows from the top down. */
export interface LayerFrame {
  /** "input", or the library's name of the layer. */
  readonly name: string;
  readonly width: number;
  readonly activation: string | undefined;
  /** The probe's held-out accuracy, or R² for quantities. */
  readonly score: number;
  /** The probe pulled back to the plane, [resolution² × outputs]. */
  readonly boundary: Float32Array;
  readonly outputs: number;
  readonly resolution: number;
  /** Lines where the probe changes its mind, as x, y pairs from 0 to 1, y down; for classes only. */
  readonly contour: readonly Float32Array[];
  /** [width × resolution²]. */
  readonly units: Float32Array;
  /** For each unit: of its activation over the data. */
  readonly unitStates: readonly UnitState[];
  /** Incoming: [inputs × width] and [width]; empty for the input. */
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly space: Space;
}

export interface UnitState {
  readonly frozen: boolean;
  readonly enabled: boolean;
  /** Gives the same for every training point: nothing flows back through it. */
  readonly dead: boolean;
  /** The share of training points where f′ is nearly 0 (below 5 % of its largest). */
  readonly saturated: number;
}

/** A layer's space in two dimensions. Points in the order of {@link Points}. */
export interface Space {
  /** The way there: the space below, x·W, + b, f(·). One stage alone where no dense layer made it. */
  readonly stages: readonly Stage[];
  /** The probe's straight lines: a·u + b·v + c = 0, as a, b, c. Exact where `exact`. */
  readonly lines: readonly (readonly [a: number, b: number, c: number])[];
  /** Whether the lines separate the points drawn just as the probe separates them. */
  readonly exact: boolean;
}

export interface Stage {
  /** [n × 2] */
  readonly points: Float32Array;
  /** [lineCount × linePoints × 2] */
  readonly lines: Float32Array;
  readonly linePoints: number;
}

export interface Health {
  /** Of the network's own answers on the test points: [true class][answer]. Empty for quantities. */
  readonly confusion: readonly (readonly number[])[];
  /** The last step's gradient norm of each layer with weights, and the norm of its weights. */
  readonly gradients: readonly {
    readonly layer: string;
    readonly gradient: number;
    readonly weights: number;
  }[];
}

/** The linear classifier beside the network: same data, seed and batches. */
export interface DuelFrame {
  readonly train: Score;
  readonly test: Score;
  readonly boundary: Float32Array;
  readonly contour: readonly Float32Array[];
  /** The network's own answers, for the same view. */
  readonly deepBoundary: Float32Array;
  readonly deepContour: readonly Float32Array[];
  readonly outputs: number;
  readonly resolution: number;
  readonly parameters: number;
  readonly multiplyAdds: number;
}

/** How well "inside the red circle?" and "outside the orange circle?" are answered, as accuracies. */
export interface ZoneScores {
  readonly insideRed: number;
  readonly outsideOrange: number;
}

/** The two questions that make up "between the circles", on points held out. */
export interface ZonesFrame {
  /** By a linear probe of the whole layer; of each unit alone by its best single threshold. */
  readonly layers: readonly (ZoneScores & {
    readonly name: string;
    readonly units: readonly ZoneScores[];
  })[];
  /** What one answer to everything would score at best: the bar. */
  readonly chance: ZoneScores;
}

/** Which map: a layer by its position (0: the input), its probe or one of its units. */
export interface MapAddress {
  readonly layer: number;
  readonly unit: number | "probe";
}

export interface LargeMap {
  readonly step: number;
  /** [resolution² × outputs]; outputs is 1 for a unit. */
  readonly values: Float32Array;
  readonly outputs: number;
  readonly resolution: number;
  readonly contour: readonly Float32Array[];
}

export interface TableReport {
  readonly columns: readonly {
    readonly name: string;
    readonly numeric: boolean;
    readonly values: number;
  }[];
  readonly rows: number;
}

export interface LoadedModel {
  readonly layers: readonly LayerSettings[];
  readonly inputs: number;
  readonly output: LayerSettings;
  /** For {@link Change.parameters}. */
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  /** Those that are frozen or switched off, for {@link Change.units}. */
  readonly units: readonly UnitEdit[];
}
