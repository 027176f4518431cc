// The kernel as built: a pure function of linear memory, made from the same table as this host.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import * as abi from "../../assembly/abi.ts";
import { fingerprint, instantiate, TABLE_FINGERPRINT } from "../../src/runtime/kernel.ts";
import { rejection } from "../support/rejection.ts";
import { root } from "../support/sources.ts";
import { readWasm, SECTION } from "../support/wasm-sections.ts";

const shipped = ["layerwise.wasm", "layerwise.relaxed.wasm"];
const load = async (file: string) => Uint8Array.from(await readFile(join(root, "build", file)));
const constants: Readonly<Record<string, number>> = abi;
const memory = () => new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
const start = async (bytes: Uint8Array<ArrayBuffer>) =>
  instantiate(await WebAssembly.compile(bytes), memory());

it("is built: layerwise.wasm stands in build/", () => {
  expect(existsSync(join(root, "build/layerwise.wasm"))).toBe(true);
});

describe.each(shipped.filter((it) => existsSync(join(root, "build", it))))("%s", (file) => {
  it("holds no data: no data segment, no table, no memory of its own", async () => {
    const { ids } = readWasm(await load(file));
    expect(ids).not.toContain(SECTION.data);
    expect(ids).not.toContain(SECTION.element);
    expect(ids).not.toContain(SECTION.table);
    expect(ids).not.toContain(SECTION.memory);
  });

  it("holds no state: every global is a constant", async () => {
    const { globals } = readWasm(await load(file));
    expect(globals.length).toBeGreaterThan(0);
    expect(globals.filter((it) => it.mutable)).toEqual([]);
  });

  it("runs nothing by itself: no start function", async () => {
    expect(readWasm(await load(file)).ids).not.toContain(SECTION.start);
  });

  it("imports the memory and nothing else", async () => {
    expect(readWasm(await load(file)).imports).toEqual(["env.memory"]);
  });

  it("takes at most 64 KB gzipped", async () => {
    expect(gzipSync(await load(file)).length).toBeLessThanOrEqual(65536);
  });

  it("exports every constant of the table as a global, and no other", async () => {
    const { exports } = readWasm(await load(file));
    const globals = [...exports].filter(([, it]) => it.kind === 3).map(([name]) => name);
    expect(globals.sort()).toEqual(Object.keys(constants).sort());
  });
});

describe("the table", () => {
  it("has the same values on both sides of the wall", async () => {
    const module = await WebAssembly.compile(await load("layerwise.wasm"));
    const { exports } = await WebAssembly.instantiate(module, { env: { memory: memory() } });
    for (const [name, value] of Object.entries(constants)) {
      const exported = exports[name];
      expect(exported instanceof WebAssembly.Global ? exported.value : undefined, name).toBe(value);
    }
  });

  it("has the fingerprint that src/runtime/kernel.ts holds", () => {
    const now = fingerprint(constants);
    expect(now, `assembly/abi.ts has changed: set TABLE_FINGERPRINT to ${now}`).toBe(
      TABLE_FINGERPRINT,
    );
  });

  it("changes its fingerprint with any name or value", () => {
    const changed = Object.entries(constants).flatMap(([name, value]) => {
      const { [name]: _, ...rest } = constants;
      return [{ ...rest, [name]: value + 1 }, { ...rest, [`${name}_`]: value }, rest];
    });
    const prints = changed.map((it) => fingerprint(it));
    expect(prints).not.toContain(TABLE_FINGERPRINT);
    expect(fingerprint(Object.fromEntries(Object.entries(constants).reverse()))).toBe(
      TABLE_FINGERPRINT,
    );
  });
});

describe("instantiate", () => {
  it("takes the kernel as it was built", async () => {
    const kernel = await start(await load("layerwise.wasm"));
    expect(kernel.peakFlops(0)).toBeGreaterThan(0);
  });

  it.each(["ABI_VERSION", "OP_GEMM", "FLAG_BARRIER", "METRIC_R2"])(
    "refuses a kernel in which %s has another value",
    async (name) => {
      const bytes = await load("layerwise.wasm");
      const { exports, globals } = readWasm(bytes);
      const { index = -1 } = exports.get(name) ?? {};
      const { init = -1 } = globals[index] ?? {};
      // i32.const, then the value's first byte: its lowest bit turned over.
      expect(bytes[init]).toBe(0x41);
      bytes[init + 1] = (bytes[init + 1] ?? 0) ^ 1;
      expect(await rejection(() => start(bytes))).toMatchObject({ code: "abiMismatch" });
    },
  );

  it("refuses a kernel that lacks a constant", async () => {
    const bytes = await load("layerwise.wasm");
    const { at = -1 } = readWasm(bytes).exports.get("OP_DROPOUT") ?? {};
    expect(new TextDecoder().decode(bytes.subarray(at, at + 10))).toBe("OP_DROPOUT");
    bytes[at] = "X".charCodeAt(0);
    expect(await rejection(() => start(bytes))).toMatchObject({ code: "abiMismatch" });
  });

  it("refuses a module that is no kernel", async () => {
    const empty = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const error = await rejection(() => start(empty));
    expect(error).toMatchObject({ code: "abiMismatch" });
    expect(error.message).toContain("npm run build");
  });
});
