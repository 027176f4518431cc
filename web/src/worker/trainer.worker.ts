// The trainer's worker: the loop on the worker's messages.

import { engine } from "layerwise";
import type { Request } from "../protocol.ts";
import { Loop } from "./loop.ts";

const loop = new Loop((response, transfer) => {
  self.postMessage(response, { transfer: [...transfer] });
});

self.onmessage = ({ data }: MessageEvent<Request>) => loop.receive(data);

// Where it doesn't start, opening a run says why.
engine().then(
  (it) => self.postMessage({ type: "ready", report: it.report() }),
  () => {},
);
