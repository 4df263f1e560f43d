// The kernels of a shared memory: each divides its calls where that pays.

import type { RawKernels } from '../bound-kernels.ts';
import type { DividedCalls } from './divided-calls.ts';
import { DIVIDED, type DividedName } from './divisions.ts';

function number(name: DividedName): number {
  return DIVIDED.indexOf(name);
}

const PACK: number = /* @__PURE__ */ number('pack');
const MATMUL: number = /* @__PURE__ */ number('matmul');
const MATMUL_GRADIENT: number = /* @__PURE__ */ number('matmulGradient');
const COLUMN_SUMS: number = /* @__PURE__ */ number('columnSums');
const REPEAT_ROW: number = /* @__PURE__ */ number('repeatRow');
const LSTM_STEP_FORWARD: number = /* @__PURE__ */ number('lstmStepForward');
const LSTM_STEP_BACKWARD: number = /* @__PURE__ */ number('lstmStepBackward');
const GRU_GATES_FORWARD: number = /* @__PURE__ */ number('gruGatesForward');
const GRU_STATE_FORWARD: number = /* @__PURE__ */ number('gruStateForward');
const GRU_STATE_BACKWARD: number = /* @__PURE__ */ number('gruStateBackward');
const GRU_GATES_BACKWARD: number = /* @__PURE__ */ number('gruGatesBackward');
const GRU_RESET_AFTER_STEP_FORWARD: number = /* @__PURE__ */ number('gruResetAfterStepForward');
const GRU_RESET_AFTER_STEP_BACKWARD: number = /* @__PURE__ */ number('gruResetAfterStepBackward');
const ACTIVATION_FORWARD: number = /* @__PURE__ */ number('activationForward');
const ACTIVATION_BACKWARD: number = /* @__PURE__ */ number('activationBackward');
const CLIP_BACKWARD: number = /* @__PURE__ */ number('clipBackward');
const MULTIPLY: number = /* @__PURE__ */ number('multiply');
const MULTIPLY_ADD: number = /* @__PURE__ */ number('multiplyAdd');
const INTERPOLATE: number = /* @__PURE__ */ number('interpolate');
const INTERPOLATE_BACKWARD: number = /* @__PURE__ */ number('interpolateBackward');
const SOFTMAX_FORWARD: number = /* @__PURE__ */ number('softmaxForward');
const SOFTMAX_BACKWARD: number = /* @__PURE__ */ number('softmaxBackward');
const NORMALIZE: number = /* @__PURE__ */ number('normalize');
const NORMALIZE_BACKWARD: number = /* @__PURE__ */ number('normalizeBackward');
const CLAMP: number = /* @__PURE__ */ number('clamp');
const ACCUMULATE: number = /* @__PURE__ */ number('accumulate');
const SCALE: number = /* @__PURE__ */ number('scale');
const DROPOUT_MASK: number = /* @__PURE__ */ number('dropoutMask');

/**
 * Returns kernels that divide calls. The number of multiply-adds that take as long as a call decides whether it pays; 0 for
 * those that are divided between other calls only, because they change parameters too.
 */
