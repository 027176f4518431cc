// Numbers and names as the page says them.

import type { Points } from "./protocol.ts";

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
  return minus(text.replace("e+", "e"));
}

/** A metric: the accuracy of classes in percent, R² of quantities as it is. R² has no lowest value. */
export function metric(value: number, quantities: boolean, decimals = 1): string {
  if (!quantities) return percent(value, decimals);
  if (!Number.isFinite(value)) return "–";
  return Math.abs(value) < 100 ? minus(value.toFixed(decimals + 1)) : digits(value);
}

/** Whether some points are kept back to test: the usual case, so until the points are there too. */
export function isHeldOut(points: Pick<Points, "held"> | undefined): boolean {
  return points === undefined || points.held.includes(1);
}

/** Which points a test's score is of. */
export function scoredOn(points: Pick<Points, "held"> | undefined): string {
  return isHeldOut(points) ? "on points not seen" : "on the training points: none is held out";
}

/** A layer's name in words: "layer_2" is layer 2, "output" the output, and so are the loss, the optimizer. */
export function layerWords(name: string): string {
  return name.includes("_") ? name.replace("_", " ") : `the ${name}`;
}

/** The same at the beginning of a sentence or on its own. */
export function layerTitle(name: string): string {
  return capital(name.replace("_", " "));
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "1 point", "2 points" */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

/** A number's text with the sign that is as wide as a digit. */
export function minus(text: string): string {
  return text.replaceAll("-", "−");
}

/** What went wrong: an Error's message, or that of a Trouble which the worker sent. */
export function messageOf(error: unknown): string {
  const hasMessage = typeof error === "object" && error !== null && "message" in error;
  return String(hasMessage ? error.message : error);
}
