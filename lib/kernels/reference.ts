// Binds the plain TypeScript kernels to an array.

import * as blocks from './blocks.ts';
import type { RawKernels, Region } from './bound-kernels.ts';
import { type Heap, roundLike } from './lane.ts';
import * as losses from './losses.ts';
import * as products from './matmul.ts';
import * as normalization from './normalize.ts';
import * as random from './random.ts';
import * as softmax from './softmax.ts';
import * as activation from './steps/activation.ts';
import * as gru from './steps/gru.ts';
import * as gruResetAfter from './steps/gru-reset-after.ts';
import * as lstm from './steps/lstm.ts';
import * as adam from './updates/adam.ts';
import * as sgd from './updates/sgd.ts';
import * as vectors from './vectors.ts';

/** The plain TypeScript kernels on one array. They round to its element type. */
export function referenceKernels(data: Heap): RawKernels {
  return kernelsOn((kernel) => (_, ...rest) => {
    roundLike(data);
    return kernel(data, ...rest);
  });
}

/** Binds a kernel to one array. */
type Bind = <A extends unknown[], R>(kernel: (heap: Heap, ...rest: A) => R) => (_: 0, ...rest: A) => R;

function kernelsOn(on: Bind): RawKernels {
  return {
    pack: on(products.pack),
    matmul: on(products.matmul),
    matmulGradient: on(products.matmulGradient),
    columnSums: on(vectors.columnSums),
    repeatRow: on(vectors.repeatRow),
    lstmStepForward: on(lstm.lstmStepForward),
    lstmStepBackward: on(lstm.lstmStepBackward),
    gruGatesForward: on(gru.gruGatesForward),
    gruStateForward: on(gru.gruStateForward),
    gruStateBackward: on(gru.gruStateBackward),
    gruGatesBackward: on(gru.gruGatesBackward),
    gruResetAfterStepForward: on(gruResetAfter.gruResetAfterStepForward),
    gruResetAfterStepBackward: on(gruResetAfter.gruResetAfterStepBackward),
    ...blockKernelsOn(on),
    softmaxForward: on(softmax.softmaxForward),
    softmaxBackward: on(softmax.softmaxBackward),
    normalize: on(normalization.normalize),
    normalizeBackward: on(normalization.normalizeBackward),
    squaredError: on(losses.squaredError),
    sparseCrossEntropy: on(losses.sparseCrossEntropy),
    denseCrossEntropy: on(losses.denseCrossEntropy),
    binaryCrossEntropy: on(losses.binaryCrossEntropy),
    sumOfSquares: on(vectors.sumOfSquares),
    scale: on(vectors.scale),
    accumulate: on(vectors.accumulate),
    randomUniform: on(random.randomUniform),
    dropoutMask: on(random.dropoutMask),
    normalQuantiles: on(random.normalQuantiles),
    sgdUpdate: on(sgd.sgdUpdate),
    momentumUpdate: on(sgd.momentumUpdate),
    nesterovUpdate: on(sgd.nesterovUpdate),
    adamUpdate: on(adam.adamUpdate),
    amsgradUpdate: on(adam.amsgradUpdate),
  };
}

function blockKernelsOn(on: Bind) {
  return {
    activationForward: on(activation.activationForward),
    activationBackward: on(activation.activationBackward),
    clipBackward: on(blocks.clipBackward),
    multiply: on(blocks.multiply),
    multiplyAdd: on(blocks.multiplyAdd),
    interpolate: on(blocks.interpolate),
    interpolateBackward: on(blocks.interpolateBackward),
    clamp: on(blocks.clamp),
  };
}

/** An array as a region of the reference. */
export function referenceRegion(data: Heap): Region {
  return { data, raw: referenceKernels(data), at: 0, backend: 'reference' };
}
