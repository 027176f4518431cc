// The one file that both compilers read: op codes, record layout and fixed addresses.
//
// Bare constants only: `i32` to asc, literal types to tsc. The kernel re-exports them all as wasm
// globals, so that the host refuses a kernel that was built from another version of this table.
//
// Memory, low to high:
//
//   0        1024                4096          (the host's arena)                            end
//   ├────────┼───────────────────┼─────────────────────────────────────────────────────────────┤
//   │ unused │ control block     │ parameters · plans · activations · data sets · scratch      │
//   └────────┴───────────────────┴─────────────────────────────────────────────────────────────┘
//
// Every matrix has a row stride ("ld", in floats) that is a multiple of 4 and starts at a multiple of
// 16 bytes. The columns between its width and its stride are padding that belongs to it: kernels may
// read and write it. In parameters and gradients padding is always 0; in activations it is finite.

/** Raised whenever this table changes its meaning. */
export const ABI_VERSION = 2;

// ── control block ────────────────────────────────────────────────────────────────────────────────
// Words that several threads write lie 64 bytes apart: no two of them share a cache line.
/** 64 bytes that are always zero: a "no bias" start for gemm accumulators. */
export const ZEROS = 1024;
/** Threads that have come to the barrier, and how often it has opened. */
export const BARRIER_COUNT = 1088;
export const BARRIER_PHASE = 1152;
/**
 * What parked threads wait on: a number that no two dispatches in a row share, times 256, plus the
 * threads that take part. In one word, so that a thread that looks late can't mix two dispatches.
 */
export const DISPATCH_TICKET = 1216;
/** i32 each, written by the host before the ticket: the plan's address, its steps (0: its ops, once). */
export const DISPATCH_PLAN = 1280;
export const DISPATCH_STEPS = 1284;
/** i32: steps done. */
export const DISPATCH_DONE = 1288;
/** Threads that have left the dispatch at hand. */
export const DISPATCH_LEFT = 1344;
/** The last ticket that all its threads have left: what the host waits on. */
export const DISPATCH_FINISHED = 1408;
/** Not 0: end the dispatch before its next step, but for the first. */
export const DISPATCH_STOP = 1472;
/**
 * Not 0: threads trap where they would wait. Its number + 1, if one of them has failed; ABORTED, if the host
 * ends them.
 */
export const DISPATCH_ABORT = 1536;
export const ABORTED = 255;
/** i32: how often a thread looks at the barrier before it sleeps there. Written by the host. */
export const BARRIER_SPINS = 1600;
/** i32 for each thread, 64 bytes apart: the op that it is at, for reports of failures; and that of the caller. */
export const THREAD_OPS = 2048;
export const CALLER_OP = 1664;
/** Most threads of one dispatch. */
export const MAX_THREADS = 32;
/** First byte of the host's arena. */
export const ARENA_START = 4096;

// ── plan header: PLAN_BYTES, 16-aligned, mutable while it runs ───────────────────────────────────
/** i32: address of the first op record. */
export const PLAN_OPS = 0;
/** i32: number of op records. */
export const PLAN_OP_COUNT = 4;
/** i32: most rows (samples) in one batch; the buffers' size. */
export const PLAN_BATCH = 8;
/** i32: rows of the batch at hand; ops scale by it. */
export const PLAN_ROWS = 12;
/** i32: samples in the bound data set. */
export const PLAN_SAMPLES = 16;
/** i32: address of the u32 order in which samples are visited, or 0 for their natural order. */
export const PLAN_ORDER = 20;
/** i32: position in that order of the next sample. */
export const PLAN_CURSOR = 24;
/** i32: optimizer steps done since the model was made; dropout's counter too. */
export const PLAN_STEP = 28;
/** i32: STATUS_*. */
export const PLAN_STATUS = 32;
/** u32 × 2: the seed, for dropout. */
export const PLAN_SEED_LOW = 36;
export const PLAN_SEED_HIGH = 40;
/** f32: factor that global-norm clipping puts on every gradient; 1 when off. */
export const PLAN_CLIP_SCALE = 44;
/** f64: the batch's loss, mean over its samples, penalties included. */
export const PLAN_BATCH_LOSS = 48;
/** f64: Σ over batches of (batch loss × rows), since the host last cleared it. */
export const PLAN_LOSS_SUM = 56;
/** f64: rows in that sum. */
export const PLAN_LOSS_ROWS = 64;
/** f64: regularization penalty of the batch at hand. */
export const PLAN_PENALTY = 72;
/** f64: the gradients' global norm before clipping. */
export const PLAN_GRADIENT_NORM = 80;
/** i32: PLAN_STATUS as it was when all threads last met: what they go by, all alike. */
export const PLAN_HALTED = 88;
/** i32: 1 while there is another step to do. Written by thread 0. */
export const PLAN_GOING = 92;
export const PLAN_BYTES = 96;

