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
/**
 * PLAN_BATCH_LOSS ← f0 · mean of a[m] + PLAN_PENALTY; adds to the sums; sets the status. kind = 1: another
 * output's loss follows, and this one is added to PLAN_PENALTY instead. c ≠ 0: f64 [Σ mean · samples,
 * samples] of this output alone. Thread 0 only.
 */
export const OP_LOSS_SUM = 6;
/**
 * Metric `kind` of predictions a[m×n:lda], targets b[m×·:ldb], rows that weigh e[m] (0: 1 each): adds to f64
 * sums at c. f0: what an output must exceed to mean yes, or how many outputs count; f1: what a target must.
 * Thread 0 only.
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
 * Sequences of k steps through a cell `kind` (RECURRENT_*) of n units, m = 1. a: a tape per sample, [k rows:lda],
 * laid out in assembly/recurrent/pass.ts: with x·W + b in the gates' place, then with all that the gradient
 * needs. b[n×gates·width:ldb]: U. c: output, [k×n:ldc] or, of the last step only, [n:ldc]. d[k:ldd]: mask, or 0.
 * e[n]: the bias inside a gru's reset, or 0. stream: activation + gate function · RECURRENT_GATE + flags;
 * f0, f1: their parameters.
 */
export const OP_RECURRENT = 36;
/**
 * The way back: c is the output's gradient, the tape's gates become their gradients. RECURRENT_LAST: the
 * gradient of the last c is given in that place. RECURRENT_INITIAL: those of the first h and c are left in the
 * first step's row, in its last vector and in that of c before.
 */
export const OP_RECURRENT_GRADIENT = 37;
/**
 * kind 0: c[k:ldc] ← 1 for each step a[k×n] (a row a sample, lda) that has a number other than f0, else 0.
 * Then b[k×n] ← a where c is 1, else 0; m = 1.
 */
export const OP_MASK = 38;
/**
 * b[m×n:ldb] ← rows of the table c[k×n:ldc] by the indices a[m] (a row a sample, lda); NaN for what is no
 * index. d[m:ldd], unless 0: 1 where the index is not 0, else 0.
 */
export const OP_EMBEDDING = 39;
/** c[k×n:ldc] ← for each row of the table the sum, in order, of those of b[m×n:ldb] that were it. */
export const OP_EMBEDDING_GRADIENT = 40;

export const RECURRENT_SIMPLE = 0;
export const RECURRENT_LSTM = 1;
/** Its reset gate acts after the product with U, or before it. */
export const RECURRENT_GRU = 2;
export const RECURRENT_GRU_BEFORE = 3;
/** Factors and flags in the op's `stream`. */
export const RECURRENT_GATE = 256;
export const RECURRENT_BACKWARDS = 65536;
export const RECURRENT_SEQUENCES = 131072;
/** The tape has one vector more: what each row's h before was multiplied with. */
export const RECURRENT_DROPOUT = 262144;
/** The first step's h and c before are given in its row, not zeros. The tape's rows have another vector at the end. */
export const RECURRENT_INITIAL = 524288;
/** c after the last step goes to the last vector of its row. Likewise. */
export const RECURRENT_LAST = 1048576;
/**
 * The learning rate of this step, to the hyper-parameters at d unless HYPER_SCHEDULED is 0 there: that of the
 * last segment at e that has begun. e: f64 × k × SCHEDULE_WORDS, each segment its first step, kind and six
 * numbers. stream > 1: updates count, not steps: one every so many. Thread 0 only.
 */
export const OP_SCHEDULE = 43;
/** b[n] ← m·b + (1 − m)·a[n], m = HYPER_EMA of the hyper-parameters at d, 0 at the first update. */
export const OP_AVERAGE = 44;
/** b[n] += a[n]. In every step whose number is a multiple of `stream`: a ← b / stream, b ← 0 after it. */
export const OP_ACCUMULATE = 45;

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

/** b[m×n:ldb] ← 1 with the probability a[m×n:lda], else 0, drawn from Philox(seed, stream, step, element). */
export const OP_SAMPLE = 46;
/**
 * Weights of steps, c[k·n a sample] ← a[k:lda] · b · batch·k / Σa, each step's n times; a: mask, or 0, all
 * ones; b: a weight a sample, or 0. So the mean over all steps of what is multiplied with them is that over the steps that a counts. All
 * 0 where it counts none. d[k·n], unless 0: a alone. m = 1. Thread 0 only.
 */
export const OP_STEP_WEIGHTS = 48;
/**
 * b ← windows of a, for each sample [height, width, channels] without padding between pixels, by kind: POOL_*.
 * What of a window lies outside counts for nothing. e: i32 [height, width, channels, rows and columns of b,
 * height and width of a window, down and right to the next one, pixels that the first one begins above and
 * left of the image]. A NaN in a window makes its result NaN.
 */
export const OP_POOL = 21;
/**
 * d ← what windows give back of c, the gradient by b: to the first of the largest, or to all of a window
 * alike. a, b, e: OP_POOL's; a mean needs neither a nor b.
 */
