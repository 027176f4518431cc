// Light or dark: as the system has it, until the visitor chooses.

import { createContext } from "svelte";

export type ThemeName = "light" | "dark";

const KEY = "layerwise.theme";

export class Theme {
  #system = $state.raw<ThemeName>("light");
  #chosen = $state.raw<ThemeName>();
  readonly name = $derived(this.#chosen ?? this.#system);

  constructor() {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const read = () => {
      this.#system = query.matches ? "dark" : "light";
      this.#apply();
    };
    query.addEventListener("change", read);
    const kept = localStorage.getItem(KEY);
    if (kept === "light" || kept === "dark") this.#chosen = kept;
    read();
  }

  toggle(): void {
    this.#chosen = this.name === "dark" ? "light" : "dark";
    localStorage.setItem(KEY, this.#chosen);
    this.#apply();
  }

  #apply(): void {
    document.documentElement.dataset.theme = this.name;
  }
}

export const [getTheme, setTheme] = createContext<Theme>();
