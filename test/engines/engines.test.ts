// The same bits on any number of threads, in every engine. What is not installed is skipped, except in CI,
// where it fails: other engines come by `npm ci --prefix test/engines --ignore-scripts`, browsers by apt.

import { existsSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type BrowserName,
  hasChromium,
  hasFirefox,
  runOn,
  useBrowsers,
} from "./support/browsers.ts";
import { onTheEdge } from "./support/edge.ts";
import { type Result, threadsOf, WASM_FORMS } from "./support/results.ts";
import { ISOLATED, site } from "./support/site.ts";
import { bun, type Command, deno, node, node24, revectorized, runIn } from "./support/terminal.ts";
import { unbundled } from "./support/unbundled.ts";

const runs = [1, 2, 3, 4].map((threads) => ({ threads }));
const skip = (there: boolean) => !there && !process.env.CI;

let here: readonly Result[] = [];
const hashes = () => here[0]?.hashes;

useBrowsers();
beforeAll(async () => {
  here = await runIn(node, runs);
});

/** Every net ran on that many threads, and ended as on one thread of the Node that runs this. */
function expectSameBits(results: readonly Result[], threads = [1, 2, 3, 4]): void {
  expect(threadsOf(results)).toEqual(threads);
  for (const it of results) expect(it.hashes).toEqual(hashes());
}

it("has six nets that differ", () => {
  expect(new Set(Object.values(hashes() ?? {})).size).toBe(6);
});

describe.each<[name: string, Command]>([
  ["this Node", node],
  ["Node 24", node24],
  ["Node 24 with 256-bit vectors", revectorized],
  ["Bun", bun],
  ["Deno", deno],
])("in %s", (_, command) => {
  const [program] = command;
  it.skipIf(skip(existsSync(program)))("ends on the same bits on 1, 2, 3 and 4 threads", async () =>
    expectSameBits(command === node ? here : await runIn(command, runs)),
  );
  it.skipIf(skip(existsSync(program)))("ends on them with everything inline", async () =>
    expectSameBits(await runIn(command, [{ threads: 2 }], "./inline"), [2]),
  );
});

describe.each<[BrowserName, boolean]>([
  ["Chromium", hasChromium],
  ["Firefox", hasFirefox],
])("in %s", (name, there) => {
  it.skipIf(skip(there))("ends on the same bits on 1, 2, 3 and 4 threads", async () =>
    expectSameBits(await runOn(name, unbundled(ISOLATED), runs)),
  );
  it.skipIf(skip(there))("ends on them with everything inline", async () =>
    expectSameBits(await runOn(name, unbundled(ISOLATED, "inline"), [{ threads: 2 }]), [2]),
  );
  it.skipIf(skip(there))("ends on them on one thread of a page that is not isolated", async () => {
    const results = await runOn(name, unbundled({}), [{ threads: 4 }]);
    expectSameBits(results, [1]);
    expect(results[0]?.report).toMatchObject({ threads: 1, started: false, isolated: false });
    expect(results[0]?.report.why).toContain("the page is not cross-origin isolated");
  });
});

describe("with the kernel that the caller gives", () => {
  const given = (url: string) =>
    WASM_FORMS.map((form) => ({
      threads: 2,
      wasm: { form, url: `${url}build/layerwise.wasm` },
    }));
  it("ends on them in this Node, as a module, as bytes, from an address and from a response", async () => {
    await using it = await site(unbundled({}));
    expectSameBits(await runIn(node, given(it.url)), [2, 2, 2, 2]);
  });
  it.skipIf(skip(hasChromium))("ends on them in Chromium, in the same forms", async () =>
    expectSameBits(await runOn("Chromium", unbundled(ISOLATED), given), [2, 2, 2, 2]),
  );
});

describe("in a runtime without workers, shared buffers, message channels and a navigator", () => {
  it("ends on them on one thread, and says so", async () => {
    const result = await onTheEdge();
    expectSameBits([result], [1]);
    expect(result.report).toMatchObject({ platform: "browser", threads: 1, started: false });
    expect(result.report.why).toContain("this runtime has no workers");
  });
});
