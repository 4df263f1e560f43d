// Binds the plain TypeScript kernels to a heap.

import type { Kernels } from './contract.ts';
import { type Heap, roundLike } from './lane.ts';
import * as losses from './losses.ts';
import * as products from './matmul.ts';
import * as random from './random.ts';
import * as softmax from './softmax.ts';
import * as activation from './steps/activation.ts';
import * as gru from './steps/gru.ts';
import * as gruResetAfter from './steps/gru-reset-after.ts';
import * as lstm from './steps/lstm.ts';
import * as adam from './updates/adam.ts';
import * as sgd from './updates/sgd.ts';
import * as vectors from './vectors.ts';

/** Holds the heap that kernels are bound to. Its owner may replace `data` by a larger heap between two calls. */
export interface Memory {
  readonly data: Heap;
}

/** The plain TypeScript kernels. Each call computes on the heap that `memory` holds at that time. */
export function referenceKernels(memory: Memory): Kernels {
  const bind =
    <A extends unknown[], R>(kernel: (heap: Heap, ...rest: A) => R) =>
    (...rest: A): R => {
      roundLike(memory.data);
      return kernel(memory.data, ...rest);
    };
  return {
    pack: bind(products.pack),
    matmul: bind(products.matmul),
    matmulGradient: bind(products.matmulGradient),
    columnSums: bind(vectors.columnSums),
    repeatRow: bind(vectors.repeatRow),
    lstmStepForward: bind(lstm.lstmStepForward),
    lstmStepBackward: bind(lstm.lstmStepBackward),
    gruGatesForward: bind(gru.gruGatesForward),
    gruStateForward: bind(gru.gruStateForward),
    gruStateBackward: bind(gru.gruStateBackward),
    gruGatesBackward: bind(gru.gruGatesBackward),
    gruResetAfterStepForward: bind(gruResetAfter.gruResetAfterStepForward),
    gruResetAfterStepBackward: bind(gruResetAfter.gruResetAfterStepBackward),
    sigmoidForward: bind(activation.sigmoidForward),
    sigmoidBackward: bind(activation.sigmoidBackward),
    tanhForward: bind(activation.tanhForward),
    tanhBackward: bind(activation.tanhBackward),
    reluForward: bind(activation.reluForward),
    reluBackward: bind(activation.reluBackward),
    softmaxForward: bind(softmax.softmaxForward),
    softmaxBackward: bind(softmax.softmaxBackward),
    squaredError: bind(losses.squaredError),
    sparseCrossEntropy: bind(losses.sparseCrossEntropy),
    denseCrossEntropy: bind(losses.denseCrossEntropy),
    binaryCrossEntropy: bind(losses.binaryCrossEntropy),
    sumOfSquares: bind(vectors.sumOfSquares),
    scale: bind(vectors.scale),
    clamp: bind(vectors.clamp),
    accumulate: bind(vectors.accumulate),
    randomUniform: bind(random.randomUniform),
    normalQuantiles: bind(random.normalQuantiles),
    sgdUpdate: bind(sgd.sgdUpdate),
    momentumUpdate: bind(sgd.momentumUpdate),
    nesterovUpdate: bind(sgd.nesterovUpdate),
    adamUpdate: bind(adam.adamUpdate),
    amsgradUpdate: bind(adam.amsgradUpdate),
  };
}
