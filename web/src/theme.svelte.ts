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
    this.#chosen = kept();
    read();
  }

  toggle(): void {
    this.#chosen = this.name === "dark" ? "light" : "dark";
    keep(this.#chosen);
    this.#apply();
  }

  #apply(): void {
    document.documentElement.dataset.theme = this.name;
  }
}

function kept(): ThemeName | undefined {
  try {
    const name = localStorage.getItem(KEY);
    return name === "light" || name === "dark" ? name : undefined;
  } catch {
    // Browsers that are told to keep nothing throw. The page does without.
    return undefined;
  }
}

function keep(name: ThemeName): void {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // As above, or full: the choice holds until the page is left.
  }
}

export const [getTheme, setTheme] = createContext<Theme>();
