// Weights of several gates side by side, [rows × gates·units]: the kernel wants each gate's columns padded to
// whole vectors.

import type { Label, PlanBuilder } from "../plan/builder.ts";
import { fixedTensor, stride, type Tensor } from "../plan/tensor.ts";

/** A parameter with each gate's columns padded to whole vectors: itself, if they are so already. */
export function gatesApart(
  plan: PlanBuilder,
  label: Label,
  it: Tensor,
  gates: number,
  units: number,
): Tensor {
  const width = stride(units);
  if (gates === 1 || width === units) return it;
  const apart = { ...fixedTensor(`${it.name}.apart`, it.rows, gates * width, -1), keep: false };
  plan.select(label, undefined, apart);
  copyGates(plan, label, it, apart, [units, width], gates, units);
  return apart;
}

/** Where such a parameter's gradient is made, and how it comes to its place. */
export function gradientApart(
  plan: PlanBuilder,
  label: Label,
  it: Tensor,
  gates: number,
  units: number,
): { readonly tensor: Tensor; done(): void } {
  const width = stride(units);
  if (gates === 1 || width === units) return { tensor: it, done: () => {} };
  const name = `${it.name}.apart`;
  const tensor = { ...fixedTensor(name, it.rows, gates * width, -1), keep: false };
  return {
    tensor,
    done() {
      plan.select(label, undefined, it);
      copyGates(plan, label, tensor, it, [width, units], gates, units);
    },
  };
}

/** The gates' columns of every row, by their distances on both sides. */
function copyGates(
  plan: PlanBuilder,
  label: Label,
  from: Tensor,
  to: Tensor,
  [fromStep, toStep]: readonly [number, number],
  gates: number,
  units: number,
): void {
  plan.push({
    ...label,
    name: "copy",
    writes: [to],
    cost: from.rows * gates * units,
    a: from,
    b: to,
    e: plan.integers("gates", [1, 1, gates, units, 0, 0, fromStep, 1, 0, 0, toStep, 1, 0, 0]),
    m: from.rows,
  });
}
