// Samples in frames: zeros around them (padding) and between their pixels (where a stride left some out),
// so that every window lies inside, and results brought back to where they belong.

import { Windows } from "./windows";

/** Floats, one after the other. */
// @ts-ignore: decorator
@inline
export function copyFloats(from: usize, to: usize, count: i32): void {
  let i = count;
  for (; i >= 4; i -= 4) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
  for (; i > 0; i--) {
    store<f32>(to, load<f32>(from));
    from += 4;
    to += 4;
  }
}

/** Makes `to` a frame of zeros, `pixel` floats a pixel. Samples that follow each other fill the same places. */
export function clearFrame(w: Windows, to: usize, pixel: i32): void {
  memory.fill(to, 0, <usize>(w.frameHeight * w.frameWidth * pixel) << 2);
}

/** Puts a sample into its frame, every channel `repeat` times, `pixel` floats a pixel. */
export function fillFrame(w: Windows, from: usize, to: usize, pixel: i32, repeat: i32): void {
  const plain = w.spreadW == 1 && repeat == 1 && pixel == w.channels;
  const run = plain ? w.width * w.channels : w.channels;
  const runs = plain ? 1 : w.width;
  for (let y = 0; y < w.height; y++) {
    let at = to + (<usize>(((w.top + y * w.spreadH) * w.frameWidth + w.left) * pixel) << 2);
    for (let x = 0; x < runs; x++) {
      if (repeat == 1) copyFloats(from, at, run);
      else repeatFloats(from, at, run, repeat);
      from += <usize>run << 2;
      at += <usize>(w.spreadW * pixel) << 2;
    }
  }
}

function repeatFloats(from: usize, to: usize, count: i32, repeat: i32): void {
  for (let i = 0; i < count; i++) {
    const value = load<f32>(from + (<usize>i << 2));
    for (let j = 0; j < repeat; j++) {
      store<f32>(to, value);
      to += 4;
    }
  }
}
