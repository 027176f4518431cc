// Keeps a chart in an element: built anew when its lines or colors are others, else given new numbers.

import { untrack } from "svelte";
import type { Attachment } from "svelte/attachments";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { type Plot, plotOptions } from "./plot.ts";

export interface Reading {
  /** The measure that is read, by its place. */
  readonly at: number | undefined;
  readonly onread: (at: number | undefined) => void;
  readonly onseek: (step: number) => void;
}

/** What a chart is built of. */
function partsOf({ lines, colors, log }: Plot): string {
  return JSON.stringify([lines.map(({ values, ...line }) => line), colors, log]);
}

export function plotted(plot: () => Plot, reading: () => Reading): Attachment<HTMLElement> {
  const parts = $derived(partsOf(plot()));
  return (box) => {
    void parts;
    const size = () => ({ width: Math.max(box.clientWidth, 120), height: box.clientHeight });
    const now = () => untrack(plot);
    const chart = new uPlot(plotOptions(now(), now, size()), [[]], box);
    $effect(() => {
      const { steps, lines } = plot();
      chart.setData([[...steps], ...lines.map((it) => [...it.values])]);
    });
    $effect(() => {
      const { at } = reading();
      const step = at === undefined ? undefined : plot().steps[at];
      const left = step === undefined ? -10 : chart.valToPos(step, "x");
      chart.setCursor({ left, top: step === undefined ? -10 : 0 }, false);
    });
    const indexAt = ({ offsetX }: MouseEvent) => chart.posToIdx(offsetX);
    const read = (event: MouseEvent) => reading().onread(indexAt(event));
    const leave = () => reading().onread(undefined);
    const seek = (event: MouseEvent) => {
      const step = now().steps[indexAt(event)];
      if (step !== undefined) reading().onseek(step);
    };
    chart.over.addEventListener("mousemove", read);
    chart.over.addEventListener("mouseleave", leave);
    chart.over.addEventListener("click", seek);
    const observer = new ResizeObserver(() => chart.setSize(size()));
    observer.observe(box);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  };
}
