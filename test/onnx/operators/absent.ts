// Operators that no model of ours is made of, and why.

const reasons: Readonly<Record<string, string>> = {
  "functions of a number that are no activation of ours": `
    Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Erf Floor Log Reciprocal Round Sinh Sqrt Tan`,
  "functions of two numbers that no layer merges by": "BitShift Mod Pow",
  "truth values: comparisons, logic, and choices by them": `
    And Compress Equal Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual Not NonZero Or Where Xor`,
  "indices, shapes, and numbers of other types": `
    ArgMax ArgMin Cast CastLike OneHot Shape Size TopK Unique NonMaxSuppression`,
  "integers in place of floats": `
    ConvInteger DequantizeLinear DynamicQuantizeLinear MatMulInteger QLinearConv QLinearMatMul
    QuantizeLinear`,
  "reductions by a product, a root or a logarithm":
    "ReduceL2 ReduceLogSum ReduceLogSumExp ReduceProd",
  "a logarithm behind a softmax, or a choice of its largest": "Hardmax LogSoftmax",
  "no input: constants and random numbers": `
    Bernoulli BlackmanWindow Constant ConstantOfShape EyeLike HammingWindow HannWindow
    MelWeightMatrix RandomUniformLike Range`,
  "places that are themselves computed": `
    GatherElements GatherND GridSample MaxUnpool ReverseSequence RoiAlign Scatter ScatterElements
    ScatterND`,
  "sums along or across that no layer makes": "CumSum Det DFT Einsum LRN STFT Trilu",
  "a loss of numbers that are no logarithms of probabilities: ours makes these sum to 1":
    "NegativeLogLikelihoodLoss",
  "an optimizer's step, not a layer: ours run in fit": "Adagrad Adam Momentum",
  "control flow, sequences and optional values": `
    If Loop OptionalGetElement OptionalHasElement Scan SequenceEmpty SequenceInsert SequenceLength
    SequenceMap`,
  text: "StringNormalizer TfIdfVectorizer",
};

/** Why, by operator. */
export const absent: ReadonlyMap<string, string> = new Map(
  Object.entries(reasons).flatMap(([reason, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((op) => [op, reason] as const),
  ),
);
