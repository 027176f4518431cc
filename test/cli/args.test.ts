import { describe, expect, test } from "vitest";
import { parseCommand } from "../../src/cli/args.ts";
import { helpText } from "../../src/cli/help.ts";
import { nearest } from "../../src/cli/suggest.ts";
import { commands, trainOptions, UsageError } from "../../src/cli/usage.ts";

const parse = (line: string) => parseCommand(line === "" ? [] : line.split(" "));

/** The message and the help topic of the usage error that a command line is. */
function refusal(line: string): { message: string; topic: string | undefined } {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof UsageError) return { message: error.message, topic: error.topic };
    throw error;
  }
  throw new Error(`"${line}" was understood`);
}

describe("train", () => {
  test("alone it means circles, everything else undecided", () => {
    expect(parse("train")).toEqual({
      command: "train",
      source: {
        kind: "generated",
        name: "circles",
        samples: undefined,
        noise: undefined,
        classes: undefined,
      },
      layers: undefined,
      epochs: undefined,
      batchSize: undefined,
      learningRate: undefined,
      optimizer: "adam",
      seed: 0,
      testShare: 0.2,
      save: undefined,
      plain: false,
    });
  });

  test("every option of generated data arrives", () => {
    const line =
      "train spiral --samples 300 --noise 0.2 --classes 3 --layers 8:tanh,4 --epochs 7 " +
      "--batch-size 5 --learning-rate 1e-2 --optimizer sgd --seed 9 --test-share 0.5 --save out --plain";
    expect(parse(line)).toEqual({
      command: "train",
      source: { kind: "generated", name: "spiral", samples: 300, noise: 0.2, classes: 3 },
      layers: [
        { units: 8, activation: "tanh" },
        { units: 4, activation: undefined },
      ],
      epochs: 7,
      batchSize: 5,
      learningRate: 0.01,
      optimizer: "sgd",
      seed: 9,
      testShare: 0.5,
      save: "out",
      plain: true,
    });
  });

  test("every option of a file arrives", () => {
    const line =
      "train a/b.csv.gz --target -1 --header no --skip-rows 2 --delimiter ; --missing mean --task regression";
    expect(parse(line)).toMatchObject({
      source: {
        kind: "csv",
        path: "a/b.csv.gz",
        options: {
          target: "-1",
          header: false,
          skipRows: 2,
          delimiter: ";",
          missing: "mean",
          task: "regression",
        },
      },
    });
  });

  test.each([
    ["auto", "auto"],
    ["yes", true],
    ["no", false],
  ])("--header %s is %s to the reader", (word, header) => {
    expect(parse(`train a.csv --header ${word}`)).toMatchObject({
      source: { options: { header } },
    });
  });

  test("what isn't asked of a file is left to its reader", () => {
    expect(parse("train a.csv")).toMatchObject({ source: { options: {} } });
  });

  test("a tab can be said", () => {
    for (const word of ["tab", "\\t"]) {
      expect(parse(`train a.csv --delimiter ${word}`)).toMatchObject({
        source: { options: { delimiter: "\t" } },
      });
    }
  });

  test("--layers none is a network without hidden layers", () => {
    expect(parse("train --layers none")).toMatchObject({ layers: [] });
  });

  test("--no-color is --plain", () => {
    expect(parse("train --no-color")).toMatchObject({ plain: true });
  });

  test("options may stand before the data and hold their value after =", () => {
    expect(parse("train --epochs=3 moons")).toMatchObject({ epochs: 3, source: { name: "moons" } });
  });
});

describe("other commands", () => {
  test("predict takes a folder and a file", () => {
    expect(parse("predict model data.csv --out p.csv --skip-rows 1")).toEqual({
      command: "predict",
      folder: "model",
      path: "data.csv",
      out: "p.csv",
      skipRows: 1,
      delimiter: undefined,
    });
  });

  test.each([
    ["", undefined],
    ["help", undefined],
    ["--help", undefined],
    ["-h", undefined],
    ["help train", "train"],
    ["train --help", "train"],
    ["train spiral -h", "train"],
    ["predict --help", "predict"],
  ])('"%s" is help on %s', (line, topic) => {
    expect(parse(line)).toEqual({ command: "help", topic });
  });

  test("--version and -v are the version", () => {
    expect([parse("--version"), parse("-v")]).toEqual([
      { command: "version" },
      { command: "version" },
    ]);
  });
});

