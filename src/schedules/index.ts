// Schedules of the learning rate: functions of the step that the kernel computes, so that a run is the
// same however it is cut into calls, and goes on after it was saved.

export {
  type CosineDecayOptions,
  type CosineDecayRestartsOptions,
  cosineDecay,
  cosineDecayRestarts,
  type OneCycleOptions,
  oneCycle,
} from "./cosine.ts";
export {
  type DecayOptions,
  exponentialDecay,
  inverseTimeDecay,
  type PiecewiseConstantDecayOptions,
  type PolynomialDecayOptions,
  piecewiseConstantDecay,
  polynomialDecay,
} from "./decays.ts";
export type { Schedule, ScheduleConfig } from "./schedule.ts";
export { type WarmupOptions, warmup } from "./warmup.ts";
