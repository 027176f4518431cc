// The ops of all layers but dense ones, and of what goes with training in the long run.

import * as abi from "./abi";
import { Op, Plan } from "./op";
import { runCopy } from "./ops/copy";
import { runCombine } from "./ops/combine";
import { runSample } from "./ops/sample";
import { runPool } from "./ops/pool";
import { runPoolGradient } from "./ops/pool-gradient";
import { runEnlarge, runEnlargeGradient } from "./ops/enlarge";
import { runMaskedMean } from "./ops/masked-mean";
import {
  runColumnStatistics, runNormalize, runNormalizeGradient, runNormalizeSums,
} from "./ops/normalize";
import { runPrelu } from "./ops/prelu";
import { runAttention, runAttentionGradient } from "./ops/attention";
import { runNoise } from "./ops/noise";
import { runAugment } from "./ops/augment";
import { runRecolor } from "./ops/recolor";
import { runActivity } from "./ops/activity";
import { runSparsity } from "./ops/sparsity";
import { runGaussian } from "./ops/gaussian";
import { runRecurrent, runRecurrentGradient } from "./ops/recurrent";
import { runMask } from "./ops/mask";
import { runEmbedding, runEmbeddingGradient } from "./ops/embedding";
import { runConv } from "./ops/conv";
import { runConvWeightGradient } from "./ops/conv-weight-gradient";
import { runDepthwise, runDepthwiseWeightGradient } from "./ops/depthwise";
import { runChannelSums } from "./ops/channel-sums";
import { runAccumulate, runAverage } from "./ops/average";
import { runSchedule } from "./ops/schedule";
import { runStepWeights } from "./ops/step-weights";

export function executeMore(op: Op, plan: Plan, thread: i32, threads: i32): void {
  switch (op.code) {
    case abi.OP_COMBINE: { runCombine(op, plan, thread, threads); break; }
    case abi.OP_COPY: { runCopy(op, plan, thread, threads); break; }
    case abi.OP_SAMPLE: { runSample(op, plan, thread, threads); break; }
    case abi.OP_POOL: { runPool(op, plan, thread, threads); break; }
    case abi.OP_POOL_GRADIENT: { runPoolGradient(op, plan, thread, threads); break; }
    case abi.OP_ENLARGE: { runEnlarge(op, plan, thread, threads); break; }
    case abi.OP_ENLARGE_GRADIENT: { runEnlargeGradient(op, plan, thread, threads); break; }
    case abi.OP_MASKED_MEAN: { runMaskedMean(op, plan, thread, threads); break; }
    case abi.OP_COLUMN_STATISTICS: { runColumnStatistics(op, plan, thread, threads); break; }
    case abi.OP_NORMALIZE: { runNormalize(op, plan, thread, threads); break; }
    case abi.OP_NORMALIZE_SUMS: { runNormalizeSums(op, plan, thread, threads); break; }
    case abi.OP_NORMALIZE_GRADIENT: { runNormalizeGradient(op, plan, thread, threads); break; }
    case abi.OP_PRELU: { runPrelu(op, plan, thread, threads); break; }
    case abi.OP_ATTENTION: { runAttention(op, plan, thread, threads); break; }
    case abi.OP_ATTENTION_GRADIENT: { runAttentionGradient(op, plan, thread, threads); break; }
    case abi.OP_NOISE: { runNoise(op, plan, thread, threads); break; }
    case abi.OP_AUGMENT: { runAugment(op, plan, thread, threads); break; }
    case abi.OP_RECOLOR: { runRecolor(op, plan, thread, threads); break; }
    case abi.OP_ACTIVITY: { runActivity(op, plan, thread, threads); break; }
    case abi.OP_SPARSITY: { if (thread == 0) runSparsity(op, plan, thread, threads); break; }
    case abi.OP_GAUSSIAN: { runGaussian(op, plan, thread, threads); break; }
    case abi.OP_RECURRENT: { runRecurrent(op, plan, thread, threads); break; }
    case abi.OP_RECURRENT_GRADIENT: { runRecurrentGradient(op, plan, thread, threads); break; }
    case abi.OP_MASK: { runMask(op, plan, thread, threads); break; }
    case abi.OP_EMBEDDING: { runEmbedding(op, plan, thread, threads); break; }
    case abi.OP_EMBEDDING_GRADIENT: { runEmbeddingGradient(op, plan, thread, threads); break; }
    case abi.OP_CONV: { runConv(op, plan, thread, threads); break; }
    case abi.OP_CONV_WEIGHT_GRADIENT: { runConvWeightGradient(op, plan, thread, threads); break; }
    case abi.OP_DEPTHWISE: { runDepthwise(op, plan, thread, threads); break; }
    case abi.OP_DEPTHWISE_WEIGHT_GRADIENT: {
      runDepthwiseWeightGradient(op, plan, thread, threads);
      break;
    }
    case abi.OP_CHANNEL_SUMS: { runChannelSums(op, plan, thread, threads); break; }
    case abi.OP_SCHEDULE: { if (thread == 0) runSchedule(op, plan, thread, threads); break; }
    case abi.OP_AVERAGE: { runAverage(op, plan, thread, threads); break; }
    case abi.OP_ACCUMULATE: { runAccumulate(op, plan, thread, threads); break; }
    case abi.OP_STEP_WEIGHTS: { if (thread == 0) runStepWeights(op, plan, thread, threads); break; }
    default: unreachable();
  }
}
