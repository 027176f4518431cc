// Reads a wasm binary's sections, as far as the tests of the kernel's purity need it. Layout and numbers:
// WebAssembly Core Specification, section 5.5 "Modules".

export interface WasmGlobal {
  readonly mutable: boolean;
  /** Byte offset of its initializer. */
  readonly init: number;
}

export interface WasmSections {
  /** The ids of the sections that are there: 8 is start, 11 data. */
  readonly ids: readonly number[];
  /** "module.name" of every import. */
  readonly imports: readonly string[];
  /** Globals that the module defines. */
  readonly globals: readonly WasmGlobal[];
  /** Kind (0 function, 1 table, 2 memory, 3 global) and index by name; `at`: byte offset of the name. */
  readonly exports: ReadonlyMap<
    string,
    { readonly kind: number; readonly index: number; readonly at: number }
  >;
}

/** Section ids. */
export const SECTION = { table: 4, memory: 5, start: 8, element: 9, data: 11 } as const;

export function readWasm(bytes: Uint8Array): WasmSections {
  let at = 8;
  const byte = () => bytes[at++] ?? 0;
  /** LEB128; signed ones are only skipped, so the sign doesn't matter. */
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const part = byte();
      value += (part & 0x7f) * 2 ** shift;
      if (part < 0x80) return value;
    }
  };
  const name = () => {
    const length = number();
    at += length;
    return new TextDecoder().decode(bytes.subarray(at - length, at));
  };
  const limits = () => {
    const flags = byte();
    number();
    if (flags & 1) number();
  };
  const vector = <T>(item: () => T): T[] => Array.from({ length: number() }, item);
  /** What follows the kind of an import: a type's index, a table, a memory, a global. */
  const skipImport = (kind: number) => {
    if (kind === 0) number();
    else if (kind === 3) at += 2;
    else {
      if (kind === 1) at++;
      limits();
    }
  };
  /** Instructions that a constant initializer may hold, by opcode: what follows them. */
  const operands: Readonly<Record<number, () => void>> = {
    65: number, // i32.const
    66: number, // i64.const
    67: () => (at += 4), // f32.const
    68: () => (at += 8), // f64.const
    35: number, // global.get
  };
  const global = (): WasmGlobal => {
    at++; // type
    const mutable = byte() === 1;
    const init = at;
    for (let code = byte(); code !== 0x0b; code = byte()) {
      const skip = operands[code];
      if (skip === undefined) throw new Error(`initializer with opcode ${code} at ${at}`);
      skip();
    }
    return { mutable, init };
  };
  const ids: number[] = [];
  let imports: string[] = [];
  let globals: WasmGlobal[] = [];
  let exports: [string, { kind: number; index: number; at: number }][] = [];
  while (at < bytes.length) {
    const id = byte();
    const end = number() + at;
    ids.push(id);
    if (id === 2) {
      imports = vector(() => {
        const path = `${name()}.${name()}`;
        skipImport(byte());
        return path;
      });
    } else if (id === 6) globals = vector(global);
    else if (id === 7) {
      exports = vector(() => {
        const start = at + 1;
        return [name(), { kind: byte(), index: number(), at: start }];
      });
    }
    at = end;
  }
  return { ids, imports, globals, exports: new Map(exports) };
}
