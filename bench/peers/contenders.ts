// Who takes part, in the order of the report. Each is loaded in a process of its own (child.ts), so here
// stand only names and ways to load; no library is imported before it is asked for.

import type { Player } from "./contender.ts";
import type { LayerwiseOptions } from "./contenders/layerwise.ts";

export interface Contender {
  readonly name: string;
  /** What is installed for it. */
  readonly library: string;
  /** That compute. */
  readonly threads: number;
  readonly start:
    | { readonly node: () => Promise<Player> }
    /** A Python module, played by child.py. */
    | { readonly python: "torch" | "numpy" };
}

export const contenders: readonly Contender[] = [
  layerwise("layerwise", { threads: 1 }),
  layerwise("layerwise-2t", { threads: 2 }),
  layerwise("layerwise-fast", { threads: 1, mode: "fast" }),
  tfjs("tfjs-wasm", { backend: "wasm" }),
  tfjs("tfjs-wasm-tuned", { backend: "wasm", tuned: true }),
  tfjs("tfjs-wasm-tuned-2t", { backend: "wasm", tuned: true, threads: 2 }),
  tfjs("tfjs-cpu", { backend: "cpu" }),
  node("jax-js", "@jax-js/jax", async () => (await import("./contenders/jax-js.ts")).jaxJs()),
  node("onnxruntime-web", "onnxruntime-web", async () =>
    (await import("./contenders/onnxruntime-web.ts")).onnxruntimeWeb(),
  ),
  node("brain.js", "brain.js", async () => (await import("./contenders/brain-js.ts")).brainJs()),
  node("convnetjs", "convnetjs", async () =>
    (await import("./contenders/convnetjs.ts")).convnetJs(),
  ),
  node("synaptic", "synaptic", async () => (await import("./contenders/synaptic.ts")).synaptic()),
  node("ml-matrix", "ml-matrix", async () =>
    (await import("./contenders/ml-matrix.ts")).mlMatrix(),
  ),
  node("pure-js", "plain JavaScript", async () =>
    (await import("./contenders/pure-js.ts")).pureJs({ arithmetic: "f32" }),
  ),
  node("pure-js-f64", "plain JavaScript", async () =>
    (await import("./contenders/pure-js.ts")).pureJs({ arithmetic: "f64" }),
  ),
  python("pytorch", "torch", 1),
  python("pytorch-2t", "torch", 2),
  python("numpy", "numpy", 1),
];

function node(name: string, library: string, load: () => Promise<Player>, threads = 1): Contender {
  return { name, library, threads, start: { node: load } };
}

function python(name: string, module: "torch" | "numpy", threads: number): Contender {
  return { name, library: module, threads, start: { python: module } };
}

function layerwise(name: string, options: LayerwiseOptions): Contender {
  const load = async () => (await import("./contenders/layerwise.ts")).layerwise(options);
  return node(name, "layerwise", load, options.threads);
}

function tfjs(
  name: string,
  options: {
    readonly backend: "wasm" | "cpu";
    readonly tuned?: boolean;
    readonly threads?: number;
  },
): Contender {
  const load = async () => (await import("./contenders/tfjs.ts")).tfjs(options);
  return node(name, "@tensorflow/tfjs-core", load, options.threads);
}
