// Protocol buffers as they lie on the wire: numbered fields of four kinds. Knows no messages.
// https://protobuf.dev/programming-guides/encoding/

const utf8 = new TextDecoder();

/** What stands in a field: a number for varints, else its bytes. */
type Raw = bigint | Uint8Array;

/** A message's fields by their numbers, in the order in which they came. */
export class Message {
  readonly #fields = new Map<number, Raw[]>();

  /** @throws Error where the bytes end too early, or hold groups */
  constructor(bytes: Uint8Array) {
    let at = 0;
    const varint = () => {
      const [value, next] = readVarint(bytes, at);
      at = next;
      return value;
    };
    const take = (length: number) => {
      at += length;
      if (at > bytes.length) throw new Error(`a field ends at ${at} of ${bytes.length} bytes`);
      return bytes.subarray(at - length, at);
    };
    while (at < bytes.length) {
      const tag = Number(varint());
      const kind = tag & 7;
      let value: Raw;
      if (kind === 0) value = varint();
      else if (kind === 1) value = take(8);
      else if (kind === 2) value = take(Number(varint()));
      else if (kind === 5) value = take(4);
      else throw new Error(`wire type ${kind}`);
      const list = this.#fields.get(tag >>> 3) ?? [];
      this.#fields.set(tag >>> 3, [...list, value]);
    }
  }

  #all(field: number): readonly Raw[] {
    return this.#fields.get(field) ?? [];
  }

  /** Bytes of each of a repeated field's entries. */
  blobs(field: number): Uint8Array[] {
    return this.#all(field).filter((it) => it instanceof Uint8Array);
  }

  messages(field: number): Message[] {
    return this.blobs(field).map((it) => new Message(it));
  }

  /** The last one wins, as the format says. */
  message(field: number): Message | undefined {
    return this.messages(field).at(-1);
  }

  strings(field: number): string[] {
    return this.blobs(field).map((it) => utf8.decode(it));
  }

  string(field: number): string {
    return this.strings(field).at(-1) ?? "";
  }

  /** Integers of 64 bits or fewer, packed or not; negative ones come in two's complement. */
  integers(field: number): number[] {
    return this.#all(field).flatMap((it) => {
      if (typeof it === "bigint") return [Number(BigInt.asIntN(64, it))];
      const values: number[] = [];
      for (let at = 0; at < it.length; ) {
        const [value, next] = readVarint(it, at);
        values.push(Number(BigInt.asIntN(64, value)));
        at = next;
      }
      return values;
    });
  }

  integer(field: number): number {
    return this.integers(field).at(-1) ?? 0;
  }

  /** 32-bit floats, packed or not. */
  floats(field: number): number[] {
    return this.blobs(field).flatMap((it) =>
      Array.from({ length: it.length / 4 }, (_, i) => viewOf(it).getFloat32(4 * i, true)),
    );
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Seven bits a byte, the lowest first; and where the next field begins. */
function readVarint(bytes: Uint8Array, start: number): [bigint, number] {
  let value = 0n;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    value |= BigInt(byte & 127) << BigInt(7 * (at - start));
    if (byte < 128) return [value, at + 1];
  }
  throw new Error("a number without an end");
}
