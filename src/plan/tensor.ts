// A tensor of a plan: a named matrix in linear memory. Either its address is fixed (parameters, data
// sets), or the memory planner gives it one.

/** A planned matrix: `rows × cols`, row stride `ld` floats; never a copy. */
export interface Tensor {
  readonly name: string;
  /** Rows; of one sample if `perSample`. */
  readonly rows: number;
  readonly cols: number;
  /** Row stride in floats: a multiple of 4. */
  readonly ld: number;
  /** Whether the rows scale with the batch at hand. */
  readonly perSample: boolean;
  /** Bytes it takes at the plan's full batch. */
  readonly bytes: number;
  /** Whether it must survive until the op list ends (outputs, what the lens reads). Settled before it is placed. */
  keep: boolean;
  /** Scratch: each thread has as many bytes of its own. */
  readonly perThread?: true;
  /** Of a constant: what a plan puts there when it is made. Such a tensor is kept. */
  readonly values?: Float32Array | Int32Array;
  /** Of a view: whose memory it is. */
  readonly base?: Tensor;
  /** Byte address; −1 until the memory planner has placed it. */
  address: number;
}

/** The row stride that every matrix has: its width rounded up to whole vectors. */
export function stride(cols: number): number {
  return (cols + 3) & ~3;
}

/** Has `it` survive until the op list ends. */
export function keepTensor(it: Tensor): void {
  (it.base ?? it).keep = true;
}

/** A tensor that stands where somebody else put it. */
export function fixedTensor(name: string, rows: number, cols: number, address: number): Tensor {
  const ld = stride(cols);
  return { name, rows, cols, ld, perSample: false, bytes: rows * ld * 4, keep: true, address };
}

/** The memory of `it` as another matrix, from byte `offset` on: no copy, and nothing of its own to place. */
export function view(
  it: Tensor,
  shape: Partial<Pick<Tensor, "name" | "rows" | "cols" | "ld">>,
  offset = 0,
): Tensor {
  return {
    ...it,
    ...shape,
    bytes: it.bytes - offset,
    base: it.base ?? it,
    get address() {
      return it.address < 0 ? it.address : it.address + offset;
    },
  };
}

/** Cache line: no two tensors share one. */
const LINE = 64;

/** Bytes, rounded up to whole cache lines. */
export function align(bytes: number): number {
  return Math.ceil(bytes / LINE) * LINE;
}
