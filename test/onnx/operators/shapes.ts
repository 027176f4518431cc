// Numbers that change their places, not their values. All of a value is one sample.

import {
  add,
  cropping2d,
  embedding,
  flatten,
  permute,
  rescaling,
  reshape,
  type SymbolicTensor,
  upSampling2d,
  zeroPadding2d,
} from "../../../src/index.ts";
import { elementCount } from "../../../src/shape.ts";
import { type Call, type Convert, predict, predictOne, Skip } from "../call.ts";
import {
  axesLast,
  broadcastShape,
  channelsFirst,
  channelsLast,
  type Floats,
  floats,
  inverse,
  shaped,
  transpose,
} from "../floats.ts";
import { broadcast, repeated } from "./merges.ts";

async function reshaped(x: Floats, targetShape: readonly number[]): Promise<Floats[]> {
  const [y] = await predictOne([x], (it) => reshape({ targetShape }).apply(it));
  return [y];
}

/** Axes that an attribute says, or since opset 13 an input. */
function axesOf(call: Call, rank: number): number[] | undefined {
  const given = call.list("axes") ?? call.integers(1);
  return given?.map((axis) => call.axis(axis, rank));
}

/** x from `from` to before `to` along an axis: of an image as wide as that axis the pixels in between. */
function cropped(x: SymbolicTensor, axis: number, from: number, to: number): SymbolicTensor {
  const size = x.shape[axis] as number;
  const rows = elementCount(x.shape.slice(0, axis));
  const targetShape = [rows, size, elementCount(x.shape) / rows / size];
  const cropping = [
    [0, 0],
    [from, size - to],
  ] as const;
  const pixels = cropping2d({ cropping }).apply(reshape({ targetShape }).apply(x));
  const sizes = x.shape.map((it, i) => (i === axis ? to - from : it));
  return reshape({ targetShape: sizes }).apply(pixels);
}

/** An image [height, width, channels] with edges of that number, which stays exact. */
export function framed(
  x: SymbolicTensor,
  padding: readonly [readonly [number, number], readonly [number, number]],
  value: number,
): SymbolicTensor {
  const frame = zeroPadding2d({ padding });
  const inside = frame.apply(x);
  if (value === 0) return inside;
  // 1 inside and 0 outside becomes 0 inside and the value outside.
  const ones = frame.apply(rescaling({ scale: 0, offset: 1 }).apply(x));
  return add().apply(inside, rescaling({ scale: -value, offset: value }).apply(ones));
}

async function enlarged(x: Floats, size: readonly number[], interpolation: "nearest" | "bilinear") {
  const [down, right] = size.slice(2);
  const whole = size.every((it) => Number.isInteger(it) && it >= 1);
  if (!whole || size.length !== 4 || size[0] !== 1 || size[1] !== 1) {
    throw new Skip("a factor that is no whole number: ours are");
  }
  const layer = upSampling2d({ size: [down as number, right as number], interpolation });
  const [y] = await predict([channelsLast(x)], (it) => layer.apply(it));
  return [channelsFirst(y)];
}

