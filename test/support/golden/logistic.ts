// Logistic regression of a few points in 3 dimensions with 2 and with 3 classes, recorded from
// scikit-learn 1.2: C = 1, features standardized (mean 0, population variance 1), multinomial for 3
// classes. The optimum of Σ crossentropy + ½‖coefficients‖² / C, intercepts free.
// The script that made the record:
//
// import numpy as np
// from sklearn.linear_model import LogisticRegression
// from sklearn.preprocessing import StandardScaler
//
// def uniforms(seed, count):  # (state >> 16) / 2^16
//     out, s = [], seed
//     for _ in range(count):
//         s = (s * 1664525 + 1013904223) % 2**32
//         out.append((s >> 16) / 2**16)
//     return np.array(out)
//
// def points(classes, samples=60):  # sample i is of class i % classes; features of different scale
//     u = uniforms(20 + classes, samples * 3).reshape(samples, 3)
//     y = np.arange(samples) % classes
//     x = (u - 0.5) * [2, 8, 0.5] + y[:, None] * [0.5, -1, 0.125] * ((y[:, None] + [0, 1, 2]) % 3)
//     return x, y
//
// for classes in [2, 3]:
//     x, y = points(classes)
//     x = StandardScaler().fit_transform(x)
//     fit = LogisticRegression(C=1.0, solver="newton-cg", tol=1e-8, max_iter=10000).fit(x, y)
//     print(fit.score(x, y), fit.coef_.round(7).tolist(), fit.intercept_.round(7).tolist())

import { at } from "../reference/array.ts";
import { uniforms } from "./lcg.ts";

export const samples = 60;
export const features = 3;

/** Points x[60×3] as they come, not standardized (exact in f32), and class indices labels[60]. */
export function points(classes: 2 | 3): { x: Float64Array; labels: Float64Array } {
  const scale = [2, 8, 0.5];
  const shift = [0.5, -1, 0.125];
  const labels = Float64Array.from({ length: samples }, (_, i) => i % classes);
  const x = uniforms(20 + classes, samples * features, 16).map((u, index) => {
    const j = index % features;
    const label = at(labels, Math.floor(index / features));
    return (u - 0.5) * at(scale, j) + label * at(shift, j) * ((label + j) % 3);
  });
  return { x, labels };
}

/** `coefficients` has a row of 3 for each class (2 classes: one row, for class 1), to 7 digits. */
export interface LogisticGolden {
  readonly accuracy: number;
  readonly coefficients: readonly (readonly number[])[];
  readonly intercepts: readonly number[];
}

export const binary: LogisticGolden = {
  accuracy: 0.7833333333333333,
  coefficients: [[1.0634141, -0.8554056, -0.2816348]],
  intercepts: [-0.0273667],
};

export const multinomial: LogisticGolden = {
  accuracy: 0.7833333333333333,
  coefficients: [
    [-1.6334528, -0.0740266, -0.6849074],
    [-0.0894087, -0.495044, -0.2748694],
    [1.7228616, 0.5690707, 0.9597768],
  ],
  intercepts: [-0.2154741, 0.6887617, -0.4732876],
};
