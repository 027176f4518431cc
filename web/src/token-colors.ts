// The page's colors for canvases, which know no CSS variables.

import type { ThemeName } from "./theme.svelte.ts";

/** The named tokens as they are in this theme, which the page must have by now. */
export function tokenColors<const N extends readonly string[]>(
  _theme: ThemeName,
  names: N,
): { readonly [K in keyof N]: string } {
  const style = getComputedStyle(document.documentElement);
  return names.map((it) => style.getPropertyValue(it).trim()) as {
    readonly [K in keyof N]: string;
  };
}
