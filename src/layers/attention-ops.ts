// What attention with several heads is made of: projections, one op over all heads, and the way
// back.
//
// A head's numbers are a whole number of vectors, the rest zeros: parameters of the shape
// [features, heads, size] lie so in memory, so that their projections come out so. The heads'
// results go through a copy where the output's weight, [heads, size, features], wants them without
// gaps.

import {
  ATTENTION_CAUSAL,
  ATTENTION_MASKED,
  COMBINE_SUM,
  FLAG_BATCH_M,
  STREAM_DROPOUT,
} from "../../assembly/abi.ts";
import { fail } from "../errors.ts";
import { type Label, scratch } from "../plan/builder.ts";
import { stride, type Tensor, view } from "../plan/tensor.ts";
import { subStream } from "../random.ts";
import { type EmitContext, type Emitted, throughActivation, type Value } from "./layer.ts";
import { jointMask } from "./merge.ts";
import { asClearRows, asRows, newRows } from "./rows.ts";

export interface AttentionOptions {
  readonly numHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  /** Share of probabilities that training drops. */
  readonly dropout: number;
  readonly useCausalMask: boolean;
}

type Role = "query" | "key" | "value";

export function emitAttention(context: EmitContext, options: AttentionOptions): Emitted {
  const { plan, name, inputs, parameters, gradients, outputShape, keep } = context;
  const { numHeads, valueDim } = options;
  const [query = context.x, value = query, key = value] = inputs;
  const [steps = 1, outputs = 1] = outputShape;
  const forward = { layer: name, role: "forward" };
  const rows = new Map<Value, Tensor>();
  const rowsOf = (it: Value): Tensor => {
    const [steps = 1, features = 1] = it.shape;
    const made = rows.get(it) ?? asRows(plan, forward, it.tensor, steps, features);
    rows.set(it, made);
    return made;
  };
  const project = (role: Role, it: Value): Tensor => {
    const label = { layer: name, role };
    const [steps = 1, features = 1] = it.shape;
    const b = folded(parameters[`${role}Weight`], features);
    const bias = parameters[`${role}Bias`] && folded(parameters[`${role}Bias`], 1);
    const c = plan.tensor(`${name}.${role}`, b.cols, { rows: steps });
    plan.gemm({ ...label, a: rowsOf(it), b, c, bias });
    return c;
  };
  const q = project("query", query);
  const k = project("key", key);
  const v = project("value", value);
  const mask = jointMask(plan, name, [value, key]);
  const heads = plan.tensor(`${name}.heads`, v.cols, { rows: steps });
  const attention = attend(context, options, { q, k, v, heads, mask });
  const compact = packHeads(context, forward, heads, valueDim, numHeads);
  const weight = parameters.outputWeight;
  if (weight === undefined) throw fail("internal", { what: `${name} has no outputWeight` });
  const y = newRows(plan, `${name}.y`, steps, outputs, { keep });
  plan.gemm({ ...forward, a: compact, b: weight, c: y.matrix, bias: parameters.outputBias });
  y.done(forward);

  return {
    output: { tensor: y.flat, mask: query.mask },
    backward(dy, wanted) {
      const label = { layer: name, role: "gradient" };
      const b = asClearRows(plan, label, dy, steps, outputs);
      if (gradients?.outputWeight) {
        const { outputWeight: c, outputBias: bias } = gradients;
        const role = "output weight gradient";
        plan.gemm({ layer: name, role, a: compact, b, c, bias, transposeA: true });
      }
      const dheads = plan.tensor(`${name}.dheads`, compact.cols, { rows: steps });
      plan.gemm({ ...label, a: b, b: weight, c: dheads, transposeB: true });
      attention.backward(spreadHeads(context, label, dheads, valueDim, numHeads));
      // Where q, k and v were, their gradients are now.
      const parts = [
        { role: "query", it: query, d: q },
        { role: "key", it: key, d: k },
        { role: "value", it: value, d: v },
      ] as const;
      for (const { role, it, d } of parts) {
        const weight = gradients?.[`${role}Weight`];
        if (weight === undefined) continue;
        const bias = gradients?.[`${role}Bias`];
        plan.gemm({
          layer: name,
          role: `${role} weight gradient`,
          a: rowsOf(it),
          b: d,
          c: folded(weight, it.shape[1] ?? 1),
          bias: bias && folded(bias, 1),
          transposeA: true,
        });
      }
      if (wanted === "parameters only") return undefined;
      // One gradient for each input as given, be it query, key and value at once.
      const places = { query: 0, value: Math.min(1, inputs.length - 1), key: inputs.length - 1 };
      return inputs.map((x, place) => {
        const [steps = 1, features = 1] = x.shape;
        const dx = newRows(plan, `${name}.dx${place}`, steps, features);
        let begun = false;
        for (const { role, d } of parts) {
          if (places[role] !== place) continue;
          const b = folded(parameters[`${role}Weight`], features);
          const c = begun ? plan.tensor(`${name}.part`, features, { rows: steps }) : dx.matrix;
          plan.gemm({ ...label, a: d, b, c, transposeB: true });
          if (begun) plan.combine(label, COMBINE_SUM, dx.matrix, c, dx.matrix);
          begun = true;
        }
        dx.done(label);
        return throughActivation(plan, name, x, dx.flat);
      });
    },
  };
}

