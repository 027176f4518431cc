// The colors of all maps and marks, for both themes: as tables, so that a pixel costs one look-up. The
// colors of classes and circles are those of styles/tokens.css.

import type { ThemeName } from "../theme.svelte.ts";

export type RGB = readonly [red: number, green: number, blue: number];

export interface Palette {
  /** 256 pixels from blue through the paper's tone to orange: class 0 to class 1, low to high. */
  readonly diverging: Uint32Array;
  /** Fills of areas by class: softer than the marks on them. */
  readonly areas: readonly RGB[];
  /** Marks by class. */
  readonly marks: readonly string[];
  /** Behind drawings. */
  readonly surface: string;
  /** Lines that decide, and what sets marks and lines off from the area behind. */
  readonly ink: string;
  readonly halo: string;
  /** Lines of grids and axes. */
  readonly faint: string;
  readonly redCircle: string;
  readonly orangeCircle: string;
}

const TABLE_SIZE = 256;

function makePalette(colors: {
  readonly scale: readonly string[];
  readonly classes: readonly string[];
  readonly surface: string;
  readonly ink: string;
  readonly halo: string;
  readonly faint: string;
  readonly redCircle: string;
}): Palette {
  const { scale, classes, surface, ink, halo, faint, redCircle } = colors;
  const background = rgb(surface);
  return {
    diverging: tableOf(scale.map(rgb)),
    areas: classes.map((it) => mixed(background, rgb(it), 0.6)),
    marks: classes,
    surface,
    ink,
    halo,
    faint,
    redCircle,
    orangeCircle: classes[1] ?? ink,
  };
}

export const palettes: Readonly<Record<ThemeName, Palette>> = {
  light: makePalette({
    scale: ["#5896cb", "#aacbe5", "#f7f4ec", "#f8d09b", "#e9983b"],
    classes: ["#2166ac", "#d9770b", "#00795c", "#a8326f", "#5d4bb0", "#6b6400"],
    surface: "#ffffff",
    ink: "#1b1e24",
    halo: "#ffffff",
    faint: "#8a867c",
    redCircle: "#c2291d",
  }),
  dark: makePalette({
    scale: ["#336fa8", "#24486d", "#191c22", "#6c441a", "#b06d23"],
    classes: ["#62a8e8", "#ffa64d", "#3fcfa4", "#f08cc0", "#b3a5ff", "#d8cf4a"],
    surface: "#181c23",
    ink: "#eef0f3",
    halo: "#0c0f13",
    faint: "#767e8b",
    redCircle: "#ff7a6e",
  }),
};

/** The scale's color at a share from 0 to 1, for marks and legends. */
export function colorAt({ diverging }: Palette, share: number): string {
  const bytes = new Uint8Array(diverging.buffer, 4 * tableIndex(share * TABLE_SIZE), 3);
  return `rgb(${bytes.join(" ")})`;
}

/** A place in the table; what is not a number has the scale's middle. */
export function tableIndex(scaled: number): number {
  if (scaled > 0) return scaled < TABLE_SIZE ? scaled | 0 : TABLE_SIZE - 1;
  return scaled <= 0 ? 0 : TABLE_SIZE / 2;
}

/** "#rrggbb" as three numbers. */
export function rgb(hex: string): RGB {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** A share of the way from one color to another. */
export function mixed(a: RGB, b: RGB, share: number): RGB {
  const at = (i: 0 | 1 | 2) => a[i] + (b[i] - a[i]) * share;
  return [at(0), at(1), at(2)];
}

/** Between evenly spaced stops. Written as bytes: pixels are red, green, blue, alpha on any machine. */
function tableOf(stops: readonly RGB[]): Uint32Array {
  const bytes = new Uint8ClampedArray(4 * TABLE_SIZE);
  for (let i = 0; i < TABLE_SIZE; i++) {
    const at = (i / (TABLE_SIZE - 1)) * (stops.length - 1);
    const from = Math.min(Math.floor(at), stops.length - 2);
    const [a, b] = stops.slice(from, from + 2);
    if (a && b) bytes.set([...mixed(a, b, at - from), 255], 4 * i);
  }
  return new Uint32Array(bytes.buffer);
}