export const STATUS_OK = 0;
/** The batch's loss was NaN or infinite: no weight was updated. */
export const STATUS_LOSS_NOT_FINITE = 1;
/** An update made a weight NaN or infinite. */
export const STATUS_WEIGHT_NOT_FINITE = 2;

// ── op record: OP_BYTES of 32-bit words ──────────────────────────────────────────────────────────
// Each op says below which words it reads. Addresses are bytes; m, n, k, ld* are counts.
export const OP_CODE = 0;
export const OP_FLAGS = 4;
export const OP_M = 8;
export const OP_N = 12;
export const OP_K = 16;
export const OP_A = 20;
export const OP_B = 24;
export const OP_C = 28;
export const OP_D = 32;
export const OP_E = 36;
export const OP_LDA = 40;
export const OP_LDB = 44;
export const OP_LDC = 48;
export const OP_LDD = 52;
export const OP_LDE = 56;
/** i32: which activation, loss, optimizer or metric. */
export const OP_KIND = 60;
/** i32: scratch address, then the bytes of it that each thread owns. */
export const OP_SCRATCH = 64;
export const OP_SCRATCH_BYTES = 68;
/** i32: a random stream's number, or another small integer. */
export const OP_STREAM = 72;
/** f32 × 4: constants of the op. */
export const OP_F0 = 76;
export const OP_F1 = 80;
export const OP_F2 = 84;
export const OP_F3 = 88;
export const OP_BYTES = 96;

// Flags.
/** m counts rows of one sample: the op runs over m × PLAN_ROWS rows. */
export const FLAG_BATCH_M = 1;
/** k counts rows of one sample: the op sums over k × PLAN_ROWS rows. */
export const FLAG_BATCH_K = 2;
/** gemm: A is read transposed (stored K×M). */
export const FLAG_TRANSPOSE_A = 4;
/** gemm: B is read transposed (stored N×K). */
export const FLAG_TRANSPOSE_B = 8;
/** gemm: small: run on the matrices where they stand, without packing. */
export const FLAG_UNPACKED = 16;
/** gemm: `kind` is an activation whose gradient at `e` multiplies C, instead of an activation of C. */
export const FLAG_GRADIENT = 32;
/** gemm: C += A·B. */
export const FLAG_ACCUMULATE = 64;
/** All threads meet before the next op. */
export const FLAG_BARRIER = 128;
/** gemm: threads share the columns of C; else its rows. */
export const FLAG_SPLIT_COLUMNS = 256;
/** gemm: in tiles of 2×16 instead of 5×8: the same bits, faster where the engine makes 256-bit vectors of it. */
export const FLAG_WIDE = 512;
/** In every step whose number, from 1, is a multiple of `stream`; passed over in the others. */
export const FLAG_EVERY = 1024;

