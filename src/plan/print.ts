// A plan as text: for summary(), for snapshots in tests, for the eye.

import * as abi from "../../assembly/abi.ts";
import type { Op } from "./op.ts";
import type { Tensor } from "./tensor.ts";

/** One line per op: what, for whom, on which tensors. Addresses are left out: they differ by run. */
export function printPlan(ops: readonly Op[]): string {
  const width = Math.max(0, ...ops.map((op) => `${op.layer} ${op.role}`.length));
  return ops
    .map((op, index) => {
      const who = `${op.layer} ${op.role}`.padEnd(width);
      return `${String(index).padStart(3)}  ${who}  ${describe(op)}`;
    })
    .join("\n");
}

function describe(op: Op): string {
  const { a, b, c, d, e, scratch, flags } = op;
  switch (op.name) {
    case "gemm": {
      const left = `${show(a)}${flags & abi.FLAG_TRANSPOSE_A ? "ᵀ" : ""}`;
      const right = `${show(b)}${flags & abi.FLAG_TRANSPOSE_B ? "ᵀ" : ""}`;
      const sums = flags & abi.FLAG_TRANSPOSE_A;
      const plus = d && !sums ? ` + ${d.name}` : "";
      const also = d && sums ? `, ${d.name} = Σ ${b?.name}` : "";
      const then = op.kind === abi.ACTIVATION_LINEAR ? "" : e ? ` ∘ f′(${e.name})` : " → f";
      const path = flags & abi.FLAG_UNPACKED ? "unpacked" : "packed";
      return `${show(c)} = ${left} · ${right}${plus}${then}${also}  (gemm, ${path})`;
    }
    case "gather":
      return `${show(b)} = rows of ${a?.name}`;
    case "activation":
      return `${show(b)} = f(${a?.name})`;
    case "activationGradient":
      return `${show(c)} = ${b?.name} ∘ f′(${a?.name})`;
    case "loss":
      return `${d?.name}${c ? `, ${c.name}` : ""}${scratch ? `, ${scratch.name}` : ""} = loss(${a?.name}, ${b?.name}${e ? `, ${e.name}` : ""})`;
    case "lossSum":
      return `loss = mean ${a?.name} + penalties`;
    case "metric":
      return `${c?.name} += metric(${a?.name}, ${b?.name})`;
    case "regularize":
      return b ? `${b.name} += ∂penalty/∂${a?.name}` : `penalties += penalty(${a?.name})`;
    case "clipValue":
      return `${a?.name} = clip(${a?.name})`;
    case "clipNorm":
      return `scale = min(1, limit / ‖${a?.name}‖)`;
    case "update":
      return `${a?.name} = update(${a?.name}, ${b?.name}${c ? `, ${c.name}` : ""})`;
    case "dropout":
      return `${show(b)} = dropout(${a?.name})`;
    case "select":
      return `${show(b)} = ${a?.name ?? 0}${d ? ` where not ${d.name}` : ""}`;
    default: {
      const read = [a, b, c, d, e].filter((it) => it && !op.writes.includes(it));
      return `${op.writes.map(show).join(", ")} = ${op.name}(${read.map((it) => it?.name).join(", ")})`;
    }
  }
}

function show(tensor: Tensor | undefined): string {
  if (tensor === undefined) return "?";
  const rows = tensor.perSample
    ? tensor.rows === 1
      ? "batch"
      : `batch·${tensor.rows}`
    : tensor.rows;
  return `${tensor.name}[${rows}×${tensor.cols}]`;
}
