// What a saved model may hold: every type of layer can be read, and what is read is checked.

import { describe, expect, test } from "vitest";
import { layerTypes } from "../../src/layers/registry.ts";
import { moreTypes } from "../../src/layers/types.ts";

describe("the types of layers", () => {
  test("are those that model.json may hold", () => {
    const described = ["activation", "dense", "dropout", "flatten"];
    expect([...layerTypes].sort()).toEqual([...described, ...moreTypes].sort());
  });
});
