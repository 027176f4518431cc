// Colors: which ones, how many of them the terminal knows, and the escape codes for them. Pure.

/** How colors may be written: not at all, as one of 256, or exactly. */
export type ColorLevel = "none" | "256" | "truecolor";

/** Red, green, blue: 0…255. */
export type Rgb = readonly [number, number, number];

/** What the terminal and its user allow. */
export interface Surface {
  readonly color: ColorLevel;
  /** Whether pictures may be redrawn in place. */
  readonly live: boolean;
}

/** NO_COLOR (no-color.org) and FORCE_COLOR (force-color.org) over what the terminal says of itself. */
export function surfaceOf(options: {
  readonly isTTY: boolean;
  /** --plain or --no-color. */
  readonly plain: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Surface {
  const { isTTY, plain, env } = options;
  const { FORCE_COLOR: force } = env;
  const refused = force === undefined ? (env.NO_COLOR ?? "") !== "" : /^(0|false)$/.test(force);
  const capable = force !== undefined || (isTTY && env.TERM !== "dumb");
  if (plain || refused || !capable) return { color: "none", live: false };
  const exact = force === "3" || /^(truecolor|24bit)$/i.test(env.COLORTERM ?? "");
  return { color: exact ? "truecolor" : "256", live: isTTY && env.TERM !== "dumb" };
}

/** Told apart by all kinds of color vision (Okabe & Ito, "Color Universal Design", 2008). */
const PALETTE: readonly Rgb[] = [
  [0, 114, 178],
  [230, 159, 0],
  [0, 158, 115],
  [204, 121, 167],
  [86, 180, 233],
  [213, 94, 0],
];
/** Where a map can't decide. */
const UNDECIDED: Rgb = [56, 56, 60];
const WHITE: Rgb = [255, 255, 255];

/** A class's own color; beyond six they come again. */
export function classColor(label: number): Rgb {
  return PALETTE[label % PALETTE.length] as Rgb;
}

/** A class's data points: its color, lightened to stand out from its region. */
export function dotColor(label: number): Rgb {
  return mix(classColor(label), WHITE, 0.55);
}

/** A class's region: its color, the more certain the stronger, and never so weak that no border shows. */
export function regionColor(label: number, certainty: number): Rgb {
  return tinted(label, 0.3 + 0.7 * certainty);
}

/** Two classes by the probability of the second. */
export function twoClassColor(probability: number): Rgb {
  return regionColor(probability > 0.5 ? 1 : 0, Math.abs(2 * probability - 1));
}

/** A quantity for t in 0…1: from blue over gray to orange. */
export function scaleColor(t: number): Rgb {
  return t < 0.5 ? tinted(0, 1 - 2 * t) : tinted(1, 2 * t - 1);
}

function tinted(label: number, share: number): Rgb {
  return mix(UNDECIDED, classColor(label), 0.85 * Math.min(1, Math.max(0, share)));
}

export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const at = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * share);
  return [at(0), at(1), at(2)];
}

/** The parameters of the SGR escape code that sets a color. */
export function colorCode(rgb: Rgb, level: ColorLevel, ground: "text" | "background"): string {
  const first = ground === "text" ? 38 : 48;
  if (level === "truecolor") return `${first};2;${rgb[0]};${rgb[1]};${rgb[2]}`;
  return `${first};5;${nearestOf256(rgb)}`;
}

const CUBE: readonly number[] = [0, 95, 135, 175, 215, 255];

/** The number of the nearest of xterm's colors: the 6×6×6 cube from 16, 24 grays from 232. */
export function nearestOf256(rgb: Rgb): number {
  const at = (i: number) => CUBE[i] ?? 0;
  const level = (value: number) =>
    CUBE.reduce((best, it, i) => (Math.abs(it - value) < Math.abs(at(best) - value) ? i : best), 0);
  const [r, g, b] = [level(rgb[0]), level(rgb[1]), level(rgb[2])];
  const mean = (rgb[0] + rgb[1] + rgb[2]) / 3;
  const gray = Math.min(23, Math.max(0, Math.round((mean - 8) / 10)));
  const value = 8 + 10 * gray;
  return distance(rgb, [value, value, value]) < distance(rgb, [at(r), at(g), at(b)])
    ? 232 + gray
    : 16 + 36 * r + 6 * g + b;
}

function distance(a: Rgb, b: Rgb): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
}

/** Text in bold or dim, where there is any color at all. */
export function styled(text: string, style: "bold" | "dim", level: ColorLevel): string {
  if (level === "none" || text === "") return text;
  return style === "bold" ? `\u001b[1m${text}\u001b[22m` : `\u001b[2m${text}\u001b[22m`;
}
