// The weights' fingerprint is the same where the engine has no SHA-256 of its own.

import { dense, sequential } from "layerwise";
import { afterEach, expect, test, vi } from "vitest";
import { hashWeights } from "../../web/src/worker/hash.ts";

afterEach(() => vi.unstubAllGlobals());

test("on a page that came over plain http the hash is made in JavaScript, and is the same", async () => {
  const model = await sequential({ inputShape: [2], layers: [dense(5, "tanh"), dense(1)] });
  const native = await hashWeights(model);
  vi.stubGlobal("crypto", {});
  expect(await hashWeights(model)).toBe(native);
  expect(native).toMatch(/^[0-9a-f]{64}$/);
});
