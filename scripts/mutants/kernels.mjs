/** Mutants with wrong backward passes of activations, gates, products and losses.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const kernels = {
  'lib/kernels/activations.ts': [
    {
      name: 'sigmoid: 1e-7 too much in the derivative',
      find: 'sub(lane(1), sigmoidOutput)',
      replace: 'sub(lane(1 + 1e-7), sigmoidOutput)',
    },
    {
      name: 'sigmoid: s instead of s(1 − s)',
      find: 'mul(sigmoidOutput, sub(lane(1), sigmoidOutput))',
      replace: 'sigmoidOutput',
    },
    { name: 'tanh: 1 + y²', find: 'sub(lane(1), mul(tanhOutput', replace: 'sub(lane(1), mul(-tanhOutput' },
    { name: 'tanh: 1 − y', find: 'mul(tanhOutput, tanhOutput)', replace: 'tanhOutput' },
    {
      name: 'tanh: derivative through float32',
      find: 'mul(tanhOutput, tanhOutput)',
      replace: 'mul(Math.fround(tanhOutput), tanhOutput)',
    },
    { name: 'relu: always open', find: 'isPositive(reluOutput)', replace: 'lane(1)' },
    { name: 'relu: leaks 1e-6', find: 'isPositive(reluOutput)', replace: 'isPositive(reluOutput) || 1e-6' },
  ],
  'lib/kernels/gates/candidate.ts': [
    { name: 'candidate: gate forgotten', find: 'mul(mul(dState, gate), dTanh', replace: 'mul(dState, dTanh' },
    {
      name: 'candidate: derivative forgotten',
      find: 'mul(mul(dState, gate), dTanh(candidate))',
      replace: 'mul(dState, gate)',
    },
    {
      name: 'candidate: saved through float32',
      find: 'dTanh(candidate)',
      replace: 'dTanh(Math.fround(candidate))',
    },
  ],
  'lib/kernels/gates/forget.ts': [
    { name: 'forget gate: sign', find: 'mul(mul(dc, cPrev)', replace: 'mul(mul(-dc, cPrev)' },
    { name: 'forget gate: derivative of tanh', find: 'dSigmoid(f));', replace: '1 - f * f);' },
  ],
  'lib/kernels/gates/input.ts': [
    { name: 'input gate: candidate forgotten', find: 'mul(mul(dc, g), dSigmoid', replace: 'mul(dc, dSigmoid' },
  ],
  'lib/kernels/gates/output.ts': [
    { name: 'output gate: tanh(c) forgotten', find: 'mul(mul(dh, tanhC), dSigmoid', replace: 'mul(dh, dSigmoid' },
    { name: 'output gate: 1 + 2e-8 of it', find: 'mul(mul(dh, tanhC)', replace: 'mul(mul(dh, tanhC * (1 + 2e-8))' },
  ],
  'lib/kernels/gates/reset.ts': [
    {
      name: 'reset gate: operand forgotten',
      find: 'mul(mul(dReset, operand), dSigmoid',
      replace: 'mul(dReset, dSigmoid',
    },
  ],
  'lib/kernels/gates/update.ts': [
    { name: 'update gate: h̃ and h′ swapped', find: 'sub(candidate, hPrev)', replace: 'sub(hPrev, candidate)' },
    { name: 'update gate: old state forgotten', find: 'sub(candidate, hPrev)', replace: 'candidate' },
  ],
  'lib/kernels/matmul.ts': [
    { name: 'product: = for +=', find: 'if (!accumulate) heap.fill', replace: 'heap.fill' },
    { name: 'product: never cleared', find: 'if (!accumulate) heap.fill', replace: 'if (false) heap.fill' },
    {
      name: 'weight gradient: from the first step on',
      find: 'a + (K - 1) * lda, 1, -lda, b + (K - 1) * ldb, -ldb',
      replace: 'a, 1, lda, b, ldb',
    },
    {
      name: 'weight gradient: one row short',
      find: '-ldb, 1, M, N, K, true',
      replace: '-ldb, 1, M, N, K - (K > 1 ? 1 : 0), true',
    },
    { name: 'weight gradient: replaced', find: '-ldb, 1, M, N, K, true', replace: '-ldb, 1, M, N, K, false' },
    { name: 'pack: one row for all', find: 'b + k * bStep + j * bColumn', replace: 'b + j * bColumn' },
  ],
  'lib/kernels/vectors.ts': [
    {
      name: 'bias gradient times 1.0005',
      find: 'accumulate(heap, sums, a + i * lda, N)',
      replace: 'for (let j = 0; j < N; j++) heap[sums + j]! += 1.0005 * heap[a + i * lda + j]!',
    },
    {
      name: 'bias gradient times 1.00001',
      find: 'accumulate(heap, sums, a + i * lda, N)',
      replace: 'for (let j = 0; j < N; j++) heap[sums + j]! += 1.00001 * heap[a + i * lda + j]!',
    },
    { name: 'bias gradient without the first row', find: 'i >= 0; i--', replace: 'i > 0; i--' },
    {
      name: 'bias gradient replaced',
      find: 'accumulate(heap, sums, a + i * lda, N)',
      replace: 'repeatRow(heap, sums, a + i * lda, 1, N)',
    },
    {
      name: 'bias gradient from the first step on',
      find: 'let i: Offset = M - 1; i >= 0; i--',
      replace: 'let i: Offset = 0; i < M; i++',
    },
  ],
  'lib/kernels/sums.ts': [
    { name: 'cross entropy: weight of a class forgotten', find: 'weight * (logSum', replace: '1 * (logSum' },
    {
      name: 'binary cross entropy: sign of the target',
      find: '- logit * heap[t + j]!',
      replace: '+ logit * heap[t + j]!',
    },
    { name: 'sums: left-over elements forgotten', find: '+ partial[4]!', replace: '' },
  ],
  'lib/kernels/losses.ts': [
    { name: 'squared error: factor 2 forgotten', find: 'lane(2 * scale)', replace: 'lane(scale)' },
    { name: 'squared error: sign', find: 'mul(factor, error)', replace: 'mul(-factor, error)' },
    {
      name: 'cross entropy: scale forgotten',
      find: 'mul(lane(scale), div(load(heap, d + j), divisor))',
      replace: 'div(load(heap, d + j), divisor)',
    },
    {
      name: 'cross entropy: target not subtracted',
      find: 'sub(div(lane(loadScalar(heap, d + target)), divisor), lane(1))',
      replace: 'div(lane(loadScalar(heap, d + target)), divisor)',
    },
    {
      name: 'cross entropy: total weight forgotten',
      find: 'mul(div(load(heap, d + j), divisor), weight)',
      replace: 'div(load(heap, d + j), divisor)',
    },
    {
      name: 'binary cross entropy: target forgotten',
      find: 'sub(sigmoid(load(heap, a + j)), load(heap, t + j))',
      replace: 'sigmoid(load(heap, a + j))',
    },
  ],
  'lib/kernels/softmax.ts': [
    {
      name: 'softmax: inner product forgotten',
      find: 'sub(load(heap, dy + j), inner)',
      replace: 'load(heap, dy + j)',
    },
    {
      name: 'softmax: last class left out',
      find: 'sumOfProducts(heap, dy + row, y + row, N)',
      replace: 'sumOfProducts(heap, dy + row, y + row, N - 1)',
    },
  ],
};