// biome-ignore format: one kernel, one line
export function dividedKernels(raw: RawKernels, calls: DividedCalls): RawKernels {
  return {
    ...raw,
    pack: (_, p, b, bStep, bColumn, K, N) => { calls.wake(); if (calls.alone(4 * K * N) || !calls.divide(PACK, 4 * K * N, p, b, bStep, bColumn, K, N)) raw.pack(0, p, b, bStep, bColumn, K, N); },
    matmul: (_, c, ldc, a, lda, p, M, N, K, accumulate) => { if (calls.alone(M * N * K) || !calls.divide(MATMUL, M * N * K, c, ldc, a, lda, p, M, N, K, accumulate ? 1 : 0)) raw.matmul(0, c, ldc, a, lda, p, M, N, K, accumulate); },
    matmulGradient: (_, c, ldc, a, lda, b, ldb, scratch, M, N, K) => { if (calls.alone(M * N * K) || !calls.divide(MATMUL_GRADIENT, M * N * K, c, ldc, a, lda, b, ldb, scratch, M, N, K)) raw.matmulGradient(0, c, ldc, a, lda, b, ldb, scratch, M, N, K); },
    columnSums: (_, sums, a, lda, M, N) => { if (calls.alone(4 * M * N) || !calls.divide(COLUMN_SUMS, 4 * M * N, sums, a, lda, M, N)) raw.columnSums(0, sums, a, lda, M, N); },
    repeatRow: (_, c, row, M, N) => { if (calls.alone(2 * M * N) || !calls.divide(REPEAT_ROW, 2 * M * N, c, row, M, N)) raw.repeatRow(0, c, row, M, N); },
    lstmStepForward: (_, gates, c, tanhC, h, cPrev, B, H) => { if (calls.alone(60 * B * H) || !calls.divide(LSTM_STEP_FORWARD, 60 * B * H, gates, c, tanhC, h, cPrev, B, H)) raw.lstmStepForward(0, gates, c, tanhC, h, cPrev, B, H); },
    lstmStepBackward: (_, dGates, dc, gates, tanhC, cPrev, dh, B, H) => { if (calls.alone(30 * B * H) || !calls.divide(LSTM_STEP_BACKWARD, 30 * B * H, dGates, dc, gates, tanhC, cPrev, dh, B, H)) raw.lstmStepBackward(0, dGates, dc, gates, tanhC, cPrev, dh, B, H); },
    gruGatesForward: (_, gates, resetH, hPrev, B, H) => { if (calls.alone(30 * B * H) || !calls.divide(GRU_GATES_FORWARD, 30 * B * H, gates, resetH, hPrev, B, H)) raw.gruGatesForward(0, gates, resetH, hPrev, B, H); },
    gruStateForward: (_, gates, h, hPrev, B, H) => { if (calls.alone(20 * B * H) || !calls.divide(GRU_STATE_FORWARD, 20 * B * H, gates, h, hPrev, B, H)) raw.gruStateForward(0, gates, h, hPrev, B, H); },
    gruStateBackward: (_, dGates, dhPrev, gates, hPrev, dh, B, H) => { if (calls.alone(20 * B * H) || !calls.divide(GRU_STATE_BACKWARD, 20 * B * H, dGates, dhPrev, gates, hPrev, dh, B, H)) raw.gruStateBackward(0, dGates, dhPrev, gates, hPrev, dh, B, H); },
    gruGatesBackward: (_, dGates, dhPrev, gates, hPrev, dResetH, B, H) => { if (calls.alone(20 * B * H) || !calls.divide(GRU_GATES_BACKWARD, 20 * B * H, dGates, dhPrev, gates, hPrev, dResetH, B, H)) raw.gruGatesBackward(0, dGates, dhPrev, gates, hPrev, dResetH, B, H); },
    gruResetAfterStepForward: (_, gates, h, recurrent, hPrev, B, H) => { if (calls.alone(50 * B * H) || !calls.divide(GRU_RESET_AFTER_STEP_FORWARD, 50 * B * H, gates, h, recurrent, hPrev, B, H)) raw.gruResetAfterStepForward(0, gates, h, recurrent, hPrev, B, H); },
    gruResetAfterStepBackward: (_, dGates, dRecurrent, dhPrev, gates, recurrent, hPrev, dh, B, H) => { if (calls.alone(30 * B * H) || !calls.divide(GRU_RESET_AFTER_STEP_BACKWARD, 30 * B * H, dGates, dRecurrent, dhPrev, gates, recurrent, hPrev, dh, B, H)) raw.gruResetAfterStepBackward(0, dGates, dRecurrent, dhPrev, gates, recurrent, hPrev, dh, B, H); },
    activationForward: (_, kind, y, ldy, a, lda, M, N) => { if (calls.alone(16 * M * N) || !calls.divide(ACTIVATION_FORWARD, 16 * M * N, kind, y, ldy, a, lda, M, N)) raw.activationForward(0, kind, y, ldy, a, lda, M, N); },
    activationBackward: (_, kind, da, ldda, y, ldy, dy, lddy, M, N) => { if (calls.alone(6 * M * N) || !calls.divide(ACTIVATION_BACKWARD, 6 * M * N, kind, da, ldda, y, ldy, dy, lddy, M, N)) raw.activationBackward(0, kind, da, ldda, y, ldy, dy, lddy, M, N); },
    clipBackward: (_, da, ldda, y, ldy, low, high, M, N) => { if (calls.alone(4 * M * N) || !calls.divide(CLIP_BACKWARD, 4 * M * N, da, ldda, y, ldy, low, high, M, N)) raw.clipBackward(0, da, ldda, y, ldy, low, high, M, N); },
    multiply: (_, y, ldy, a, lda, b, ldb, M, N) => { if (calls.alone(4 * M * N) || !calls.divide(MULTIPLY, 4 * M * N, y, ldy, a, lda, b, ldb, M, N)) raw.multiply(0, y, ldy, a, lda, b, ldb, M, N); },
    multiplyAdd: (_, y, ldy, a, lda, b, ldb, M, N) => { if (calls.alone(4 * M * N) || !calls.divide(MULTIPLY_ADD, 4 * M * N, y, ldy, a, lda, b, ldb, M, N)) raw.multiplyAdd(0, y, ldy, a, lda, b, ldb, M, N); },
    interpolate: (_, y, ldy, z, ldz, a, lda, b, ldb, M, N) => { if (calls.alone(6 * M * N) || !calls.divide(INTERPOLATE, 6 * M * N, y, ldy, z, ldz, a, lda, b, ldb, M, N)) raw.interpolate(0, y, ldy, z, ldz, a, lda, b, ldb, M, N); },
    interpolateBackward: (_, dz, lddz, da, ldda, db, lddb, z, ldz, a, lda, b, ldb, dy, lddy, M, N) => { if (calls.alone(8 * M * N) || !calls.divide(INTERPOLATE_BACKWARD, 8 * M * N, dz, lddz, da, ldda, db, lddb, z, ldz, a, lda, b, ldb, dy, lddy, M, N)) raw.interpolateBackward(0, dz, lddz, da, ldda, db, lddb, z, ldz, a, lda, b, ldb, dy, lddy, M, N); },
    softmaxForward: (_, y, M, N) => { if (calls.alone(16 * M * N) || !calls.divide(SOFTMAX_FORWARD, 16 * M * N, y, M, N)) raw.softmaxForward(0, y, M, N); },
    softmaxBackward: (_, da, y, dy, M, N) => { if (calls.alone(6 * M * N) || !calls.divide(SOFTMAX_BACKWARD, 6 * M * N, da, y, dy, M, N)) raw.softmaxBackward(0, da, y, dy, M, N); },
    normalize: (_, n, ldn, x, ldx, epsilon, M, N) => { if (calls.alone(8 * M * N) || !calls.divide(NORMALIZE, 8 * M * N, n, ldn, x, ldx, epsilon, M, N)) raw.normalize(0, n, ldn, x, ldx, epsilon, M, N); },
    normalizeBackward: (_, dx, lddx, dn, lddn, n, ldn, M, N) => { if (calls.alone(8 * M * N) || !calls.divide(NORMALIZE_BACKWARD, 8 * M * N, dx, lddx, dn, lddn, n, ldn, M, N)) raw.normalizeBackward(0, dx, lddx, dn, lddn, n, ldn, M, N); },
    clamp: (_, v, ldv, low, high, M, N) => { if (calls.alone(0) || !calls.divide(CLAMP, 0, v, ldv, low, high, M, N)) raw.clamp(0, v, ldv, low, high, M, N); },
    accumulate: (_, y, x, n) => { if (calls.alone(0) || !calls.divide(ACCUMULATE, 0, y, x, n)) raw.accumulate(0, y, x, n); },
    scale: (_, v, factor, n) => { if (calls.alone(0) || !calls.divide(SCALE, 0, v, factor, n)) raw.scale(0, v, factor, n); },
    dropoutMask: (_, m, threshold, scale, k0, k1, c0, c1, n) => { if (calls.alone(40 * n) || !calls.divide(DROPOUT_MASK, 40 * n, m, threshold, scale, k0, k1, c0, c1, n)) raw.dropoutMask(0, m, threshold, scale, k0, k1, c0, c1, n); },
  };
}
