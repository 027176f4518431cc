// What holds for all pictures and sequences that are made here: seeds, options, the same bits everywhere.

import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.ts";
import * as datasets from "../../src/data/datasets/makers.ts";
import { failure } from "../support/failure.ts";
import { hashData } from "../support/hash.ts";

interface Maker {
  readonly make: (options: object) => Dataset;
  /** Of 100 samples with the seed 42 and these options: see `hashData`. */
  readonly golden: readonly (readonly [options: object, hash: string])[];
  readonly bad: readonly object[];
}

const MAKERS: Readonly<Record<string, Maker>> = {
  digits: {
    make: datasets.digits,
    golden: [
      [{}, "a0dfa3f64bc8c5c4"],
      [{ size: 19, noise: 0.2, distortion: 0.5 }, "9848d84bd603b580"],
    ],
    bad: [{ size: 15 }, { size: 257 }, { noise: -1 }, { noise: Number.NaN }, { distortion: 2.1 }],
  },
  faces: {
    make: (options) => datasets.faces(options).dataset,
    golden: [
      [{}, "012463d5970fe94e"],
      [{ size: 40, noise: 0.1, target: "nose", show: ["nose", "eyes"] }, "44ec5bd25b3b5490"],
    ],
    bad: [{ size: 8 }, { size: 32.5 }, { noise: 11 }, { show: "nose" }],
  },
  parity: {
    make: datasets.parity,
    golden: [
      [{}, "15e906d4b42605d1"],
      [{ minLength: 5, maxLength: 9, steps: 12 }, "a85f0588e6f60eb7"],
    ],
    bad: [{ minLength: 0 }, { minLength: 17 }, { maxLength: 4097 }, { maxLength: 9, steps: 8 }],
  },
  anbn: {
    make: datasets.anbn,
    golden: [
      [{}, "64ee98cb03a5742d"],
      [{ minLength: 9, maxLength: 21, steps: 30 }, "3be449639535bf9d"],
    ],
    bad: [{ minLength: 1 }, { minLength: 3, maxLength: 3 }, { maxLength: 1 }, { steps: 15 }],
  },
  addingProblem: {
    make: datasets.addingProblem,
    golden: [
      [{}, "00a2d2d8616db09a"],
      [{ length: 7 }, "789d44ae635e4d5f"],
    ],
    bad: [{ length: 1 }, { length: 4097 }],
  },
  sineContinuation: {
    make: datasets.sineContinuation,
    golden: [
      [{}, "504a7f41bd48b7c5"],
      [{ length: 9, ahead: 5, noise: 0.1 }, "4e692676dd7937ea"],
    ],
    bad: [{ length: 0 }, { ahead: 0 }, { noise: -0.1 }],
  },
  copyMemory: {
    make: datasets.copyMemory,
    golden: [
      [{}, "deae7567f74b9334"],
      [{ length: 3, delay: 4, symbols: 5, encoding: "codes" }, "2a5ac11ddb5b5e9d"],
    ],
    bad: [{ length: 0 }, { delay: 0 }, { symbols: 1 }, { symbols: 257 }],
  },
};

describe.each(Object.entries(MAKERS))("%s", (_, { make, golden, bad }) => {
  it.each(golden)("has the same bits in every engine: %o", (options, hash) => {
    expect(hashData(make({ samples: 100, seed: 42, ...options }))).toBe(hash);
  });

  it("has as many samples as asked for, 500 by default", () => {
    expect(make({}).samples).toBe(500);
    expect(make({ samples: 1 }).samples).toBe(1);
  });

  it("depends on its seed", () => {
    const hashes = [1, 2, 2 ** 40 + 1].map((seed) => hashData(make({ samples: 20, seed })));
    expect(new Set(hashes).size).toBe(3);
    expect(hashData(make({ samples: 20 }))).toBe(hashData(make({ samples: 20, seed: 0 })));
  });

  it("gives the first samples of a longer set", () => {
    for (const [options] of golden) {
      const short = make({ samples: 7, seed: 5, ...options });
      const long = make({ samples: 30, seed: 5, ...options }).take(7);
      expect(hashData(short)).toBe(hashData(long));
    }
  });

  it("refuses senseless options", () => {
    const counts = [0, 1.5, Number.NaN, 2 ** 30].map((samples) => ({ samples }));
    for (const options of [...counts, { seed: -1 }, { seed: 0.5 }, ...bad]) {
      expect(failure(() => make(options)).code, JSON.stringify(options)).toBe("invalidArgument");
    }
    for (const options of [{ sample: 3 }, { target: "ear" }, { show: ["ear"] }, { encoding: "x" }])
      expect(failure(() => make(options)).code).toBe("unknownName");
  });
});
