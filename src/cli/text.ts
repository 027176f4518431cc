// Text in a terminal: how wide it is, how it is cut and padded, how numbers read. Pure.

/** Escape codes that color text; they take no room. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are control characters
const STYLES = /\u001b\[[\d;]*m/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are to be replaced
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
/** Letters two columns wide: CJK, full-width forms, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const MARK = /\p{M}/u;

/** Columns that the text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text.replace(STYLES, "")) width += letterWidth(letter);
  return width;
}

function letterWidth(letter: string): number {
  return WIDE.test(letter) ? 2 : MARK.test(letter) ? 0 : 1;
}

/** Names from files, made harmless: control characters could steer the terminal. */
export function harmless(name: string): string {
  return name.replace(CONTROLS, "�");
}

/** At most `columns` wide, with … where something is missing. For text without escape codes. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = "";
  let width = 1;
  for (const letter of text) {
    width += letterWidth(letter);
    if (width > columns) break;
    kept += letter;
  }
  return columns < 1 ? "" : `${kept}…`;
}

export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - widthOf(text))) + text;
}

/** Pieces in lines of at most `columns`; a piece alone too wide is cut. */
export function flow(pieces: readonly string[], columns: number, gap = "  "): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of pieces.map((it) => (widthOf(it) > columns ? cut(it, columns) : it))) {
    if (line !== "" && widthOf(line) + gap.length + widthOf(piece) > columns) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? piece : gap + piece;
  }
  return line === "" ? lines : [...lines, line];
}

/** Words in lines of at most `columns`, each behind the indent. */
export function wrap(text: string, columns: number, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && widthOf(indent + line) + 1 + widthOf(word) > columns) {
      lines.push(indent + line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  lines.push(indent + line);
  return lines;
}

/** "99.5 %" */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "–";
}

/** A loss or an error: six characters, wherever it can be. */
export function small(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return value.toExponential(1);
  if (size < 10) return value.toFixed(4);
  return size < 1e6 ? String(Number(value.toPrecision(5))) : value.toExponential(1);
}

/** "1.2 M" */
export function large(value: number): string {
  if (value >= 9_999_500) return `${Math.round(value / 1e6)} M`;
  if (value >= 999_500) return `${(value / 1e6).toFixed(1)} M`;
  return value >= 9_999.5 ? `${Math.round(value / 1000)} k` : String(Math.round(value));
}

/** "0.4 s", "12 s", "3 min" */
export function duration(ms: number): string {
  if (ms < 100) return `${(Math.max(0, ms) / 1000).toFixed(2)} s`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 119_500 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

/** "1,000 samples", "1 sample" */
export function count(n: number, what: string): string {
  return `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
}
