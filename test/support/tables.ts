// The README's tables of everything there is, made from the code: what src/index.ts exports, the first
// sentence of each docstring, and the options with the defaults that their docstrings name.

import { join, relative } from "node:path";
import ts from "typescript";
import { root } from "./sources.ts";

/** One row: a name, what it does, its options. */
export interface Row {
  readonly name: string;
  readonly says: string;
  readonly options: string;
}

/** Layers by what they are for. One that is in no group, or in two, is an error. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  "Dense networks": ["dense", "activation", "prelu", "rescaling"],
  Images:
    "conv1d conv1dTranspose conv2d conv2dTranspose depthwiseConv2d separableConv2d averagePooling1d averagePooling2d maxPooling1d maxPooling2d globalAveragePooling1d globalAveragePooling2d globalMaxPooling1d globalMaxPooling2d upSampling1d upSampling2d".split(
      " ",
    ),
  Shape:
    "flatten reshape permute repeatVector cropping1d cropping2d zeroPadding1d zeroPadding2d".split(
      " ",
    ),
  "Noise and augmentation":
    "dropout alphaDropout gaussianDropout gaussianNoise spatialDropout1d spatialDropout2d randomBrightness randomContrast randomFlip randomRotation randomTranslation randomZoom".split(
      " ",
    ),
  Normalization: [
    "batchNormalization",
    "groupNormalization",
    "layerNormalization",
    "rmsNormalization",
  ],
  "Sequences and memory": [
    "embedding",
    "masking",
    "simpleRNN",
    "lstm",
    "gru",
    "bidirectional",
    "timeDistributed",
  ],
  Attention: ["multiHeadAttention", "positionEmbedding", "sinePositionEncoding"],
  Merging: ["add", "average", "concatenate", "maximum", "minimum", "multiply", "subtract"],
  "Without labels": [
    "greedyPretraining",
    "gaussianSampling",
    "activityRegularization",
    "sparsity",
    "rbm",
  ],
};

const index = join(root, "src/index.ts");
const settings = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config;
const { options: compiler } = ts.parseJsonConfigFileContent(settings, ts.sys, root);
const program = ts.createProgram([index], compiler);
const checker = program.getTypeChecker();

/** Paths of files, or of folders with all that is in them. */
const within = (path: string, places: readonly string[]) =>
  places.some((it) => (it.endsWith("/") ? path.startsWith(it) : path === it));

