// ONNX Runtime Web, its wasm backend on one thread: products and predictions. Training was removed from it
// in 2024. The models are made here (onnx-model.ts).

import { type Player, type Runner, type Unavailable, unavailable } from "../contender.ts";
import { peer, peerVersion } from "../peer.ts";
import type { GemmTask, PredictTask, Task } from "../task.ts";
import { denseModel, gemmModel } from "./onnx-model.ts";

interface OrtTensor {
  readonly data: Float32Array;
}

interface Ort {
  readonly env: { readonly wasm: { numThreads?: number } };
  readonly Tensor: new (type: "float32", data: Float32Array, dims: number[]) => OrtTensor;
  readonly InferenceSession: {
    readonly create: (
      model: Uint8Array,
      options: { readonly executionProviders: string[]; readonly graphOptimizationLevel: "all" },
    ) => Promise<Session>;
  };
}

interface Session {
  readonly run: (feeds: Record<string, OrtTensor>) => Promise<Record<string, OrtTensor>>;
}

export async function onnxruntimeWeb(): Promise<Player> {
  const ort = await peer<Ort>("onnxruntime-web");
  ort.env.wasm.numThreads = 1;
  return { version: peerVersion("onnxruntime-web"), prepare: (task) => prepare(ort, task) };
}

async function prepare(ort: Ort, task: Task): Promise<Runner | Unavailable> {
  switch (task.kind) {
    case "gemm":
      return gemm(ort, task);
    case "train":
      return unavailable("inference only: training was removed from it in 2024");
    case "predict":
      return predict(ort, task);
    case "deep":
      return unavailable("inference only: training was removed from it in 2024");
    default:
      return task satisfies never;
  }
}

function gemm(ort: Ort, { workload, a, b }: GemmTask): Promise<Runner> {
  const { transpose, m, n, k } = workload;
  const shapes = {
    a: transpose === "tn" ? [k, m] : [m, k],
    b: transpose === "nt" ? [n, k] : [k, n],
  };
  const model = gemmModel({ transpose, ...shapes, c: [m, n] });
  const feeds = () => ({
    a: new ort.Tensor("float32", a, shapes.a),
    b: new ort.Tensor("float32", b, shapes.b),
  });
  // The same tensors each time; that they are copied into its memory at each run is how it works.
  const fed = feeds();
  return runner(ort, model, { feeds: () => fed, unitsPerCall: 1 });
}

function predict(ort: Ort, { workload, x, layers }: PredictTask): Promise<Runner> {
  const { network, batchSize } = workload;
  const shape = [batchSize, network.sizes[0] ?? 0];
  const model = denseModel({ layers, batchSize });
  const feeds = () => ({ x: new ort.Tensor("float32", x, shape) });
  return runner(ort, model, { feeds, unitsPerCall: batchSize });
}

async function runner(
  ort: Ort,
  model: Uint8Array,
  {
    feeds,
    unitsPerCall,
  }: { readonly feeds: () => Record<string, OrtTensor>; readonly unitsPerCall: number },
): Promise<Runner> {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "all",
  });
  const run = async () => (await session.run(feeds())).y?.data;
  return {
    unitsPerCall,
    run: async (calls) => {
      for (let call = 0; call < calls; call++) await run();
    },
    result: await run(),
  };
}
