// The help, made from the lists that the command line is read by.

import { activations } from "../activations/index.ts";
import { datasetNames } from "../data/datasets/index.ts";
import { wrap } from "./text.ts";
import { type CommandName, type CommandRow, commands, type OptionRow } from "./usage.ts";

/** What `layerwise help [topic]` prints, for a terminal of `columns`. */
export function helpText(topic: CommandName | undefined, columns: number): string {
  return topic === undefined ? overview(columns) : commandHelp(topic, columns);
}

function overview(columns: number): string {
  const rows = Object.values(commands).map(({ usage, about }) => [usage, about] as const);
  return [
    "Layerwise trains neural networks and shows what each layer has learned.",
    "",
    ...rows.flatMap(([usage, about]) => [usage, ...wrap(about, columns, "    ")]),
    "layerwise --version",
    "",
    ...wrap('For the options of a command: "layerwise help train".', columns, ""),
  ].join("\n");
}

function commandHelp(topic: CommandName, columns: number): string {
  const { usage, about, options }: CommandRow = commands[topic];
  const groups = [
    ["Options", undefined],
    ["Options for generated data", "generated"],
    ["Options for CSV files", "csv"],
  ] as const;
  const grouped = Object.values(options).some((it) => it.only === "generated");
  const lines = [usage, ...wrap(about, columns, "    ")];
  if (topic === "train") {
    lines.push("", "Data sets");
    lines.push(
      ...definitions(
        datasetNames.map((it) => [it.name, it.description]),
        columns,
      ),
    );
  }
  for (const [title, only] of grouped ? groups : [["Options", "all"] as const]) {
    const rows = Object.entries(options).filter(([, row]) => only === "all" || row.only === only);
    if (rows.length > 0) lines.push("", title, ...definitions(rows.map(optionLine), columns));
  }
  if (topic === "train") {
    lines.push("", "Activations", ...wrap(Object.keys(activations).join(", "), columns, "  "));
    lines.push("", "Examples");
    lines.push("  layerwise train spiral --layers 16:tanh,16:tanh --seed 3");
    lines.push("  layerwise train iris.csv --target species --save model");
    lines.push("  layerwise predict model flowers.csv");
  }
  return lines.join("\n");
}

function optionLine([name, row]: readonly [string, OptionRow]): readonly [string, string] {
  return [`--${name}${row.value === undefined ? "" : ` <${row.value}>`}`, row.about];
}

/** Terms in a column, what they mean beside it; below it where the terminal is narrow. */
function definitions(rows: readonly (readonly [string, string])[], columns: number): string[] {
  const width = Math.max(...rows.map(([term]) => term.length)) + 4;
  if (columns < width + 30) {
    return rows.flatMap(([term, about]) => [`  ${term}`, ...wrap(about, columns, "      ")]);
  }
  return rows.flatMap(([term, about]) => {
    const [first = "", ...others] = wrap(about, columns, " ".repeat(width));
    return [`  ${term.padEnd(width - 2)}${first.trimStart()}`, ...others];
  });
}