const settled = (symbol: ts.Symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

const fileOf = (symbol: ts.Symbol) =>
  relative(root, symbol.declarations?.[0]?.getSourceFile().fileName ?? "").replaceAll("\\", "/");

const exportsOf = (symbol: ts.Symbol) => checker.getExportsOfModule(symbol);

const entry = checker.getSymbolAtLocation(program.getSourceFile(index) ?? never());

const callsOf = (symbol: ts.Symbol) =>
  symbol.flags & ts.SymbolFlags.Value ? checker.getTypeOfSymbol(symbol).getCallSignatures() : [];

/** Functions that src/index.ts exports from `places`; of `datasets` those inside. */
function functions(places: readonly string[], from = entry ?? never()): Map<string, ts.Symbol> {
  const found = exportsOf(from).map((it) => [it.name, settled(it)] as const);
  const fits = ([, it]: readonly [string, ts.Symbol]) =>
    callsOf(it).length > 0 && within(fileOf(it), places);
  return new Map(found.filter(fits).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const docOf = (symbol: ts.Symbol) => {
  const parts = symbol.getDocumentationComment(checker);
  return ts.displayPartsToString(parts).replaceAll(/\{@link (\w+)\s*\}/g, "`$1`");
};

/** Up to the first full stop that ends a sentence; bars and stars as Markdown wants them. */
export function firstSentence(doc: string): string {
  const text = doc.split("\n\n")[0]?.replaceAll(/\s+/g, " ").trim() ?? "";
  const sentence = /^.*?(?<! al|e\.g|i\.e)\.(?= |$)/.exec(text)?.[0] ?? text;
  return sentence.replace(/[.:]$/, "").replaceAll("|", "\\|").replaceAll("*", "\\*");
}

/** What a docstring says after "Default": a number, a word in quotes, a list, another option's name. */
export function defaultOf(doc: string): string {
  const value = /"[^"]*"|\[[^\]]*\]|[\w.−-]*\d(?:\.\d+)?(?:e-?\d+)?|true|false|½|[a-z]+[A-Z]\w*/;
  const said = new RegExp(`\\bDefault(?: is)?:? (${value.source})(?=[.;,:]?(?: |$))`);
  return said.exec(doc.replaceAll(/\s+/g, " ").replaceAll("`", ""))?.[1] ?? "";
}

/** The object types among those that `type` may be. */
const objectsOf = (type: ts.Type): readonly ts.Type[] =>
  (type.isUnion() ? type.types : [type]).filter(
    (it) =>
      (it.isIntersection() || (it.flags & ts.TypeFlags.Object) !== 0) &&
      it.getCallSignatures().length === 0 &&
      !checker.isArrayLikeType(it),
  );

/** Parameters and options of a function: `units`, `useBias = true`, … Of overloads the longest. */
function optionsOf(symbol: ts.Symbol): string {
  const lists = callsOf(symbol).map((signature) =>
    signature.getParameters().flatMap((parameter) => {
      const node = parameter.valueDeclaration ?? never();
      const [type] = objectsOf(checker.getTypeOfSymbolAtLocation(parameter, node));
      if (!["options", "given"].includes(parameter.name) || !type) return [`\`${parameter.name}\``];
      const known = checker.getPropertiesOfType(type);
      return known.flatMap((it) => {
        if (it.name === "name") return [];
        const value = defaultOf(docOf(it));
        return [`\`${it.name}${value && ` = ${value}`}\``];
      });
    }),
  );
  return lists.sort((a, b) => b.length - a.length)[0]?.join(", ") ?? "";
}

const rowOf = (name: string, symbol: ts.Symbol, prefix = ""): Row => ({
  name: prefix + name,
  says: firstSentence(docOf(symbol)),
  options: optionsOf(symbol),
});

const rows = (places: readonly string[]) =>
  [...functions(places)].map(([name, it]) => rowOf(name, it));

/** Rows of a table in the code, `const table = { … }`; `makers`: functions of the same names with options. */
function tableOf(path: string, makers: ReadonlyMap<string, ts.Symbol> = new Map()): Row[] {
  const source = program.getSourceFile(join(root, path)) ?? never();
  const found: Row[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === "table") {
      const it = checker.getTypeAtLocation(node);
      for (const property of it.getProperties()) {
        const { name } = property;
        const maker = makers.get(name);
        const says = firstSentence(docOf(property));
        found.push({ name, says, options: maker ? optionsOf(maker) : "" });
      }
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function layers(): Readonly<Record<string, readonly Row[]>> {
  const all = functions(["src/layers/"]);
  const made = [...all].filter(([, it]) => {
    const type = checker.getTypeOfSymbol(it).getCallSignatures()[0]?.getReturnType();
    return type?.getProperty("emit") && it.name !== "defineLayer";
  });
  const known = new Map([...made, ...functions(["src/rbm.ts", "src/pretraining.ts"])]);
  known.delete("loadRbm");
  const grouped = Object.values(GROUPS).flat();
  const once = new Set(grouped).size === grouped.length;
  const lost = [...known.keys()].filter((it) => !grouped.includes(it));
  if (!once || lost.length > 0) throw new Error(`not in one group: ${lost.join(", ")}`);
  const entries = Object.entries(GROUPS).map(([group, names]) => {
    const list = names.map((name) => rowOf(name, known.get(name) ?? never(name)));
    return [group, list] as const;
  });
  return Object.fromEntries(entries);
}

function datasets(): Row[] {
  const space = exportsOf(entry ?? never()).find((it) => it.name === "datasets") ?? never();
  const made = functions(["src/data/datasets/"], settled(space));
  made.delete("circleZone");
  return [...made].map(([name, it]) => rowOf(name, it));
}

const byName = (list: readonly Row[]) => [...list].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Every table by its heading. */
export function everything(): Readonly<Record<string, readonly Row[]>> {
  const activations = functions(["src/activations/"]);
  const losses = functions(["src/losses/"]);
  const metrics = functions(["src/metrics/options.ts"]);
  const grouped = layers();
  const named = Object.entries(grouped).map(([group, list]) => [`Layers: ${group}`, list] as const);
  return {
    ...Object.fromEntries(named),
    Activations: byName(tableOf("src/activations/index.ts", activations)),
    Losses: byName(tableOf("src/losses/table.ts", losses)),
    Metrics: byName([
      { name: "accuracy", says: "The accuracy that fits the loss and the outputs", options: "" },
      { name: "logLoss", says: "The crossentropy that goes with it", options: "" },
      ...tableOf("src/metrics/index.ts", metrics),
    ]),
    "Scores from predictions": rows(["src/metrics/report.ts"]),
    "Seeing what was learned": rows(["src/lens/"]),
    Callbacks: rows(["src/model/callbacks/", "src/model/callbacks.ts"]),
    "Learning-rate schedules": rows(["src/schedules/"]),
    Optimizers: rows(["src/optimizers/"]),
    Initializers: rows(["src/initializers/"]),
    "Made data, `datasets.…`": datasets(),
    "Data of your own": rows(["src/data/"]).filter((it) => !it.name.startsWith("datasets")),
  };
}

/** As Markdown; each behind a heading that opens it. */
export function markdown(tables = everything()): string {
  const blocks = Object.entries(tables).map(([heading, list]) => {
    const columns = list.some((it) => it.options !== "") ? 3 : 2;
    const cells = list.map(({ name, says, options }) =>
      [`\`${name}\``, says, options].slice(0, columns),
    );
    const head = ["", "", columns > 2 ? "options" : ""].slice(0, columns);
    const lines = [head, head.map(() => "---"), ...cells].map((it) => `| ${it.join(" | ")} |`);
    const names = list.length === 1 ? "1" : `${list.length}`;
    const summary = heading.replaceAll("`", "");
    return [`<details><summary>${summary} (${names})</summary>\n`, ...lines, "\n</details>"].join(
      "\n",
    );
  });
  return blocks.join("\n\n");
}

function never(what = "a symbol"): never {
  throw new Error(`the code does not have ${what}`);
}