// Op codes. [m×n:ld] is a matrix at an address with its stride.
/** b[rows×n:ldb] ← rows of a[samples×n:lda] at order[cursor…]. */
export const OP_GATHER = 1;
/**
 * c[m×n:ldc] ← f(a·b + d[n]), sums over k, in the order of k. d = 0: no bias. kind: activation f.
 * FLAG_GRADIENT: c ← (a·b) ∘ f′(e[m×n:lde]).
 * With FLAG_TRANSPOSE_A and d ≠ 0, d[n] is an output: the column sums of b[k×n:ldb] (a bias' gradient).
 */
export const OP_GEMM = 2;
/** b[m×n:ldb] ← f(a[m×n:lda]), kind f, f0 its parameter. a may be b. */
export const OP_ACTIVATION = 3;
/** c[m×n:ldc] ← b[m×n:ldb] ∘ f′(a[m×n:lda]); a is f's output or input, as the activation's row says. */
export const OP_ACTIVATION_GRADIENT = 4;
/**
 * Loss `kind` of predictions a[m×n:lda] against targets b[m×·:ldb] with sample weights e[m] (0: none):
 * per-sample losses to d[m], and, unless c = 0, gradient by a of the batch's mean loss to c[m×n:ldc]
 * (its padding zeroed). The fused kinds (…FromLogits) read logits at a and write probabilities to
 * the address in `scratch` [m×n:lda]. f0: the loss's parameter (huber's delta). f1 = 1: targets of 0
 * and 1 are read as −1 and 1 (the hinge losses).
 */
export const OP_LOSS = 5;
/** PLAN_BATCH_LOSS ← mean of a[m] + PLAN_PENALTY; adds to the sums; sets the status. Thread 0 only. */
export const OP_LOSS_SUM = 6;
/**
 * Metric `kind` of predictions a[m×n:lda], targets b[m×·:ldb]: adds to f64 sums at c. f0: what an output
 * must exceed to mean yes, or how many outputs count; f1: what a target must. Thread 0 only.
 */
export const OP_METRIC = 7;
/**
 * f0 = l1, f1 = l2. b = 0: PLAN_PENALTY += l1·Σ|a[n]| + l2·Σa² (before OP_LOSS_SUM); b ≠ 0: its
 * gradient alone, b[n] += l1·sign(a) + 2·l2·a (after backward). The penalty: thread 0 only.
 */
export const OP_REGULARIZE = 8;
/** a[n] ← min(max(a, −v), v), v = f32 at d. */
export const OP_CLIP_VALUE = 9;
/** PLAN_CLIP_SCALE ← min(1, c / ‖a[n]‖), c = f32 at d. Thread 0 only. */
export const OP_CLIP_NORM = 10;
/**
 * Optimizer `kind`: parameters a[n], gradients b[n], state at c (and n floats on, twice for two),
 * hyper-parameters at d. stream > 1: it is done once every so many steps.
 */
export const OP_UPDATE = 11;
/** b[m×n:ldb] ← a ∘ mask / (1 − rate), rate = f32 at d; the mask is Philox(seed, stream, step, element). Its own gradient. */
export const OP_DROPOUT = 12;
/**
 * b[m×n:ldb] ← a[m×n:lda] in the columns where the row d[n] is 0, in all if d = 0; the others stay.
 * a = 0: zeros.
 */
export const OP_SELECT = 13;

/**
 * b ← a, or b += a if kind = 1, for each sample a block of up to four dimensions, each with a stride of its
 * own on both sides (0: the same place again): cuts, joins, pads, permutes, repeats, reverses. lda, ldb:
 * floats from sample to sample. e: i32 [size × 4, stride in a × 4, stride in b × 4, start in a, start in
 * b], all in floats, the innermost dimension last. A destination that repeats is summed in order.
 */
export const OP_COPY = 14;
/** c[m×n:ldc] ← a[m×n:lda] and b[m×n:ldb], element by element, by kind: COMBINE_*. c may be a or b. */
export const OP_COMBINE = 15;

