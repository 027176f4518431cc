// The generated data sets and the geometry of the circles: what `datasets.…` offers, re-exports only.

export { checkerboard } from "./checkerboard.ts";
export { type CircleZone, circles, circleZone, ORANGE_RADIUS, RED_RADIUS } from "./circles.ts";
export { gaussians } from "./gaussians.ts";
export { hills } from "./hills.ts";
export { moons } from "./moons.ts";
export { plane } from "./plane.ts";
export type { GeneratorOptions } from "./points.ts";
export { rings } from "./rings.ts";
export { sine } from "./sine.ts";
export { spiral } from "./spiral.ts";
export { xor } from "./xor.ts";
