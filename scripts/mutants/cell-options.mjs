const OPTIONS = { killedBy: 'spec/cells/cell-options.spec.ts' };
const BITS = { ...OPTIONS, test: 'computes the bits' };
const CHECKS = { ...OPTIONS, test: 'passes the gradient check' };
const FLOW = { killedBy: 'spec/flow/cell-options.spec.ts' };
const KERNELS = { killedBy: 'spec/kernels/blocks.spec.ts' };

/** Mutants of activations, clip, peepholes and coupled gates, above all of their backward passes.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const cellOptions = {
  'lib/kernels/activations.ts': [
    {
      name: 'softsign: 1 − |y| instead of its square',
      find: 'return mul(rest, rest)',
      replace: 'return rest',
      ...CHECKS,
    },
    {
      name: 'softsign: 1 − y for negative outputs',
      find: 'sub(lane(1), max(softsignOutput, sub(lane(0), softsignOutput)))',
      replace: 'sub(lane(1), softsignOutput)',
      ...CHECKS,
    },
    {
      name: 'hard sigmoid: slope beyond the upper kink',
      find: 'mul(isPositive(hardSigmoidOutput), isPositive(sub(lane(1), hardSigmoidOutput)))',
      replace: 'isPositive(hardSigmoidOutput)',
      ...CHECKS,
    },
    {
      name: 'hard sigmoid: derivative of a sigmoid',
      find: 'mul(lane(slope), mul(isPositive(hardSigmoidOutput), isPositive(sub(lane(1), hardSigmoidOutput))))',
      replace: 'dSigmoid(hardSigmoidOutput)',
      ...CHECKS,
    },
  ],
  'lib/kernels/steps/activation.ts': [
    {
      name: 'activations: one slope for both hard sigmoids in the backward pass',
      find: 'const slope = kind === HARD_SIGMOID_FIFTH ? FIFTH : SIXTH;\n    for (let j: Offset = 0; j < n; j += LANES)\n      store(heap, da',
      replace: 'const slope = FIFTH;\n    for (let j: Offset = 0; j < n; j += LANES)\n      store(heap, da',
      ...CHECKS,
    },
    {
      name: 'activations: rows of dy as far apart as those of y',
      find: 'da + i * ldda, y + i * ldy, dy + i * lddy, N',
      replace: 'da + i * ldda, y + i * ldy, dy + i * ldy, N',
      killedBy: 'spec/kernels/simd.spec.ts',
      test: 'blocks of 1 columns',
    },
  ],
  'lib/kernels/blocks.ts': [
    {
      name: 'interpolation: a and b swapped',
      find: 'sub(load(heap, fresh + j), load(heap, old + j))',
      replace: 'sub(load(heap, old + j), load(heap, fresh + j))',
      ...KERNELS,
    },
    { name: 'interpolation: z for 1 − z', find: 'mul(d, sub(lane(1), share))', replace: 'mul(d, share)', ...KERNELS },
    { name: 'multiplyAdd: assigns', find: 'add(load(heap, to + j), product)', replace: 'product', ...KERNELS },
    {
      name: 'multiplyAdd: from the first row on',
      find: 'let i: Offset = M - 1; i >= 0; i--',
      replace: 'let i: Offset = 0; i < M; i++',
      ...KERNELS,
    },
    {
      name: 'clip: gradient only below',
      find: 'inside(load(heap, row + j), lane(low), lane(high))',
      replace: 'inside(load(heap, row + j), lane(-100), lane(high))',
      ...KERNELS,
    },
  ],
  'lib/cells/clipped-activation.ts': [
    {
      name: 'clip: gradient passes the bounds',
      find: 'if (this.#clip !== undefined) kernels.clipBackward',
      replace: 'if (this.#clip === 0) kernels.clipBackward',
      ...CHECKS,
    },
    {
      name: 'clip: bounds of the output instead of φ of the bounds',
      find: 'ldy, this.#low, this.#high',
      replace: 'ldy, -this.#clip, this.#clip',
      ...CHECKS,
    },
    {
      name: 'clip: nothing is clipped',
      find: 'if (this.#clip !== undefined) kernels.clamp',
      replace: 'if (this.#clip === 0) kernels.clamp',
      ...OPTIONS,
    },
  ],
  'lib/cells/peepholes.ts': [
    {
      name: 'peepholes: nothing through c′',
      find: 'k.multiplyAdd(dcPrev, H, da + s * H',
      replace: 'k.multiplyAdd(da + s * H, N, da + s * H',
      ...CHECKS,
    },
    {
      name: 'peepholes: the input gate for both in the backward pass',
      find: 'k.multiplyAdd(dcPrev, H, da + s * H, N',
      replace: 'k.multiplyAdd(dcPrev, H, da, N',
      ...CHECKS,
    },
    {
      name: 'peepholes: the gradient sees the new c',
      find: 'dGates + s * H, N, previous.c',
      replace: 'dGates + s * H, N, next.c',
      ...CHECKS,
    },
    {
      name: 'peepholes: the gradient of p_o sees c′',
      find: 'output, N, next.c',
      replace: 'output, N, previous.c',
      ...CHECKS,
    },
    {
      name: 'peepholes: p_o has the gradient of the candidate',
      find: 'dGates + (shares + 1) * H',
      replace: 'dGates + shares * H',
      ...CHECKS,
    },
    {
      name: 'peepholes: the output gate sees c′',
      find: 'k.multiplyAdd(a, N, c, this.#H',
      replace: 'k.multiplyAdd(a, N, c - B * this.#H, this.#H',
      ...OPTIONS,
    },
  ],
  'lib/cells/lstm-memory.ts': [
    {
      name: 'LSTM, composed: dc not kept by the forget gate',
      find: 'k.multiply(dc, H, dc, H, f, N, B, H); // (L4′)',
      replace: '',
      ...BITS,
    },
    {
      name: 'LSTM, composed: forget gate sees g',
      find: 'k.multiply(df, N, dc, H, cPrev, H',
      replace: 'k.multiply(df, N, dc, H, g, N',
      ...BITS,
    },
    {
      name: 'coupled forget gate: dg for dc′',
      find: 'di, N, dc, H, dg, N, i, N, cPrev, H, g, N, dc',
      replace: 'di, N, dg, N, dc, H, i, N, cPrev, H, g, N, dc',
      ...CHECKS,
    },
    {
      name: 'coupled input gate: backward pass of the forget gate',
      find: 'df, N, dg, N, dc, H, f, N, g, N, cPrev, H, dc',
      replace: 'df, N, dc, H, dg, N, f, N, cPrev, H, g, N, dc',
      ...CHECKS,
    },
    {
      name: 'coupled gates: forward both the same way',
      find: "coupled === 'forget' ? coupledForget : coupledInput",
      replace: 'coupledForget',
      ...OPTIONS,
    },
  ],
  'lib/cells/lstm-composed.ts': [
    {
      name: 'LSTM, composed: p_o⊙da_o forgotten',
      find: 'peepholes?.backwardOutput(k, dc, dO, N, B); // (L8′)',
      replace: '',
      ...CHECKS,
    },
    { name: 'LSTM, composed: p_o before dh', find: 'k.accumulate(dc, dm, B * H); // (L6′)', replace: '', ...BITS },
    {
      name: 'LSTM, composed: derivative of the output activation from c',
      find: 'output.backward(k, dm, H, saved, H',
      replace: 'output.backward(k, dm, H, previous.c, H',
      ...BITS,
    },
    {
      name: 'LSTM, composed: gates with the derivative of the candidate',
      find: 'gate.backward(k, dO, N',
      replace: 'candidate.backward(k, dO, N',
      ...BITS,
    },
    {
      name: 'LSTM, composed: c clipped as a pre-activation',
      find: 'output.forward(k, saved',
      replace: 'candidate.forward(k, saved',
      ...OPTIONS,
    },
  ],
  'lib/cells/gru-composed-before.ts': [
    {
      name: 'GRU, composed: h′ not reached through r⊙h′',
      find: 'k.multiplyAdd(dRecurrent, H, dSaved, H, r, N, B, H);',
      replace: '',
      ...BITS,
    },
    {
      name: 'GRU, composed: reset gate without its derivative',
      find: 'gate.backward(k, dr, N, r, N, dr, N, B, 2 * H)',
      replace: 'gate.backward(k, dr + H, N, r + H, N, dr + H, N, B, H)',
      ...BITS,
    },
  ],
  'lib/cells/gru-composed-after.ts': [
    {
      name: 'GRU, composed, reset after: da_r sees h′',
      find: 'k.multiply(dr, N, dg, N, saved, H, B, H)',
      replace: 'k.multiply(dr, N, dg, N, previous.h, H, B, H)',
      ...BITS,
    },
    {
      name: 'GRU, composed, reset after: ds without r',
      find: 'k.multiply(dSaved, H, dg, N, r, N, B, H)',
      replace: 'k.multiply(dSaved, H, dg, N, z, N, B, H)',
      ...BITS,
    },
  ],
  'lib/cells/lstm-cell.ts': [
    { name: 'peepholes: no gradient of p', find: 'this.#peepholes?.gradient(segment)', replace: '', ...CHECKS },
    {
      name: 'LSTM: options ignored',
      find: 'this.#fused ? FUSED_LSTM : this.#composed',
      replace: 'this.#fused || this.units > 0 ? FUSED_LSTM : this.#composed',
      ...OPTIONS,
    },
  ],
  'lib/cells/gru-cell.ts': [
    {
      name: 'GRU: options ignored',
      find: 'this.plain ? fused :',
      replace: 'this.plain || this.units > 0 ? fused :',
      ...OPTIONS,
    },
  ],
  'lib/flow/jacobian/lstm.ts': [
    { name: 'flow: forward mode of a plain LSTM for all', find: 'if (!plain) return undefined;', replace: '', ...FLOW },
  ],
  'lib/flow/jacobian/gru.ts': [
    { name: 'flow: forward mode of a plain GRU for all', find: 'if (!plain) return undefined;', replace: '', ...FLOW },
  ],
  'lib/flow/jacobian/tangents.ts': [
    {
      name: 'flow: forward mode of a SimpleRNN does not see its clip',
      find: 'cell instanceof SimpleRNNCell && cell.clip !== undefined',
      replace: 'cell instanceof SimpleRNNCell && cell.units === 0',
      ...FLOW,
    },
  ],
  'lib/flow/gate-statistics.ts': [
    {
      name: 'flow: softsign saturates like tanh',
      find: 'softsign: [-SOFTSIGN_EDGE, SOFTSIGN_EDGE]',
      replace: 'softsign: [-TANH_EDGE, TANH_EDGE]',
      ...FLOW,
    },
  ],
};