/**
 * The learning rate of this step, to the hyper-parameters at d unless HYPER_SCHEDULED is 0 there: that of the
 * last segment at e that has begun. e: f64 × k × SCHEDULE_WORDS, each segment its first step, kind and six
 * numbers. stream > 1: updates count, not steps: one every so many. Thread 0 only.
 */
export const OP_SCHEDULE = 60;
/** b[n] ← m·b + (1 − m)·a[n], m = HYPER_EMA of the hyper-parameters at d, 0 at the first update. */
export const OP_AVERAGE = 61;
/** b[n] += a[n]. In every step whose number is a multiple of `stream`: a ← b / stream, b ← 0 after it. */
export const OP_ACCUMULATE = 62;

/** f0·a + f1·b. b = 0: f0·a. */
export const COMBINE_SUM = 0;
export const COMBINE_PRODUCT = 1;
export const COMBINE_MAXIMUM = 2;
export const COMBINE_MINIMUM = 3;
/** d[m×n:ldc] where a ≥ b, else 0: what goes back to a through a maximum; the other three likewise. */
export const COMBINE_IF_NOT_LESS = 4;
export const COMBINE_IF_LESS = 5;
export const COMBINE_IF_NOT_GREATER = 6;
export const COMBINE_IF_GREATER = 7;

// Activations.
export const ACTIVATION_LINEAR = 0;
export const ACTIVATION_STEP = 1;
export const ACTIVATION_RELU = 2;
export const ACTIVATION_RELU6 = 3;
export const ACTIVATION_LEAKY_RELU = 4;
export const ACTIVATION_ELU = 5;
export const ACTIVATION_SELU = 6;
export const ACTIVATION_SIGMOID = 7;
export const ACTIVATION_HARD_SIGMOID = 8;
export const ACTIVATION_TANH = 9;
export const ACTIVATION_SOFTPLUS = 10;
export const ACTIVATION_SOFTSIGN = 11;
export const ACTIVATION_GELU = 12;
export const ACTIVATION_SWISH = 13;
export const ACTIVATION_MISH = 14;
export const ACTIVATION_SINE = 15;
export const ACTIVATION_GAUSSIAN = 16;
export const ACTIVATION_EXPONENTIAL = 17;
export const ACTIVATION_SOFTMAX = 18;

// Losses.
export const LOSS_MEAN_SQUARED_ERROR = 0;
export const LOSS_MEAN_ABSOLUTE_ERROR = 1;
export const LOSS_HUBER = 2;
export const LOSS_LOG_COSH = 3;
export const LOSS_HINGE = 4;
export const LOSS_SQUARED_HINGE = 5;
export const LOSS_BINARY_CROSSENTROPY = 6;
export const LOSS_CATEGORICAL_CROSSENTROPY = 7;
export const LOSS_SPARSE_CATEGORICAL_CROSSENTROPY = 8;
export const LOSS_KULLBACK_LEIBLER_DIVERGENCE = 9;
export const LOSS_POISSON = 10;
/** The stable forms that read the logits below a final sigmoid or softmax. */
export const LOSS_BINARY_CROSSENTROPY_FROM_LOGITS = 11;
export const LOSS_CATEGORICAL_CROSSENTROPY_FROM_LOGITS = 12;
export const LOSS_SPARSE_CATEGORICAL_CROSSENTROPY_FROM_LOGITS = 13;
export const LOSS_MEAN_ABSOLUTE_PERCENTAGE_ERROR = 14;
export const LOSS_MEAN_SQUARED_LOGARITHMIC_ERROR = 15;
export const LOSS_COSINE_SIMILARITY = 16;
export const LOSS_CATEGORICAL_HINGE = 17;

// Optimizers.
export const OPTIMIZER_SGD = 0;
export const OPTIMIZER_ADAGRAD = 1;
export const OPTIMIZER_ADADELTA = 2;
export const OPTIMIZER_RMSPROP = 3;
export const OPTIMIZER_ADAM = 4;
export const OPTIMIZER_ADAMAX = 5;
export const OPTIMIZER_NADAM = 6;
export const OPTIMIZER_LION = 7;

