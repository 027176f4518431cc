// Update rules over one flat array of parameters, Keras 3's formulas and defaults.

export type OptimizerOptions =
  | { readonly name: "sgd"; readonly learningRate?: number }
  | {
      readonly name: "adam";
      readonly learningRate?: number;
      readonly beta1?: number;
      readonly beta2?: number;
      readonly epsilon?: number;
    };

/** Moves w against the gradient g. */
export type Update = (w: Float32Array, g: Float32Array) => void;

/** The update rule for `count` parameters, with its own state. */
export function optimizer(options: OptimizerOptions, count: number): Update {
  if (options.name === "sgd") {
    const rate = options.learningRate ?? 0.01;
    return (w, g) => sgd(w, g, rate);
  }
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options;
  const m = new Float32Array(count);
  const v = new Float32Array(count);
  let step = 0;
  return (w, g) => {
    step++;
    const rate = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
    adam(w, g, m, v, rate, 1 - beta1, 1 - beta2, epsilon);
  };
}

function sgd(w: Float32Array, g: Float32Array, rate: number): void {
  for (let i = 0; i < w.length; i++) w[i] = (w[i] as number) - rate * (g[i] as number);
}

/** Kingma & Ba, "Adam: a method for stochastic optimization" (2014), with the corrections in the rate. */
function adam(
  w: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  rate: number,
  first: number,
  second: number,
  epsilon: number,
): void {
  for (let i = 0; i < w.length; i++) {
    const gradient = g[i] as number;
    const mean = (m[i] as number) + (gradient - (m[i] as number)) * first;
    const square = (v[i] as number) + (gradient * gradient - (v[i] as number)) * second;
    m[i] = mean;
    v[i] = square;
    w[i] = (w[i] as number) - (rate * mean) / (Math.sqrt(square) + epsilon);
  }
}
