// Numbers and names as the page says them.

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** 12,345 */
export function whole(value: number): string {
  return grouped.format(value);
}

/** A share in percent; 100 % is said of the whole only. */
export function percent(share: number, decimals = 1): string {
  if (!Number.isFinite(share)) return "–";
  const scale = 10 ** decimals;
  const rounded = Math.round(share * 100 * scale) / scale;
  const honest = rounded >= 100 && share < 1 ? 100 - 1 / scale : rounded;
  return `${honest.toFixed(decimals)}\u00a0%`;
}

/** A number of any size in four digits. */
export function digits(value: number): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text =
    size !== 0 && (size < 1e-4 || size >= 1e6)
      ? value.toExponential(2)
      : String(Number(value.toPrecision(4)));
  return text.replace("e+", "e").replaceAll("-", "−");
}

/** A metric: the accuracy of classes in percent, R² of quantities as it is. */
export function metric(value: number, quantities: boolean, decimals = 1): string {
  if (!quantities) return percent(value, decimals);
  return Number.isFinite(value) ? value.toFixed(decimals + 1).replace("-", "−") : "–";
}

/** A layer's name in words: "layer_2" is layer 2, "output" the output, and so are the loss, the optimizer. */
export function layerWords(name: string): string {
  return name.includes("_") ? name.replace("_", " ") : `the ${name}`;
}

/** The same at the beginning of a sentence or on its own. */
export function layerTitle(name: string): string {
  const words = name.replace("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
