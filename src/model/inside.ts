// The way from a model to the network behind it, for functions that look into models from outside: who
// does not import them does not load them.

import type { Network } from "./network.ts";

/** By model. Who makes one puts its network here. */
export const networks = new WeakMap<object, Network>();
