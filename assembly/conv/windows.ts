// What a convolution needs to know of its shapes, as the host writes it (src/layers/windows.ts): a row of
// integers at an op's `e`. A window is what one output pixel sees of a frame; the frame is the sample
// itself, or a copy of it with zeros around and between its pixels.
//
// On the way back through strides, output pixels differ in which places of the window led to them. Those alike
// are a phase: windows of their own, whose records follow the first one.

/** Counts of floats, pixels or bytes, all i32. */
@unmanaged @final
export class Windows {
  /** The sample that windows look at. */
  height: i32; width: i32; channels: i32;
  /** Whether it has to be copied into a frame: else the frame is where the sample is. */
  framed: i32;
  frameHeight: i32; frameWidth: i32;
  /** Where its first pixel stands in the frame, and how far apart its pixels are there. */
  top: i32; left: i32; spreadH: i32; spreadW: i32;
  /** The windows. */
  outHeight: i32; outWidth: i32;
  strideH: i32; strideW: i32;
  kernelH: i32; kernelW: i32;
  dilationH: i32; dilationW: i32;
  /** Channels go to filters of their own group: so many of each. Depthwise: 1 and the multiplier. */
  groups: i32; inGroup: i32; outGroup: i32;
  /** Whether weights are read back to front and crosswise: a gradient by the input. */
  turned: i32;
  /** The whole window that weights are given for, and which of its places this one has. */
  fullH: i32; fullW: i32; placeH: i32; placeW: i32; placeStepH: i32; placeStepW: i32;
  /** How many phases there are; 0: no others than this one. */
  phases: i32;
  /** Of a phase: pixels of the frame before it, its first pixel of the result, those to the next ones. */
  start: i32; into: i32; intoDown: i32; intoAcross: i32;
  /**
   * Byte offsets in a thread's scratch: where the frame stands, a bias, and a result whose pixels are padded to
   * whole vectors (0: it needs no padding). Weights stand at 0.
   */
  frameAt: i32; biasAt: i32; resultAt: i32;

  /** What `index` ≥ 1 windows at these are, if there are so many phases. */
  @inline phase(index: i32): Windows {
    return changetype<Windows>(changetype<usize>(this) + <usize>index * offsetof<Windows>());
  }
  /** Weights of one filter. */
  @inline depth(): i32 {
    return this.kernelH * this.kernelW * this.inGroup;
  }
  @inline pixels(): i32 {
    return this.outHeight * this.outWidth;
  }
}
