// A turn by 0.8 of the image 1…20 of 4 × 5 pixels, as PyTorch 1.13 makes it:
//
//   import torch, math
//   import torch.nn.functional as F
//
//   h, w, angle = 4, 5, 0.8
//   image = torch.arange(1, h * w + 1.0, dtype=torch.float64).reshape(1, 1, h, w)
//   s, c, cx, cy = math.sin(angle), math.cos(angle), (w - 1) / 2, (h - 1) / 2
//   i, j = torch.meshgrid(torch.arange(h) * 1.0, torch.arange(w) * 1.0, indexing="ij")
//   x, y = c * (j - cx) - s * (i - cy) + cx, s * (j - cx) + c * (i - cy) + cy
//   grid = torch.stack([(2 * x + 1) / w - 1, (2 * y + 1) / h - 1], -1)[None].double()
//   for fill in ["zeros", "border", "reflection"]:
//       for mode in ["bilinear", "nearest"]:
//           out = F.grid_sample(image, grid, mode, fill, align_corners=False)
//           print(fill, mode, [round(v, 6) for v in out.flatten().tolist()])

export const ANGLE = 0.8;

/** By fill mode and interpolation. */
export const turnedImages = {
  constant: {
    bilinear: [
      0.054264, 2.492537, 6.350734, 10.634221, 7.66556, 1.408966, 4.833424, 9.116911, 13.400399,
      17.683885, 3.316115, 7.599602, 11.883089, 16.166577, 13.646657, 3.476041, 10.365779,
      14.649267, 12.996724, 0.370522,
    ],
    nearest: [
      0.0, 3.0, 4.0, 10.0, 15.0, 2.0, 3.0, 8.0, 14.0, 20.0, 1.0, 7.0, 13.0, 18.0, 19.0, 6.0, 11.0,
      17.0, 18.0, 0.0,
    ],
  },
  nearest: {
    bilinear: [
      2.68262, 3.379327, 6.350734, 10.634221, 14.448261, 1.965265, 4.833424, 9.116911, 13.400399,
      17.683885, 3.316115, 7.599602, 11.883089, 16.166577, 19.034735, 6.551739, 10.365779,
      14.649267, 17.620673, 18.31738,
    ],
    nearest: [
      3.0, 3.0, 4.0, 10.0, 15.0, 2.0, 3.0, 8.0, 14.0, 20.0, 1.0, 7.0, 13.0, 18.0, 19.0, 6.0, 11.0,
      17.0, 18.0, 18.0,
    ],
  },
  reflect: {
    bilinear: [
      2.68262, 3.379327, 6.350734, 10.634221, 14.448261, 1.965265, 4.833424, 9.116911, 13.400399,
      17.683885, 3.316115, 7.599602, 11.883089, 16.166577, 19.034735, 6.551739, 10.365779,
      14.649267, 17.620673, 18.31738,
    ],
    nearest: [
      3.0, 3.0, 4.0, 10.0, 15.0, 2.0, 3.0, 8.0, 14.0, 20.0, 1.0, 7.0, 13.0, 18.0, 19.0, 6.0, 11.0,
      17.0, 18.0, 18.0,
    ],
  },
} as const;