describe("what can't be understood says what was meant", () => {
  test.each([
    ["tran", /no command "tran".*Did you mean train\?/, undefined],
    ["circles", /Did you mean train circles\?/, undefined],
    ["iris.csv", /Did you mean train iris\.csv\?/, undefined],
    ["--epochs 3", /the command comes first/, undefined],
    ["help trian", /Did you mean train\?/, undefined],
    ["train circels", /no data set "circels".*Did you mean circles\?/, "train"],
    ["train --epoch 3", /no option --epoch\. Did you mean --epochs\?/, "train"],
    ["train -x", /no option -x/, "train"],
    ["train --epochs", /--epochs needs a value/, "train"],
    ["train --epochs --plain", /--epochs needs a value/, "train"],
    ["train --epochs many", /--epochs: required an integer ≥ 1, got "many"/, "train"],
    ["train --epochs 0", /required an integer ≥ 1/, "train"],
    ["train --epochs 1.5", /required an integer ≥ 1/, "train"],
    ["train --seed -1", /--seed: required an integer ≥ 0/, "train"],
    ["train --learning-rate 0", /--learning-rate: required a number above 0/, "train"],
    ["train --learning-rate NaN", /--learning-rate: required a number above 0/, "train"],
    ["train --test-share 1", /--test-share: required a number between 0 and 1/, "train"],
    ["train --optimizer adma", /one of .*lion; got "adma"\. Did you mean adam\?/, "train"],
    ["train --layers 8:tahn", /Did you mean tanh\?/, "train"],
    ["train --layers 0", /--layers: required units:activation/, "train"],
    ["train --layers 8:tanh:2", /--layers: required units:activation/, "train"],
    ["train --layers 8,,8", /--layers: required units:activation/, "train"],
    ["train --plain=yes", /--plain takes no value/, "train"],
    ["train a.csv b.csv", /one data set or file, got "a.csv", "b.csv"/, "train"],
    ["train circles --target 1", /--target is for CSV files/, "train"],
    ["train a.csv --noise 1", /--noise is for generated data sets/, "train"],
    ["train xor --classes 3", /--classes is for circles, rings, gaussians, spiral/, "train"],
    ["train a.csv --header maybe", /--header: required one of auto, yes, no/, "train"],
    ["train a.csv --task regresion", /Did you mean regression\?/, "train"],
    ["predict model", /a saved model and one CSV file, got 1/, "predict"],
    ["predict model a.csv b.csv", /got 3/, "predict"],
    ["predict model a.csv --seed 1", /predict has no option --seed/, "predict"],
    ["predict model a.csv --skip-rows x", /--skip-rows: required an integer/, "predict"],
  ])("%s", (line, message, topic) => {
    const got = refusal(line);
    expect(got.message).toMatch(message);
    expect(got.message).not.toContain("\n");
    expect(got.topic).toBe(topic);
  });

  test("a word that resembles nothing gets no guess", () => {
    expect(nearest("zzzzzz", ["circles", "moons"])).toBeUndefined();
    expect(nearest("mons", ["circles", "moons"])).toBe("moons");
    expect(nearest("xro", ["rings", "xor"])).toBe("xor");
  });

  test("names that every object has are no options", () => {
    expect(refusal("train --constructor 1").message).toMatch(/no option --constructor/);
    expect(refusal("toString").message).toMatch(/no command/);
  });
});

describe("help", () => {
  test("the overview names every command", () => {
    const text = helpText(undefined, 80);
    for (const { usage } of Object.values(commands)) expect(text).toContain(usage);
  });

  test("a command's help names every option, and each stands in one of its groups", () => {
    const text = helpText("train", 80);
    for (const name of Object.keys(trainOptions)) {
      expect(text.split("\n").filter((line) => line.startsWith(`  --${name} `))).toHaveLength(1);
    }
  });

  test.each([40, 60, 80])("it fits %i columns, examples aside", (columns) => {
    const lines = [
      ...helpText("train", columns).split("\n"),
      ...helpText("predict", columns).split("\n"),
    ];
    const long = lines.filter(
      (line) => line.length > columns && !/^ {2}layerwise|^layerwise/.test(line),
    );
    expect(long).toEqual([]);
  });
});