// Optimizer hyper-parameters: an array of f32 at OP_D, written by the host between steps.
export const HYPER_LEARNING_RATE = 0;
/** Decoupled weight decay: w −= learningRate · weightDecay · w, before the update (Keras 3). */
export const HYPER_WEIGHT_DECAY = 4;
/** momentum | rho | beta1. */
export const HYPER_BETA1 = 8;
/** beta2 (rmsprop: momentum). */
export const HYPER_BETA2 = 12;
export const HYPER_EPSILON = 16;
/** 1: nesterov (sgd), centered (rmsprop), amsgrad (adam family). */
export const HYPER_VARIANT = 20;
export const HYPER_CLIP_VALUE = 24;
export const HYPER_CLIP_NORM = 28;
/** 1: OP_SCHEDULE writes the learning rate. */
export const HYPER_SCHEDULED = 32;
/** Momentum of the weights' moving average. */
export const HYPER_EMA = 36;
export const HYPER_BYTES = 64;

// Segments of a learning rate's schedule: t counts steps from the segment's first one; a…f are its numbers.
/** f64 of one segment: its first step, its kind, a…f. */
export const SCHEDULE_WORDS = 8;
/** b + (a − b)·(1 − s)ᵈ, s = min(t / c, 1); e ≠ 0: c is as many times as long as t needs. */
export const SCHEDULE_POLYNOMIAL = 0;
/** a·bˢ, s = t / c, rounded down if d ≠ 0. */
export const SCHEDULE_EXPONENTIAL = 1;
/** a / (1 + b·s), s likewise. */
export const SCHEDULE_INVERSE_TIME = 2;
/**
 * b + (a − b)·½(1 + cos πs), s = min(t / c, 1). d > 0: from c on again, over d times as many steps, a − b times
 * e; and so on.
 */
export const SCHEDULE_COSINE = 3;

// Metrics: each adds to f64 words at OP_C: [0] weighted sum, [1] weight; others use more (see their files).
export const METRIC_BINARY_ACCURACY = 0;
export const METRIC_CATEGORICAL_ACCURACY = 1;
export const METRIC_SPARSE_CATEGORICAL_ACCURACY = 2;
export const METRIC_MEAN_ABSOLUTE_ERROR = 3;
/** Shared by meanSquaredError and rootMeanSquaredError: the host takes the root. */
export const METRIC_MEAN_SQUARED_ERROR = 4;
export const METRIC_R2 = 5;
export const METRIC_MEAN_ABSOLUTE_PERCENTAGE_ERROR = 6;
export const METRIC_COSINE_SIMILARITY = 7;
export const METRIC_BINARY_CROSSENTROPY = 8;
export const METRIC_CATEGORICAL_CROSSENTROPY = 9;
export const METRIC_SPARSE_CATEGORICAL_CROSSENTROPY = 10;
export const METRIC_TOP_K_CATEGORICAL_ACCURACY = 11;
export const METRIC_SPARSE_TOP_K_CATEGORICAL_ACCURACY = 12;
/** Hits and misses of each output by a threshold, or of each class by the largest output. */
export const METRIC_COUNTS = 13;
export const METRIC_CATEGORICAL_COUNTS = 14;
export const METRIC_SPARSE_CATEGORICAL_COUNTS = 15;
/** Two histograms of AUC_BINS each, the scores of what is no and of what is yes, in turn. */
export const METRIC_AUC = 16;
export const AUC_BINS = 1473;

// Random streams: the second key of every draw, so that no two uses share numbers.
export const STREAM_INIT = 1;
export const STREAM_SHUFFLE = 2;
export const STREAM_DROPOUT = 3;
export const STREAM_DATA = 4;
export const STREAM_SPLIT = 5;
export const STREAM_PROBE = 6;
