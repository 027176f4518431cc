// One thread of a pool. Plain JavaScript that imports nothing, so that Node and browsers run this very
// file, from the sources and from the package alike. It gets { module, memory, thread, lock? },
// answers "ready", and from then on sleeps in the kernel until the host dispatches work.

const node = globalThis.process?.getBuiltinModule?.("node:worker_threads");
const port = node?.parentPort ?? globalThis;

/** Held as long as this thread lives: where a worker ends without an event, its lock still tells. */
function hold(lock) {
  return new Promise((held) => {
    navigator.locks.request(lock, () => {
      held();
      return new Promise(() => {});
    });
  });
}

async function serve({ module, memory, thread, lock }) {
  if (lock !== undefined) {
    await hold(lock);
    port.postMessage({ type: "alive" });
  }
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const words = new Int32Array(memory.buffer);
  port.postMessage({ type: "ready" });
  let ticket = 0;
  try {
    for (;;) {
      ticket = exports.serve(thread, ticket);
      // For hosts that cannot wait on memory: Atomics.waitAsync is young.
      if (Atomics.waitAsync === undefined) port.postMessage({ type: "left" });
    }
  } catch (error) {
    // The first to fail takes all others along: they trap where they would meet it.
    const abort = exports.DISPATCH_ABORT.value >> 2;
    const phase = exports.BARRIER_PHASE.value >> 2;
    const first = Atomics.compareExchange(words, abort, 0, thread + 1) === 0;
    Atomics.add(words, phase, 1);
    Atomics.notify(words, phase);
    if (first) port.postMessage({ type: "failed", thread, problem: String(error) });
  }
}

// Not once: a thread that has failed stays until it is ended, or its exit might be heard before its word.
if (node) port.on("message", serve);
else port.onmessage = ({ data }) => serve(data);
