// Threads for tfjs' wasm backend in Node, where it has none: its flag for them is fixed to false there
// (tensorflow/tfjs issue 3830), and its start-up code makes workers from blob: URLs, which Node cannot load.
// The kernel itself is fine with them. So that nobody can say it was held back, they are forced.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { peer, peerFile } from "../peer.ts";
import type { TfCore, TfWasm } from "./tfjs-api.ts";

const MODULE = "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd";

/** To be called before the backend is set. */
export async function startThreads(tf: TfCore, wasm: TfWasm, threads: number): Promise<void> {
  const folder = mkdtempSync(join(os.tmpdir(), "layerwise-peers-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const { wasmWorkerContents } = await peer<{ readonly wasmWorkerContents: string }>(
    peerFile(`${MODULE}.worker.js`).href,
  );
  // The worker asks for its script as a blob: URL too; it gets the file that the blob was made from.
  const script = JSON.stringify(fileURLToPath(peerFile(`${MODULE}.js`)));
  const worker = join(folder, "worker.cjs");
  // The backslashes as the backend restores them, which a template literal has swallowed.
  const code = wasmWorkerContents.replaceAll("\n", "\\n");
  writeFileSync(worker, `URL.createObjectURL = () => ${script};\n${code}`);
  URL.createObjectURL = () => worker;
  // It takes half of the cores at most, of those that it is told of: by require("os"), whose exports are
  // writable, unlike those of the import.
  const mutable = createRequire(import.meta.url)("node:os") as { cpus: typeof os.cpus };
  const cpus = os.cpus();
  mutable.cpus = () =>
    Array.from({ length: 2 * threads }, (_, i) => cpus[i % cpus.length] as os.CpuInfo);
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", true);
  wasm.setThreadsCount(threads);
}