/** Rows of a parameter, with the zeros behind each, as fewer and longer ones. */
function folded(it: Tensor | undefined, rows: number): Tensor {
  if (it === undefined) throw fail("internal", { what: "a parameter is missing" });
  const floats = (it.rows * it.ld) / rows;
  return view(it, { rows, cols: floats, ld: floats });
}

interface Operands {
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
  readonly heads: Tensor;
  readonly mask: Tensor | undefined;
}

/** The ops over all heads. The way back puts the gradients by q, k and v in their places. */
function attend(
  { plan, name, index, gradients }: EmitContext,
  { numHeads, keyDim, useCausalMask, ...options }: AttentionOptions,
  { q, k, v, heads, mask }: Operands,
): { backward(dheads: Tensor): void } {
  const [m, n] = [q.rows, k.rows];
  const width = stride(n);
  const rows = numHeads * m;
  const probabilities = plan.tensor(`${name}.probabilities`, n, { rows: rows + (mask ? 1 : 0) });
  if (mask) {
    const block = { size: [n], from: [1], to: [1], toStart: rows * width };
    plan.copy({ layer: name, role: "mask" }, mask, probabilities, block);
  }
  const [dk, dv] = [q.ld / numHeads, v.ld / numHeads];
  const dropout = gradients ? options.dropout : 0;
  const dropped = dropout > 0 ? m * width : 0;
  const op = {
    m,
    n,
    k: numHeads,
    flags: FLAG_BATCH_M,
    kind: (useCausalMask ? ATTENTION_CAUSAL : 0) | (mask ? ATTENTION_MASKED : 0),
    stream: subStream(STREAM_DROPOUT, index),
    f0: 1 / Math.sqrt(keyDim),
    f1: dropout,
  };
  const cost = 2 * plan.batch * rows * n * (dk + dv + 8);
  plan.push({
    layer: name,
    role: "attention",
    name: "attention",
    writes: [heads, probabilities],
    cost,
    a: q,
    b: k,
    c: v,
    d: heads,
    e: probabilities,
    ...op,
    scratch: scratch(Math.max(dk * width, dropped) * 4),
  });
  return {
    backward: (dheads) =>
      plan.push({
        layer: name,
        role: "attention gradient",
        name: "attentionGradient",
        writes: [q, k, v],
        cost: 2 * cost,
        a: q,
        b: k,
        c: v,
        d: dheads,
        e: probabilities,
        ...op,
        scratch: scratch((m * width + dropped + Math.max(dv * width, dk * n)) * 4),
      }),
  };
}

/** Heads' results without the zeros between them. */
function packHeads(
  { plan, name }: EmitContext,
  label: Label,
  heads: Tensor,
  size: number,
  count: number,
): Tensor {
  if (size % 4 === 0) return heads;
  const { rows } = heads;
  const to = plan.tensor(`${name}.packed`, count * size, { rows });
  plan.copy(label, heads, to, {
    size: [rows, count, size],
    from: [heads.ld, stride(size), 1],
    to: [to.ld, size, 1],
  });
  return to;
}

/** The other way: zeros behind each head. */
function spreadHeads(
  { plan, name }: EmitContext,
  label: Label,
  packed: Tensor,
  size: number,
  count: number,
): Tensor {
  if (size % 4 === 0) return packed;
  const { rows } = packed;
  const to = plan.tensor(`${name}.spread`, count * stride(size), { rows });
  plan.select(label, undefined, to);
  plan.copy(label, packed, to, {
    size: [rows, count, size],
    from: [packed.ld, size, 1],
    to: [to.ld, stride(size), 1],
  });
  return to;
}