export const OP_POOL_GRADIENT = 22;
export const POOL_MAX = 0;
export const POOL_MEAN = 1;
/**
 * b ← a enlarged bilinearly, for each sample. e: i32 [height, width, channels, factor down, factor to the
 * right]. Between the pixels' centers; beyond the outermost ones the image goes on as it ends.
 */
export const OP_ENLARGE = 23;
/** a ← OP_ENLARGE's gradient, from b's. */
export const OP_ENLARGE_GRADIENT = 24;
/**
 * kind 0: b[n] ← the mean of those of a's k steps [k × n] where d[k] is not 0; 0 if there is none. kind 1: its
 * gradient, b[k × n] ← a[n]. For each sample, without padding between steps.
 */
export const OP_MASKED_MEAN = 25;
// Normalization: x̂ = (x − mean) / √(variance + epsilon), y = gamma ∘ x̂ + beta. What mean and variance are
// of says the kind. A mean is a sum of two floats, so that no digits go where it is large.
/** Of each column over all rows of the batch. */
export const NORMALIZE_BATCH = 0;
/** Of k neighbouring columns over the m rows of each sample. */
export const NORMALIZE_SAMPLES = 1;
/** Of each row. */
export const NORMALIZE_ROWS = 2;
/** Of each row, its mean taken to be 0. */
export const NORMALIZE_ROWS_RMS = 3;
/** Of each column, and known: mean c[n], variance d[n]. */
export const NORMALIZE_GIVEN = 4;
/** Only the sums of all columns are wanted. */
export const NORMALIZE_TOTALS = 5;
/**
 * b[4×n:ldb] ← of the columns of a[m×n:lda]: mean, the mean's second float, variance (biased), 1 / √(variance
 * + f0). Kinds BATCH (threads share the columns), GIVEN (likewise), SAMPLES (b is [4×n] a sample).
 */
export const OP_COLUMN_STATISTICS = 26;
/**
 * b[m×n:ldb] ← d[n] ∘ x̂ + e[n] of a[m×n:lda]. c: statistics as OP_COLUMN_STATISTICS leaves them; of kinds ROWS
 * an output, unless 0: mean, its second float and 1 / √(variance + f0) of each row, c[m×4].
 */
export const OP_NORMALIZE = 27;
/**
 * From inputs a[m×n:lda], gradients b[m×n:ldb] by y, and statistics c: the rows of d[4×n:ldd], for each column
 * Σ dy, Σ dy·x̂, and over its group the means of gamma·dy and gamma·dy·x̂, gamma = e[n]. Kinds BATCH (threads
 * share the columns), SAMPLES (d is [4×n] a sample), ROWS (the first two rows of d, over the whole batch;
 * threads share the columns). TOTALS: d[n] ← column sums of a, in the order of the rows.
 */
export const OP_NORMALIZE_SUMS = 28;
/**
 * b[m×n:ldb] ← the gradient by x, in place of that by y: (g − mean g − x̂·mean(g·x̂)) / √(variance + epsilon), g
 * = e[n] ∘ b, x = a[m×n:lda], c: statistics, d: OP_NORMALIZE_SUMS' (0: statistics that don't depend on x;
 * ROWS reads none).
 */
export const OP_NORMALIZE_GRADIENT = 29;
/**
 * b[m×n:ldb] ← a where a > 0, else alpha·a; alpha's [·×n:ldc], or [·×1] if k = 1, stand at c, and e, i32, says
 * which of its rows belongs to each of a sample's m. kind 1: b ← b ∘ f′(a). kind 2: alpha's gradient c ← Σ
 * b·a where a ≤ 0, threads sharing its elements; e goes on: alpha's rows and where the list of each begins
 * and ends, then these lists of rows.
 */
export const OP_PRELU = 30;
/**
 * Attention with k heads, for each sample and head: e ← softmax(f0 · a·bᵀ), d ← e·c. a[m×·:lda] queries,
 * b[n×·:ldb] keys, c[n×·:ldc] values, d[m×·:ldd]; a head is lda / k = ldb / k, or ldc / k = ldd / k, floats of
 * each row, multiples of 4. e[k·m × n:lde] keeps the probabilities, head after head; with ATTENTION_MASKED
 * another row behind them holds 0 for keys that nobody sees. kind: ATTENTION_*, or'ed. f1: the share of
 * probabilities that is dropped on the way to d, drawn as in OP_DROPOUT.
 */
export const OP_ATTENTION = 41;
/** The same with d the gradient by what d was: those by a, b and c take their places. */
export const OP_ATTENTION_GRADIENT = 42;

/** Query i sees keys 0…i. */
export const ATTENTION_CAUSAL = 1;
export const ATTENTION_MASKED = 2;
/**
 * b[m×n:ldb] ← a[m×n:lda] with random numbers that are a function of (seed, stream, step, element),
 * by kind: NOISE_*. f0: standard deviation or rate; lda = ldb; b may be a.
 */
