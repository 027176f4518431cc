// Engines: the one that models share, ones of their own, and how a start may fail.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { dense, type Engine, engine, LayerwiseError, sequential } from "../../src/index.ts";
import { rejection } from "../support/rejection.ts";
import { root } from "../support/sources.ts";

const wasm = () => readFile(join(root, "build/layerwise.wasm"));

describe("engine", () => {
  it("gives everybody the same engine", async () => {
    const [first, second] = await Promise.all([engine(), engine()]);
    expect(first).toBe(second);
    expect(await engine()).toBe(first);
  });

  it("makes one of its own for options, with memory of its own", async () => {
    const [shared, own] = [await engine(), await engine({})];
    expect(own).not.toBe(shared);
    expect(own.arena.memory).not.toBe(shared.arena.memory);
    expect(own.report().memory.used).toBe(0);
    expect(await engine()).toBe(shared);
  });

  it("takes the kernel as bytes, as their buffer, or compiled", async () => {
    const bytes = Uint8Array.from(await wasm());
    for (const it of [bytes, bytes.buffer, await WebAssembly.compile(bytes)]) {
      const own: Engine = await engine({ wasm: it });
      expect(own.kernel.peakFlops(0)).toBeGreaterThan(0);
    }
  });

  it.each([
    ["text", "layerwise.wasm"],
    ["null", null],
    ["a number", 7],
    ["no bytes", new Uint8Array(0)],
    ["bytes that are no wasm", new TextEncoder().encode("<!doctype html>")],
    ["a torn file", Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 99])],
  ])("refuses %s as a kernel", async (_what, junk) => {
    const error = await rejection(() => engine({ wasm: junk as unknown as BufferSource }));
    expect(error).toBeInstanceOf(LayerwiseError);
    expect(error.code).toBe("invalidArgument");
    expect(error.message).toContain("engine({ wasm })");
  });

  it("refuses a module that is no kernel", async () => {
    const empty = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    expect(await rejection(() => engine({ wasm: empty }))).toMatchObject({ code: "abiMismatch" });
  });

  it("reports memory as models come and go", async () => {
    const own = await engine({});
    const model = await sequential({ engine: own, inputShape: [4], layers: [dense(3)] });
    const { used, bytes } = own.report().memory;
    expect(used).toBeGreaterThan(0);
    expect(bytes).toBe(own.arena.memory.buffer.byteLength);
    expect(own.report()).toMatchObject({ platform: "node", mode: "deterministic", simd: "simd" });
    model.dispose();
    expect(own.report().memory.used).toBe(0);
  });

  it("shows all of memory in its view, after growth too", async () => {
    const own = await engine({});
    const before = own.view;
    expect(own.view).toBe(before);
    own.arena.allocate(before.byteLength);
    expect(own.view.byteLength).toBe(own.arena.memory.buffer.byteLength);
    expect(own.view.byteLength).toBeGreaterThan(before.byteLength);
  });
});

describe("a start that fails", () => {
  afterEach(() => {
    vi.doUnmock("#platform");
    vi.resetModules();
  });

  it("is not remembered: the next call tries again", async () => {
    let attempts = 0;
    const bytes = Uint8Array.from(await wasm());
    vi.resetModules();
    vi.doMock("#platform", () => ({
      platform: "test",
      cores: () => 1,
      threadsRefused: () => undefined,
      async loadKernel() {
        attempts++;
        if (attempts === 1) throw new Error("offline");
        return WebAssembly.compile(bytes);
      },
    }));
    const fresh = await import("../../src/runtime/engine.ts");
    // Two at once share the attempt, and its failure.
    const both = await Promise.allSettled([fresh.engine(), fresh.engine()]);
    expect(both.map((it) => it.status)).toEqual(["rejected", "rejected"]);
    expect(attempts).toBe(1);
    const later = await fresh.engine();
    expect(later.report().platform).toBe("test");
    expect(await fresh.engine()).toBe(later);
    expect(attempts).toBe(2);
  });
});
