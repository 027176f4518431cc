// A model of language by character: what comes next in a text that it has not read, against models that count
// characters and pairs of them in all that comes before.

import { adam, datasets, dense, earlyStopping, embedding, gru, sequential } from "layerwise";
import { below, engine, report, using } from "./common.js";
import { TEXT } from "./text.js";

export const name = "characters";

const LENGTH = 24;
/** Where the part of the text that training reads ends, and the one that says when to stop. */
const CUTS = [0.75, 0.85];

export async function run() {
  const text = TEXT.toLowerCase();
  const { dataset, vocabulary, encode, decode } = datasets.charSequences(text, { length: LENGTH });
  const [stop, cut] = CUTS.map((share) => Math.floor(dataset.samples * share));
  const train = dataset.slice(0, stop);
  // No window reads across a cut.
  const validationData = dataset.slice(stop + LENGTH, cut);
  const test = dataset.slice(cut + LENGTH);
  const codes = encode(text);
  const [read, unread] = [codes.slice(0, cut + LENGTH), codes.slice(cut + 2 * LENGTH)];
  const size = vocabulary.length;
  const layers = [
    embedding({ inputDim: size, outputDim: 16 }),
    gru({ units: 96, name: "memory", dropout: 0.2 }),
    dense({ units: size, activation: "softmax", name: "next" }),
  ];
  return using(sequential({ inputShape: [LENGTH], seed: 1, engine, layers }), async (model) => {
    model.compile({
      optimizer: adam({ learningRate: 0.003, globalClipNorm: 1 }),
      loss: "sparseCategoricalCrossentropy",
    });
    const callbacks = earlyStopping({ patience: 3, restoreBestWeights: true });
    const { history } = await model.fit(train, {
      epochs: 30,
      batchSize: 32,
      validationData,
      callbacks,
    });
    const held = (await model.evaluate(test)).loss;
    const unigram = entropy(read, unread, size, () => 0);
    return [
      below("nats a character, text held out", held, unigram),
      report("of counting characters", unigram),
      report(
        "of counting pairs",
        entropy(read, unread, size, (codes, i) => codes[i - 1]),
      ),
      report("nats a character in training, last epoch", history.loss.at(-1)),
      report("epochs", history.loss.length),
      report(
        "it goes on",
        `"${await goOn(model, encode("down, down, down. would t"), decode, 60)}"`,
      ),
    ];
  });
}

/** Nats a character of `unread` by counts in `read`, plus one, after what `contextOf` says of a place. */
function entropy(read, unread, size, contextOf) {
  const counts = new Map();
  const of = (context) => {
    if (!counts.has(context)) counts.set(context, new Float64Array(size).fill(1));
    return counts.get(context);
  };
  read.forEach((code, i) => {
    if (i > 0) of(contextOf(read, i))[code]++;
  });
  let sum = 0;
  unread.forEach((code, i) => {
    if (i === 0) return;
    const list = of(contextOf(unread, i));
    sum -= Math.log(list[code] / list.reduce((a, b) => a + b));
  });
  return sum / (unread.length - 1);
}

/** The likeliest characters, one after another. */
async function goOn(model, codes, decode, count) {
  const all = [...codes];
  for (let i = 0; i < count; i++) {
    all.push((await model.predict([all.slice(-LENGTH)])).argMax()[0]);
  }
  return decode(all.slice(codes.length));
}
