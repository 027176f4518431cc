// `layerwise train`: from data to a trained network, looked at on the way, with a report at the end.

import { type History, type Sequential, sequential } from "../index.ts";
import { optimizerFromConfig } from "../optimizers/index.ts";
import type { TrainCommand } from "./args.ts";
import { styled } from "./color.ts";
import { loadParts, type Parts, type TargetScale } from "./data.ts";
import { makeFolder } from "./files.ts";
import { lookClosely } from "./look.ts";
import { scoreText } from "./progress.ts";
import { buildLayers, type Goal, goalOf, OUTPUT, type Recipe, recipeFor } from "./recipe.ts";
import { reportSentence, reportTable } from "./report.ts";
import type { Run, Terminal, Watch } from "./run.ts";
import { count, duration, flow, harmless, large, small, wrap } from "./text.ts";
import { classNamesOf, hasMaps, layerScores, measureOf } from "./views.ts";
import { watchLive } from "./watch-live.ts";
import { watchPlainly } from "./watch-plain.ts";

/**
 * Trains, shows, reports, and saves if asked to. Ends early, with its report, when the signal says so.
 * @returns whether it was stopped
 * @throws LayerwiseError
 */
export async function train(
  command: TrainCommand,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<{ readonly stopped: boolean }> {
  const print = (lines: readonly string[]) => terminal.write(lines.map((it) => `${it}\n`).join(""));
  const parts = loadParts(command.source, command.seed, command.testShare);
  if (command.save !== undefined) makeFolder(command.save);
  const generated = command.source.kind === "generated" ? command.source.name : undefined;
  const { samples, featureCount: features } = parts.train;
  const recipe = recipeFor({ generated, samples, features }, command);
  const goal = goalOf(parts.train);
  const model = await sequential({
    inputShape: [features],
    seed: command.seed,
    layers: buildLayers(recipe, goal),
  });
  const compile = () => compileModel(model, command, recipe, goal);
  compile();
  print(opening(parts, model, recipe, goal, command, terminal));

  const run: Run = { model, parts, epochs: recipe.epochs, signal };
  const watch = terminal.surface.live ? watchLive(run, terminal) : watchPlainly(run, terminal);
  try {
    await watch.begin();
    const history = await model.fit(parts.train, {
      epochs: recipe.epochs,
      batchSize: recipe.batchSize,
      validationData: parts.test,
      callbacks: watch.callback,
      signal,
    });
    const look = await lookClosely(run, terminal);
    watch.end(look);
    const own = await model.evaluate(parts.test);
    const report = {
      layers: layerScores(look.lens, parts.all),
      measure: measureOf(parts.all),
      samples: parts.test.samples,
      features,
    };
    const { columns } = terminal;
    print(["", ...reportTable(report, columns), "", ...reportSentence(report, columns)]);
    print(wrap(closing(run, watch, history, own), columns, ""));
    if (command.save !== undefined) {
      if (parts.scale) restoreTargets(model, parts.scale, compile);
      await model.save(command.save);
      const how = `layerwise predict ${command.save} file.csv`;
      print(["", ...wrap(`Saved to ${command.save}. To apply it: ${how}`, columns, "")]);
    }
    return { stopped: history.stopped === "signal" };
  } finally {
    watch.release();
    model.dispose();
  }
}

function compileModel(model: Sequential, command: TrainCommand, recipe: Recipe, goal: Goal): void {
  const { optimizer: name } = command;
  // The recipe's rate is for Adam and its kin; the others keep their own, unless one is asked for.
  const own = command.learningRate === undefined && !/^(adam|nadam)/.test(name);
  const optimizer = optimizerFromConfig(
    own ? { name } : { name, learningRate: recipe.learningRate },
  );
  model.compile({ optimizer, loss: goal.loss, metrics: goal.metrics });
}

/** What is about to be trained on what. */
function opening(
  { name, all, train: { samples: trained }, test: { samples: heldOut } }: Parts,
  model: Sequential,
  recipe: Recipe,
  goal: Goal,
  { optimizer, seed }: TrainCommand,
  { columns, surface }: Terminal,
): string[] {
  const classes = classNamesOf(all).length;
  const facts = [
    `${count(trained, "sample")} to train on, ${heldOut.toLocaleString("en")} held out`,
    count(all.featureCount, "feature"),
    classes > 0 ? `${classes} classes` : "a quantity to predict",
  ];
  const layers = [
    String(all.featureCount),
    ...[...recipe.layers, goal].map(({ units, activation }) => `${units} ${activation}`),
  ];
  const { learningRate } = model.hyper;
  const settings = [
    count(model.parameterCount, "parameter"),
    `${optimizer} ${learningRate}`,
    `batches of ${recipe.batchSize}`,
    `seed ${seed}`,
  ];
  const what = hasMaps(all)
    ? "Each map: the boundary that one linear classifier draws on that layer's outputs, seen from the input plane, with its accuracy on held-out points."
    : `There are no maps, for they need 2 features and these are ${all.featureCount}: each layer's accuracy under a linear classifier stands for it.`;
  const regression = hasMaps(all)
    ? "Each map: the best linear fit of that layer's outputs, over the input plane, with its R² on held-out points."
    : `There are no maps, for they need 2 features: each layer's R² under a linear fit stands for it.`;
  return [
    ...wrap(`${harmless(name)}: ${facts.join(", ")}`, columns, ""),
    ...flow(
      layers.map((it, i) => (i === 0 ? `network: ${it}` : `→ ${it}`)),
      columns,
      " ",
    ),
    ...wrap(settings.join(", "), columns, ""),
    ...wrap(classes > 0 ? what : regression, columns, "").map((it) =>
      styled(it, "dim", surface.color),
    ),
    "",
  ];
}

/** How the network itself does, and what it took. */
function closing(
  { parts, epochs }: Run,
  { clock }: Watch,
  { epoch, stopped }: History,
  own: Readonly<Record<string, number>>,
): string {
  const { loss = Number.NaN, accuracy = Number.NaN, r2 = Number.NaN, meanAbsoluteError = 0 } = own;
  const result = parts.scale
    ? `R² ${scoreText("R²", r2)}, mean absolute error ${small(meanAbsoluteError * parts.scale.deviation)}`
    : `accuracy ${scoreText("accuracy", accuracy)}, loss ${small(loss)}`;
  const done = epoch.length;
  const what = stopped === "signal" ? `Stopped after ${done} of ${epochs}` : `Trained ${done}`;
  const rate = large(clock.samplesPerSecond(parts.train.samples));
  return `The network itself, held out: ${result}. ${what} epochs in ${duration(clock.trainMs)}, ${rate} samples/s.`;
}

/** Gives a regression's outputs the units of the data: W·x + b becomes (W·x + b)·deviation + mean. */
function restoreTargets(model: Sequential, scale: TargetScale, compile: () => void): void {
  const { mean, deviation } = scale;
  const weights = model.getWeights();
  const [weight, bias] = [weights[`${OUTPUT}.weight`], weights[`${OUTPUT}.bias`]];
  if (weight === undefined || bias === undefined) return;
  model.setWeights({
    [`${OUTPUT}.weight`]: weight.data.map((it) => it * deviation),
    [`${OUTPUT}.bias`]: bias.data.map((it) => it * deviation + mean),
  });
  // The optimizer's memory is of gradients in the other units.
  compile();
}
