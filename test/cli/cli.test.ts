// The built command, as a person runs it: `npm test` builds it first.

import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { kernelName } from "../support/kernel.ts";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const shared = (name: string) =>
  fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "layerwise-cli-"));
const inFolder = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** An environment of our own making: no color asked for or forbidden, no width. */
const bare = { PATH: process.env.PATH, NODE_OPTIONS: "" };

function run(words: readonly string[], env: Record<string, string> = {}): Promise<Result> {
  return new Promise((resolve) => {
    const options = { env: { ...bare, ...env }, cwd: folder };
    execFile(process.execPath, [cli, ...words], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** A layer's row in the table at the end: its probe's accuracy in percent. */
function probe(out: string, layer: string): number {
  const row = out.match(new RegExp(`^${layer} +\\d+ +(\\d+\\.\\d) %`, "m"));
  return Number(row?.[1] ?? Number.NaN);
}

function heldOutAccuracy(out: string): number {
  const found = out.replaceAll("\n", " ").match(/held out: accuracy (\d+\.\d) %/);
  return Number(found?.[1] ?? Number.NaN);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (i: number) => sorted[i] ?? Number.NaN;
  return (at((sorted.length - 1) >> 1) + at(sorted.length >> 1)) / 2;
}

const seeds = Array.from({ length: 10 }, (_, seed) => seed);

// It runs the kernel that ships, whichever kernel the tests run on: once is enough.
describe.skipIf(kernelName === "check")("layerwise", () => {
  test("train alone trains circles, plainly on a pipe, and ends by itself", async () => {
    const start = performance.now();
    const { code, out, err } = await run(["train"]);
    expect([code, err]).toEqual([0, ""]);
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(out).not.toContain("\u001b");
    expect(out.match(/^ +\d+\/200 /gm)).toHaveLength(10);
    expect(out).toMatch(/^input +\d+\.\d % +dense_1 +\d+\.\d % +dense_2 +\d+\.\d % +output/m);
    expect(out).toMatch(/^[.:+#]{16} {3}[.:+#]{16} {3}[.:+#]{16} {3}[.:+#]{16}$/m);
    expect(out).toMatch(/A straight line gets \d+\.\d % of the 200 held-out points right; after/);
  });

  test("on circles a line tells little apart in the input and nearly all after the last hidden layer, for every seed", async () => {
    for (const seed of seeds) {
      const { out } = await run(["train", "--seed", String(seed)]);
      expect(probe(out, "input")).toBeLessThan(70);
      expect(probe(out, "dense_2")).toBeGreaterThan(97);
    }
  });

  test("the same seed gives the same report", async () => {
    const report = async () => {
      const { out } = await run(["train", "xor", "--epochs", "20", "--seed", "5"]);
      return out.slice(out.indexOf("\nlayer "), out.indexOf("Trained"));
    };
    expect(await report()).toBe(await report());
  });

  test("FORCE_COLOR colors a pipe but moves no cursor", async () => {
    const { out } = await run(["train", "--epochs", "3"], { FORCE_COLOR: "3" });
    expect(out).toContain("\u001b[38;2;");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are control characters
    expect(out).not.toMatch(/\u001b\[(\?|\d*[ABCDHJK])/);
  });

  test("COLUMNS narrows plain output", async () => {
    const { out } = await run(["train", "--epochs", "3"], { COLUMNS: "40" });
    const widths = out.split("\n").map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(40);
  });

  test.skipIf(!existsSync(shared("iris.csv")))("learns irises", async () => {
    const results = await Promise.all(
      seeds.map((seed) =>
        run(["train", shared("iris.csv"), "--target", "4", "--seed", String(seed)]),
      ),
    );
    expect(results[0]?.out).toContain(
      "120 samples to train on, 30 held out, 4 features, 3 classes",
    );
    expect(results[0]?.out).toContain("There are no maps");
    expect(median(results.map(({ out }) => heldOutAccuracy(out)))).toBeGreaterThanOrEqual(93);
  });

  test.skipIf(!existsSync(shared("digits.csv.gz")))(
    "learns digits from a packed file",
    async () => {
      const accuracies: number[] = [];
      for (const seed of seeds.slice(0, 3)) {
        const { out } = await run(["train", shared("digits.csv.gz"), "--seed", String(seed)]);
        accuracies.push(heldOutAccuracy(out));
      }
      expect(median(accuracies)).toBeGreaterThanOrEqual(96);
    },
  );

  describe("with a file of one's own", () => {
    /** Prices far from 0, a column of words, a header. */
    const houses = [
      "area,rooms,town,price",
      ...Array.from({ length: 200 }, (_, i) => {
        const [area, rooms, town] = [40 + ((i * 37) % 160), 1 + (i % 5), i % 3 ? "Ulm" : "Bern"];
        return `${area},${rooms},${town},${150_000 + area * (town === "Ulm" ? 3000 : 5000) + rooms * rooms * 8000}`;
      }),
    ].join("\n");
    writeFileSync(inFolder("houses.csv"), houses);
    writeFileSync(inFolder("houses.csv.gz"), gzipSync(houses));

    test("a quantity is learned, saved, and predicted in its own units", async () => {
      const trained = await run([
        "train",
        "houses.csv.gz",
        "--target",
        "price",
        "--save",
        "prices",
      ]);
      expect([trained.code, trained.err]).toEqual([0, ""]);
      const [, r2] = trained.out.match(/held out: R² (\d\.\d+)/) ?? [];
      expect(Number(r2)).toBeGreaterThan(0.98);
      const { code, out } = await run(["predict", "prices", "houses.csv"]);
      expect(code).toBe(0);
      const rows = out
        .trim()
        .split("\n")
        .map((line) => line.split(","));
      expect(rows[0]).toEqual(["line", "prediction"]);
      expect(rows).toHaveLength(201);
      const actual = houses
        .split("\n")
        .slice(1)
        .map((line) => Number(line.split(",")[3]));
      const errors = rows
        .slice(1)
        .map(([, value], i) => Math.abs(Number(value) - (actual[i] ?? 0)));
      expect(median(errors)).toBeLessThan(20_000);
      expect(rows[1]?.[0]).toBe("2");
    });

    test("classes keep their names from training to prediction", async () => {
      const trained = await run([
        "train",
        "houses.csv",
        "--target",
        "town",
        "--epochs",
        "60",
        "--save",
        "towns",
      ]);
      expect(trained.code).toBe(0);
      const { code, out, err } = await run(["predict", "towns", "houses.csv", "--out", "p.csv"]);
      expect([code, out, err]).toEqual([0, "", "200 predictions written to p.csv\n"]);
      const rows = readFileSync(inFolder("p.csv"), "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split(","));
      expect(rows[0]).toEqual(["line", "prediction", "probability"]);
      expect(new Set(rows.slice(1).map((row) => row[1]))).toEqual(new Set(["Ulm", "Bern"]));
      const right = rows
        .slice(1)
        .filter((row, i) => row[1] === houses.split("\n")[i + 1]?.split(",")[2]);
      expect(right.length).toBeGreaterThan(180);
    });

    test("a model of generated points reads points by name, in any order, or by position", async () => {
      await run(["train", "circles", "--save", "rings"]);
      writeFileSync(inFolder("named.csv"), "y,x\n0,0\n0,1.5\n2.6,0\n");
      writeFileSync(inFolder("bare.csv"), "0,0\n1.5,0\n0,2.6\n");
      const labels = async (file: string) => {
        const { out } = await run(["predict", "rings", file]);
        return out
          .trim()
          .split("\n")
          .slice(1)
          .map((line) => line.split(",")[1]);
      };
      const expected = ["inside or outside", "between", "inside or outside"];
      expect(await labels("named.csv")).toEqual(expected);
      expect(await labels("bare.csv")).toEqual(expected);
    });
  });

  describe("when something is wrong", () => {
    test.each([
      [
        ["tran"],
        /^layerwise: there is no command "tran".*Did you mean train\? See: layerwise help\n$/,
      ],
      [["train", "--epoch", "3"], /Did you mean --epochs\? See: layerwise help train\n$/],
      [["train", "circels"], /Did you mean circles\?/],
      [["predict"], /See: layerwise help predict\n$/],
    ])("%j isn't understood: one line, exit code 2", async (words, message) => {
      const { code, out, err } = await run(words);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toMatch(message);
      expect(err.split("\n")).toHaveLength(2);
    });

    test.each([
      [["train", "nothing.csv"], /^layerwise: file "nothing\.csv": there is no such file\. Pass/],
      [["train", "houzes.csv"], /there is no such file\. Did you mean houses\.csv/],
      [
        ["train", "houses.csv", "--target", "prize"],
        /there is no column "prize"\. Known: 0 "area"/,
      ],
      [
        ["train", "circles", "--classes", "7"],
        /circles: required classes as an integer from 2 to 3/,
      ],
      [["train", "circles", "--batch-size", "9999"], /required a batchSize of at most 800/],
      [["train", "broken.csv.gz"], /it can't be unpacked/],
      [["train", "latin.csv"], /it is not UTF-8 text/],
      [["train", "."], /it is a folder/],
      [["train", "circles", "--save", "houses.csv"], /a file is in the way/],
      [["predict", "nowhere", "houses.csv"], /^layerwise: .*nowhere.*no such file/],
    ])("%j fails: one line without a stack, exit code 1", async (words, message) => {
      writeFileSync(inFolder("broken.csv.gz"), gzipSync("a,b\n1,2\n").subarray(0, 12));
      writeFileSync(inFolder("latin.csv"), Uint8Array.from([0x61, 0x2c, 0xe4, 0x0a]));
      const { code, err } = await run(words);
      expect(code).toBe(1);
      expect(err).toMatch(message);
      expect(err.split("\n")).toHaveLength(2);
    });
  });

  test("help and version", async () => {
    const { version } = JSON.parse(
      readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
    ) as { version: string };
    expect(await run(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
    const help = await run(["help", "train"]);
    expect([help.code, help.err]).toEqual([0, ""]);
    expect(help.out).toContain("--target");
    expect((await run([])).out).toContain("layerwise train");
  });

  test("Ctrl-C ends training, reports, and exits with 130", async () => {
    const child = spawn(process.execPath, [cli, "train", "--epochs", "100000000"], {
      env: bare,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    child.stdout.on("data", (chunk) => {
      // The head of the table is written right before training begins.
      if (!out.includes("samples/s") && String(out + chunk).includes("samples/s")) {
        setTimeout(() => child.kill("SIGINT"), 300);
      }
      out += chunk;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(130);
    expect(out).toMatch(/^output +1 +\d/m);
    expect(out.replaceAll("\n", " ")).toMatch(/Stopped after \d+ of 100000000 epochs/);
  }, 20_000);

  test("a reader that stops reading is no error", async () => {
    const child = spawn(process.execPath, [cli, "train"], {
      env: bare,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let err = "";
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, err]).toEqual([0, ""]);
  });
});