export const shapes: Readonly<Record<string, Convert>> = {
  async Reshape(call) {
    const x = call.floats(0);
    const given = call.integers(1) ?? [];
    return reshaped(
      x,
      given.map((size, i) => (size === 0 ? (x.shape[i] as number) : size)),
    );
  },
  async Flatten(call) {
    const x = call.floats(0);
    const axis = call.axis(call.integer("axis", 1), x.shape.length);
    const [lead, rest] = [x.shape.slice(0, axis), x.shape.slice(axis)];
    const samples = shaped(x, [elementCount(lead), ...(rest.length > 0 ? rest : [1])]);
    return predict([samples], (it) => flatten().apply(it));
  },
  async Squeeze(call) {
    const x = call.floats(0);
    const axes = axesOf(call, x.shape.length);
    return reshaped(
      x,
      x.shape.filter((size, i) => (axes ? !axes.includes(i) : size !== 1)),
    );
  },
  async Unsqueeze(call) {
    const x = call.floats(0);
    const given = call.list("axes") ?? call.integers(1) ?? [];
    const rank = x.shape.length + given.length;
    const axes = given.map((axis) => call.axis(axis, rank));
    const sizes = [...x.shape];
    for (const axis of axes.sort((a, b) => a - b)) sizes.splice(axis, 0, 1);
    return reshaped(x, sizes);
  },
  async Transpose(call) {
    const x = call.floats(0);
    const order = call.list("perm") ?? x.shape.map((_, i) => x.shape.length - 1 - i);
    // Axes that stay in front may as well be the batch.
    const moved = order.findIndex((axis, i) => axis !== i);
    const lead = order.length > 4 ? Math.max(0, moved) : 0;
    if (order.length - lead > 4) throw new Skip("more than four dimensions that move");
    const dims = order.slice(lead).map((axis) => axis - lead + 1);
    const samples = shaped(x, [elementCount(x.shape.slice(0, lead)), ...x.shape.slice(lead)]);
    const [y] = await predict([samples], (it) => permute({ dims }).apply(it));
    return [
      shaped(
        y,
        order.map((axis) => x.shape[axis] as number),
      ),
    ];
  },
  async Expand(call) {
    const x = call.floats(0);
    const shape = broadcastShape(x.shape, call.integers(1) ?? []);
    return predictOne([x], (it) => broadcast(it, shape));
  },
  async Tile(call) {
    const times = call.integers(1) ?? [];
    return predictOne([call.floats(0)], (it) =>
      times.reduce((tiled, n, axis) => repeated(tiled, axis, n), it),
    );
  },
  async Slice(call) {
    const x = call.floats(0);
    const [starts = [], ends = []] = [
      call.list("starts") ?? call.integers(1),
      call.list("ends") ?? call.integers(2),
    ];
    const axes = (call.list("axes") ?? call.integers(3) ?? starts.map((_, i) => i)).map((axis) =>
      call.axis(axis, x.shape.length),
    );
    if (call.integers(4)?.some((step) => step !== 1)) throw new Skip("steps other than 1");
    const ranges = axes.map((axis, i) => {
      const size = x.shape[axis] as number;
      const place = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
      return { axis, from: place(starts[i] as number), to: place(ends[i] as number) };
    });
    if (ranges.some(({ from, to }) => to <= from)) {
      throw new Skip("values without elements, which our shapes cannot be");
    }
    return predictOne([x], (it) =>
      ranges.reduce((y, { axis, from, to }) => cropped(y, axis, from, to), it),
    );
  },
  async Split(call) {
    const x = call.floats(0);
    const axis = call.axis(call.integer("axis", 0), x.shape.length);
    const size = (x.shape[axis] as number) / call.outputs;
    const parts = call.list("split") ?? call.integers(1) ?? Array<number>(call.outputs).fill(size);
    return predictOne([x], (it) => {
      let from = 0;
      return parts.map((part) => {
        from += part;
        return cropped(it, axis, from - part, from);
      });
    });
  },
  async Pad(call) {
    const x = call.floats(0);
    const pads = call.list("pads") ?? call.integers(1) ?? [];
    const mode = call.text("mode", "constant");
    const [n, c, top = 0, left = 0, n2, c2, bottom = 0, right = 0] = pads;
    if (mode !== "constant") throw new Skip(`mode ${mode}: ours pads with constants`);
    if (pads.length !== 8 || n || c || n2 || c2) throw new Skip("pads other than an image's edges");
    const value = call.optional(2)?.data[0] ?? call.number("value", 0);
    const edges = [
      [top, bottom],
      [left, right],
    ] as const;
    const [y] = await predict([channelsLast(x)], (it) => framed(it, edges, value));
    return [channelsFirst(y)];
  },
  async Gather(call) {
    const data = call.floats(0);
    const indices = call.integers(1) ?? [];
    const axis = call.axis(call.integer("axis", 0), data.shape.length);
    if (indices.some((it) => it < 0)) throw new Skip("indices below 0, counted from the end");
    // The axis in front: a row for each of its places.
    const order = [axis, ...axesLast(data.shape.length, [axis]).slice(0, -1)];
    const rows = transpose(data, order);
    const rest = rows.shape.slice(1);
    const inputDim = data.shape[axis] as number;
    const layer = embedding({ inputDim, outputDim: elementCount(rest), name: "table" });
    const picked = floats([1, indices.length], Float32Array.from(indices));
    const [y] = await predict([picked], (it) => layer.apply(it), { "table.weight": rows.data });
    const back = transpose(shaped(y, [indices.length, ...rest]), inverse(order));
    const [lead, behind] = [data.shape.slice(0, axis), data.shape.slice(axis + 1)];
    return [shaped(back, [...lead, ...call.shape(1), ...behind])];
  },
  async DepthToSpace(call) {
    const x = call.floats(0);
    const [n = 1, c = 1, h = 1, w = 1] = x.shape;
    const size = call.integer("blocksize", 1);
    const channels = c / size ** 2;
    const crd = call.text("mode", "DCR") === "CRD";
    // [down, right, channels · height, width], or channel by channel as samples [down, right, height, width].
    const sample = crd ? [size, size, h, w] : [size, size, channels * h, w];
    const [y] = await predict([shaped(x, [crd ? n * channels : n, ...sample])], (it) =>
      permute({ dims: [3, 1, 4, 2] }).apply(it),
    );
    return [shaped(y, [n, channels, h * size, w * size])];
  },
  async SpaceToDepth(call) {
    const x = call.floats(0);
    const [n = 1, c = 1, h = 1, w = 1] = x.shape;
    const size = call.integer("blocksize", 1);
    const [height, width] = [h / size, w / size];
    const [y] = await predict([shaped(x, [n, c * height, size, width, size])], (it) =>
      permute({ dims: [2, 4, 1, 3] }).apply(it),
    );
    return [shaped(y, [n, c * size ** 2, height, width])];
  },
  Upsample: (call) => enlarged(call.floats(0), Array.from(call.floats(1).data), "nearest"),
  async Resize(call) {
    const x = call.floats(0);
    const mode = call.text("mode", "nearest");
    const rule = call.text("coordinate_transformation_mode", "half_pixel");
    const rounding = call.text("nearest_mode", "round_prefer_floor");
    if (mode === "cubic") throw new Skip("mode cubic: ours are nearest and bilinear");
    if (rule !== "half_pixel") throw new Skip(`pixels placed by ${rule}: ours by their centers`);
    if (mode === "nearest" && !rounding.startsWith("round")) {
      throw new Skip(`nearest_mode ${rounding}: ours is to the nearest`);
    }
    const sizes = call.integers(3);
    const scales = sizes?.map((it, i) => it / (x.shape[i] as number)) ?? call.floats(2).data;
    return enlarged(x, Array.from(scales), mode === "linear" ? "bilinear" : "nearest");
  },
};
