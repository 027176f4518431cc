// Learning rates by step in f64, with the formulas of Keras 3
// (keras/src/optimizers/schedules/learning_rate_schedule.py).

type Rate = (step: number) => number;

export function exponentialDecay(rate: number, steps: number, decay: number, stairs = false): Rate {
  return (step) => rate * decay ** (stairs ? Math.floor(step / steps) : step / steps);
}

export function inverseTimeDecay(rate: number, steps: number, decay: number, stairs = false): Rate {
  return (step) => rate / (1 + decay * (stairs ? Math.floor(step / steps) : step / steps));
}

export function piecewiseConstantDecay(
  boundaries: readonly number[],
  values: readonly number[],
): Rate {
  return (step) => {
    const index = boundaries.findIndex((it) => step <= it);
    return values[index < 0 ? boundaries.length : index] ?? Number.NaN;
  };
}

export function polynomialDecay(
  rate: number,
  steps: number,
  end: number,
  power: number,
  cycle = false,
): Rate {
  return (step) => {
    const length = cycle ? steps * (step === 0 ? 1 : Math.ceil(step / steps)) : steps;
    return (rate - end) * (1 - Math.min(step, length) / length) ** power + end;
  };
}

export function cosineDecay(
  rate: number,
  steps: number,
  alpha: number,
  warmup?: { readonly target: number; readonly steps: number },
): Rate {
  const decay = (from: number, step: number) => {
    const cosine = 0.5 * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps));
    return from * ((1 - alpha) * cosine + alpha);
  };
  if (warmup === undefined) return (step) => decay(rate, step);
  return (step) =>
    step < warmup.steps
      ? rate + ((warmup.target - rate) * step) / warmup.steps
      : decay(warmup.target, step - warmup.steps);
}

export function cosineDecayRestarts(
  rate: number,
  steps: number,
  tMul: number,
  mMul: number,
  alpha: number,
): Rate {
  return (step) => {
    let length = steps;
    let height = 1;
    let left = step;
    for (; left >= length; length *= tMul, height *= mMul) left -= length;
    const cosine = 0.5 * height * (1 + Math.cos((Math.PI * left) / length));
    return rate * ((1 - alpha) * cosine + alpha);
  };
}
