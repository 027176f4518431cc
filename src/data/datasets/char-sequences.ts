// Text by character: windows of it, and the character that follows each, for models of language.

import { fail } from "../../errors.ts";
import { checkInteger, checkOptions, checkThat } from "../../options.ts";
import { Dataset } from "../dataset.ts";

/** Options of {@link charSequences}. */
export interface CharSequencesOptions {
  /** Characters in a window. Default 40. */
  readonly length?: number;
  /** From the start of one window to the start of the next. Default 1. */
  readonly step?: number;
}

/** What {@link charSequences} returns. */
export interface CharSequences {
  /** Inputs [length] of codes, for an embedding; the class is the code of the next character. */
  readonly dataset: Dataset;
  /** The characters of the text, each once, by code point; a code is a position in it. */
  readonly vocabulary: readonly string[];
  /**
   * The codes of a text's characters.
   * @throws LayerwiseError `unknownName` for a character that is not in the vocabulary
   */
  readonly encode: (text: string) => number[];
  /**
   * The text that codes stand for.
   * @throws LayerwiseError `invalidArgument` for anything but codes
   */
  readonly decode: (codes: ArrayLike<number>) => string;
}

/**
 * Windows of `length` characters and the one that follows each, in the order of the text. A character
 * is a Unicode code point.
 *
 * ```ts
 * const { dataset, vocabulary, encode, decode } = datasets.charSequences(text, { length: 20 });
 * ```
 * @throws LayerwiseError `invalidArgument` for a text that is not longer than a window or has only one
 * character, `unknownName`
 */
export function charSequences(text: string, options: CharSequencesOptions = {}): CharSequences {
  const where = "charSequences";
  checkThat(typeof text === "string", where, "a text", text);
  checkOptions(where, options, ["length", "step"]);
  const length = checkInteger(where, "length", options.length ?? 40, 1);
  const step = checkInteger(where, "step", options.step ?? 1, 1);
  const characters = [...text];
  checkThat(
    characters.length > length,
    where,
    `a text of more than ${length} characters`,
    `one of ${characters.length}`,
    "Pass a longer text or a smaller length.",
  );
  // By code point, not as JavaScript compares strings, nor as the language of the machine does.
  const vocabulary = [...new Set(characters)].sort((a, b) => codePoint(a) - codePoint(b));
  checkThat(vocabulary.length > 1, where, "a text of different characters", text);
  const codes = new Map(vocabulary.map((character, code) => [character, code]));
  const encode = (given: string) =>
    Array.from(given, (character) => {
      const code = codes.get(character);
      if (code !== undefined) return code;
      const known = vocabulary.map((it) => JSON.stringify(it));
      throw fail("unknownName", { where: "encode", kind: "character", got: character, known });
    });
  const decode = (given: ArrayLike<number>) =>
    Array.from(given, (code) => {
      checkInteger("decode", "each code", code, 0, vocabulary.length - 1);
      return vocabulary[code];
    }).join("");

  const all = Float32Array.from(encode(text));
  const samples = Math.floor((all.length - length - 1) / step) + 1;
  const features = new Float32Array(samples * length);
  const targets = new Float32Array(samples);
  for (let i = 0; i < samples; i++) {
    features.set(all.subarray(i * step, i * step + length), i * length);
    targets[i] = all[i * step + length] as number;
  }
  const dataset = new Dataset(
    { features, targets, inputShape: [length], task: "classification", classNames: vocabulary },
    where,
  );
  return { dataset, vocabulary, encode, decode };
}

function codePoint(character: string): number {
  return character.codePointAt(0) as number;
}
