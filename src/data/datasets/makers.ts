// The generated data sets and the geometry of the circles: what `datasets.…` offers, re-exports only.

export { type AddingProblemOptions, addingProblem } from "./adding-problem.ts";
export { type AnbnOptions, anbn } from "./anbn.ts";
export { type CharSequences, type CharSequencesOptions, charSequences } from "./char-sequences.ts";
export { checkerboard } from "./checkerboard.ts";
export { type CircleZone, circles, circleZone, ORANGE_RADIUS, RED_RADIUS } from "./circles.ts";
export { type CopyMemoryOptions, copyMemory } from "./copy-memory.ts";
export { type DigitsOptions, digits } from "./digits.ts";
export { type FacePart, type Faces, type FacesOptions, faces, type Part } from "./faces.ts";
export { gaussians } from "./gaussians.ts";
export { hills } from "./hills.ts";
export { moons } from "./moons.ts";
export { type ParityOptions, parity } from "./parity.ts";
export type { PictureOptions } from "./pictures.ts";
export { plane } from "./plane.ts";
export type { GeneratorOptions } from "./points.ts";
export { rings } from "./rings.ts";
export type { SampleOptions } from "./samples.ts";
export { sine } from "./sine.ts";
export { type SineContinuationOptions, sineContinuation } from "./sine-continuation.ts";
export { spiral } from "./spiral.ts";
export { xor } from "./xor.ts";
