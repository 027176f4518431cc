// What is handed over to the page instead of copied.

/** The buffers of all typed arrays within a plain value. */
export function buffersIn(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (it: unknown) => {
    if (typeof it !== "object" || it === null) return;
    if (!ArrayBuffer.isView(it)) for (const inner of Object.values(it)) visit(inner);
    else if (it.buffer instanceof ArrayBuffer) found.add(it.buffer);
  };
  visit(value);
  return [...found];
}
