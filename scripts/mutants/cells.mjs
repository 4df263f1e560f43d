const NORM = { killedBy: 'spec/cells/layer-norm-lstm.spec.ts', test: 'finite differences' };
const NORM_SAVED = { killedBy: 'spec/cells/layer-norm-lstm.spec.ts', test: 'is saved' };
const NORM_KERNEL = { killedBy: 'spec/kernels/normalize.spec.ts' };
const PROJECTION = { killedBy: 'spec/cells/projection.spec.ts' };
const MGU = { killedBy: 'spec/cells/mgu.spec.ts' };
const INITIALIZERS = { killedBy: 'spec/cells/gate-initializers.spec.ts' };

/** Mutants of what cells have in common beside their steps, and of the cells beyond LSTM, GRU and SimpleRNN.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const cells = {
  'lib/kernels/normalize.ts': [
    { name: 'norm: no ε', find: 'inverseRoot(variance, epsilon)', replace: 'inverseRoot(variance, 0)', ...NORM_KERNEL },
    {
      name: 'norm: mean left in what is centred',
      find: ' - rest * rest',
      replace: '',
      ...NORM_KERNEL,
      test: 'far larger',
    },
    {
      name: 'norm: variance over N − 1',
      find: 'sumOfSquares(heap, to, N) / (N as number)',
      replace: 'sumOfSquares(heap, to, N) / ((N - 1) as number)',
      ...NORM_KERNEL,
    },
    { name: 'norm: scale not kept', find: 'store(heap, to + N, scale, 1);', replace: '', ...NORM_KERNEL },
    {
      name: 'norm: gradient without the path through the mean',
      find: 'const centred = sub(load(heap, from + j), mean);',
      replace: 'const centred = load(heap, from + j);',
      ...NORM_KERNEL,
    },
    {
      name: 'norm: gradient without the path through the variance',
      find: 'sub(centred, mul(load(heap, row + j), product))',
      replace: 'centred',
      ...NORM_KERNEL,
    },
    {
      name: 'norm: gradient not scaled',
      find: 'mul(scale, sub(centred',
      replace: 'mul(lane(1), sub(centred',
      ...NORM_KERNEL,
    },
  ],
  'lib/kernels/sums.ts': [
    {
      name: 'norm: ε outside the root',
      find: '1 / sqrt((variance < 0 ? 0 : variance) + epsilon)',
      replace: '1 / (sqrt(variance < 0 ? 0 : variance) + epsilon)',
      ...NORM_KERNEL,
    },
  ],
  'lib/cells/layer-norm-gates.ts': [
    {
      name: 'norm: db after the gain',
      find: 'columnSums(dBias, da, N, rows, N);',
      replace: 'columnSums(dBias, (k.multiply(da, N, da, N, at, 0, rows, N), da), N, rows, N);',
      ...NORM,
    },
    {
      name: 'norm: no gradient of the input gain',
      find: 'k.multiplyAdd(gradientAt, 0, da, N, n, ld, rows, N); // (N2′)',
      replace: '',
      ...NORM,
    },
    {
      name: 'norm: W_x x not normalized in the backward pass',
      find: 'k.normalizeBackward(da, N, da, N, n, ld, rows, N);',
      replace: '',
      ...NORM,
    },
    {
      name: 'norm: input gain left out in the backward pass',
      find: 'k.multiply(da, N, da, N, at, 0, rows, N);',
      replace: '',
      ...NORM,
    },
    {
      name: 'norm: recurrent gain left out in the backward pass',
      find: 'k.multiply(du, D, da, N, this.#recurrentGain.at, 0, B, N);',
      replace: 'k.multiply(du, D, da, N, this.#inputGain.at, 0, B, N);',
      ...NORM,
    },
    {
      name: 'norm: dU from da',
      find: 'previous.h, K, du, D, scratch',
      replace: 'previous.h, K, da, N, scratch',
      ...NORM,
    },
    {
      name: 'norm: gradient of the recurrent gain from du',
      find: 'k.multiplyAdd(this.#recurrentGain.gradientAt, 0, da, N,',
      replace: 'k.multiplyAdd(this.#recurrentGain.gradientAt, 0, du, D,',
      ...NORM,
    },
    {
      name: 'norm: gain of a gate from du',
      find: 'this.#gain.gradientAt + g * H, 0, da + g * H, D,',
      replace: 'this.#gain.gradientAt + g * H, 0, du + g * H, N,',
      ...NORM,
    },
    {
      name: 'norm: db of the gates from du',
      find: 'k.columnSums(dBias, da, D, rows, N);',
      replace: 'k.columnSums(dBias, du, N, rows, N);',
      ...NORM,
    },
    {
      name: 'norm: every gate normalized back as the first',
      find: 'du + g * H, N, n + g * (H + 1), S, B, H);',
      replace: 'du + g * H, N, n, S, B, H);',
      ...NORM,
    },
  ],
  'lib/cells/layer-norm-state.ts': [
    {
      name: 'norm: state gain left out in the backward pass',
      find: 'k.multiply(dy, H, dy, H, this.#gain.at, 0, M, H);',
      replace: '',
      ...NORM,
    },
    {
      name: 'norm: dβ of the state missing',
      find: 'k.columnSums(this.#offset.gradientAt, kept, ld, rows, H);',
      replace: '',
      ...NORM,
    },
    {
      name: 'norm: dy not kept',
      find: 'k.activationForward(activationKinds.linear, kept, ld, dy, H, M, H);',
      replace: '',
      ...NORM,
    },
  ],
  'lib/cells/layer-norm-lstm-cell.ts': [
    {
      name: 'norm: the carried state gets no gradient through h',
      find: 'if (this.#carried) k.accumulate(dc, dh, B * H);',
      replace: '',
      ...NORM,
    },
    {
      name: 'norm: the output reads no normalized state',
      find: 'const read = this.#carried ? next.c : next.h;',
      replace: 'const read = next.c;',
      ...NORM,
    },
    {
      name: 'norm: dc of the next step replaced',
      find: 'if (!this.#carried) k.accumulate(dc, dh, B * H);',
      replace: 'if (!this.#carried) k.repeatRow(dc, dh, 1, B * H);',
      ...NORM,
    },
    {
      name: 'norm: derivative of the output activation left out',
      find: 'output.backward(k, dh, H, phi, S, dh, H, B, H);',
      replace: '',
      ...NORM,
    },
    { name: 'norm: ε not saved', find: 'epsilon: saved(optional(', replace: 'epsilon: (optional(', ...NORM_SAVED },
  ],
  'lib/cells/projection.ts': [
    {
      name: 'projection: dW_p from φ(c)',
      find: 'k.multiply(dSaved + P, P + H, o, N, saved, H, B, H);',
      replace: 'k.activationForward(activationKinds.linear, dSaved + P, P + H, saved, H, B, H);',
      ...PROJECTION,
    },
    {
      name: 'projection: dh not kept',
      find: 'k.activationForward(activationKinds.linear, dSaved, P + H, dStates.h, P, B, P); // a copy',
      replace: '',
      ...PROJECTION,
    },
    {
      name: 'projection: dm without the last feature',
      find: 'dStates.h, P, projection, B, H, P, false);',
      replace: 'dStates.h, P, projection, B, H, P - 1, false);',
      ...PROJECTION,
    },
    {
      name: 'projection: dW_p of one row less',
      find: 'scratch, H, P, rows);',
      replace: 'scratch, H, P, rows - 1);',
      ...PROJECTION,
    },
    {
      name: 'projection: dW_p from the wrong columns',
      find: 'P, dSaved + P, P + H, dSaved, P + H,',
      replace: 'P, dSaved, P + H, dSaved, P + H,',
      ...PROJECTION,
    },
  ],
  'lib/cells/lstm-cell.ts': [
    {
      name: 'projection: output gate of another place',
      find: 'this.#projection?.backward(step, gates + N - H);',
      replace: 'this.#projection?.backward(step, gates);',
      ...PROJECTION,
    },
    { name: 'projection: gradient missing', find: 'this.#projection?.gradient(segment);', replace: '', ...PROJECTION },
    {
      name: 'projection: larger than the units',
      find: 'projectionSize ?? 1, 1, cell.units);',
      replace: 'projectionSize ?? 1, 1);',
      ...PROJECTION,
    },
  ],
  'lib/cells/mgu-cell.ts': [
    {
      name: 'MGU: shares of old and new state swapped',
      find: 'f, N, previous.h, H, g, N, B, H); // (M3)',
      replace: 'f, N, g, N, previous.h, H, B, H); // (M3)',
      ...MGU,
    },
    {
      name: "MGU: candidate multiplies h'",
      find: 'k.matmul(g, N, saved, H,',
      replace: 'k.matmul(g, N, previous.h, H,',
      ...MGU,
    },
    {
      name: 'MGU: derivative of the candidate left out',
      find: 'candidate.backward(k, dg, N, g, N, dg, N, B, H); // (M2′)',
      replace: '',
      ...MGU,
    },
    {
      name: 'MGU: derivative of the gate left out',
      find: 'gate.backward(k, df, N, f, N, df, N, B, H); // (M1′)',
      replace: '',
      ...MGU,
    },
    {
      name: 'MGU: gate without the path through the candidate',
      find: 'k.multiplyAdd(df, N, dSaved, H, recurrent, H, B, H);',
      replace: '',
      ...MGU,
    },
    {
      name: 'MGU: state without the path through the candidate',
      find: 'k.multiplyAdd(dRecurrent, H, dSaved, H, f, N, B, H);',
      replace: '',
      ...MGU,
    },
    {
      name: 'MGU: state without the path through the gate',
      find: 'k.matmul(dRecurrent, H, df, N, weights.forget, B, H, H, true);',
      replace: '',
      ...MGU,
    },
    {
      name: "MGU: dU of the candidate from h'",
      find: 'N, saved, H, dGates + H',
      replace: 'N, previous.h, H, dGates + H',
      ...MGU,
    },
    {
      name: 'MGU: dU of the gate from the candidate',
      find: 'N, recurrent, H, dGates, N, scratch',
      replace: 'N, recurrent, H, dGates + H, N, scratch',
      ...MGU,
    },
    {
      name: 'MGU: clip not saved',
      find: 'clip: savedIfSet(optional(clipBound))',
      replace: 'clip: optional(clipBound)',
      ...MGU,
    },
    {
      name: 'MGU: a subclass saved as this cell',
      find: 'if (this.constructor !== MGUCell) return super.config(where);',
      replace: '',
      ...MGU,
    },
  ],
  'lib/cells/gate-initializers.ts': [
    {
      name: 'initializers: a gate draws from the stream of all',
      find: 'random.fork(k)',
      replace: 'random',
      ...INITIALIZERS,
    },
    {
      name: 'initializers: no unitForgetBias beside a gate',
      find: 'start(fallback)',
      replace: 'fallback',
      ...INITIALIZERS,
    },
    { name: 'initializers: every gate in the first block', find: '+ k * H + ', replace: '+ ', ...INITIALIZERS },
    {
      name: 'initializers: unknown gates accepted',
      find: "if (typeof initializers === 'object') requireRecord",
      replace: "if (typeof initializers === 'number') requireRecord",
      ...INITIALIZERS,
    },
  ],
};