export const OP_NOISE = 31;
/**
 * b ← the images a, one a sample, each seen through an affine map with parameters drawn from (seed,
 * stream, step, sample), by kind: AUGMENT_*. d: f32 [low, high, low, high] of its two parameters.
 * e: i32 [height, width, channels, FILL_*, 1 for the nearest pixel instead of four, 1 for the
 * second parameter to be the first]. f0: the constant that FILL_CONSTANT fills with. k = 1:
 * backward, gradients by the result at a, by the images at b. Scratch: 64 bytes.
 */
export const OP_AUGMENT = 32;
/**
 * b ← the images a with contrast or brightness changed, by kind: RECOLOR_*, likewise drawn, and
 * clipped to a range. d: f32 [low, high, least value, greatest value]; k channels. c ≠ 0: backward,
 * b being the result, c the gradient by it, which becomes the one by a (not read). Scratch: 16
 * bytes, and an f64 for each channel.
 */
export const OP_RECOLOR = 33;
/**
 * f0 = l1, f1 = l2, of the values a[m×n:lda] of a batch. b = 0: PLAN_PENALTY += (l1·Σ|a| + l2·Σa²)
 * / batch (before OP_LOSS_SUM), thread 0 only; b ≠ 0: its gradient alone, b[m×n:ldb] += (l1·sign(a)
 * + 2·l2·a) / batch.
 */
export const OP_ACTIVITY = 34;
/**
 * PLAN_PENALTY += f1·Σⱼ KL(f0 ‖ mean of column j of a[m×n:lda]) (before OP_LOSS_SUM), and c[n],
 * unless 0, ← the penalty's gradient by any one row. Thread 0 only.
 */
export const OP_SPARSITY = 35;
/**
 * Normal distributions of mean a[m×n:lda] and variance e^b, b[m×n:ldb], by kind: GAUSSIAN_*. z is standard
 * normal, drawn as in OP_NOISE; f0: the weight of the penalty, the distributions' divergence from the
 * standard one, ½·Σ(a² + e^b − 1 − b), divided by the batch.
 */
export const OP_GAUSSIAN = 47;

/** c[m×n:ldc] ← a + e^(b/2)·z. */
export const GAUSSIAN_SAMPLE = 0;
/** PLAN_PENALTY += the penalty (before OP_LOSS_SUM), thread 0 only. */
export const GAUSSIAN_PENALTY = 1;
/** c, the gradient by the samples, ← the one by a; d[m×n:ldd] ← the one by b; the penalty's included. */
export const GAUSSIAN_GRADIENT = 2;

/** a + f0·z, z standard normal. */
export const NOISE_GAUSSIAN = 0;
/** a·(1 + f0·z). Its own gradient. */
export const NOISE_GAUSSIAN_DROPOUT = 1;
/**
 * Values set to −1.758 with probability f0, then all scaled and shifted so that mean 0, variance 1
 * stay.
 */
export const NOISE_ALPHA_DROPOUT = 2;
export const NOISE_ALPHA_DROPOUT_GRADIENT = 3;
/**
 * Whole channels, k of them, zeroed with probability f0, the rest scaled. Scratch: k floats. Its
 * own gradient.
 */
export const NOISE_SPATIAL_DROPOUT = 4;

/** Mirrored with the probabilities at d: left and right, top and bottom. */
export const AUGMENT_FLIP = 0;
/** Moved by fractions of height and width: down, right. */
export const AUGMENT_TRANSLATION = 1;
/** Turned about the center, counterclockwise, by a fraction of a turn. */
export const AUGMENT_ROTATION = 2;
/** Seen in 1 + fraction of height and width: below 0 nearer, above 0 from afar. */
export const AUGMENT_ZOOM = 3;

/**
 * What stands where the map leaves the image: a constant, its nearest pixel, the image mirrored.
 */
export const FILL_CONSTANT = 0;
export const FILL_NEAREST = 1;
export const FILL_REFLECT = 2;

/**
 * Each channel's distance from its mean over the pixels, times a factor drawn from 1 + [low, high).
 */
export const RECOLOR_CONTRAST = 0;
/** Plus a part, drawn from [low, high), of the range. */
export const RECOLOR_BRIGHTNESS = 1;
// Convolutions. e: the shapes, i32 (assembly/conv/windows.ts); a sample is a row, its pixels unpadded.
/**
 * c ← f(windows of a · b[window × filters:ldb] + d[filters]), for each sample, summed in the order of b's rows.
 * kind: f. FLAG_GRADIENT: c ← (…) ∘ f′(d[samples × …:ldd]).
 */
export const OP_CONV = 16;
/** c[window × filters:ldc] ← Σ over the batch's pixels of window(a)ᵀ · b. */
export const OP_CONV_WEIGHT_GRADIENT = 17;
/** OP_CONV where every channel has filters of its own: b[(place, channel) × multiplier:ldb]. */
export const OP_DEPTHWISE = 18;
/** Its weight gradient, as OP_CONV_WEIGHT_GRADIENT. */
export const OP_DEPTHWISE_WEIGHT_GRADIENT = 19;
/** c[n] ← sums over the batch of a's m rows of n floats a sample, in order: a bias' gradient. */
export const OP_CHANNEL_SUMS = 20;

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
export const STREAM_GIBBS = 7;
export const STREAM_NOISE = 20;
export const STREAM_AUGMENT = 21;
