// Mutants of attention.

const ATTENTION = { killedBy: 'spec/layers/attention.spec.ts' };
const BEFORE = { killedBy: 'spec/layers/attention-rnn.spec.ts' };

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const attention = {
  'lib/layers/attention-pass.ts': [
    {
      name: 'attention: contexts in the order of the sources',
      find: 'const to = at + this.#order[k]! * width;',
      replace: 'const to = at + k * width;',
      ...ATTENTION,
    },
    {
      name: 'attention: the query has no gradient of its own',
      find: 'if (width > F) kernels.accumulate(to, dOutput + row * width + F, H);',
      replace: '',
      ...ATTENTION,
    },
    {
      name: 'attention: rows attend to the source of the packed row',
      find: 'sourceRows?.[k] ?? order?.[k] ?? k',
      replace: 'sourceRows?.[k] ?? k',
      ...ATTENTION,
    },
  ],
  'lib/layers/attention-core.ts': [
    {
      name: 'attention: padding of the source is attended to',
      find: 'kernels.softmaxForward(weights + i * S, 1, length); // (AT5)',
      replace: 'kernels.softmaxForward(weights + i * S, 1, S);',
      ...ATTENTION,
    },
    {
      name: 'attention: weights after the last step stay',
      find: 'if (length < S) clear(kernels, weights + i * S + length, S - length);',
      replace: '',
      ...ATTENTION,
    },
    {
      name: 'attention: values have no gradient',
      find: 'kernels.matmulGradient(gradient + keys, F, weights, S, dContext, F, this.#scratch, length, F, count);',
      replace: '',
      ...ATTENTION,
    },
    {
      name: 'attention: gradients of the softmax as they are',
      find: 'kernels.softmaxBackward(dWeights + i * S, weights + i * S, dWeights + i * S, 1, length);',
      replace: '',
      ...ATTENTION,
    },
  ],
  'lib/layers/attention-rnn-pass.ts': [
    {
      name: 'attention before steps: the query has no gradient',
      find: 'kernels.accumulate(gradient, this.#dQuery, count * H);',
      replace: '',
      ...BEFORE,
    },
    {
      name: 'attention before steps: the context has no gradient of its own',
      find: 'dy !== undefined && beside > 0 && k < count',
      replace: 'dy !== undefined && beside < 0 && k < count',
      ...BEFORE,
    },
    {
      name: 'attention before steps: the queries of the last step stay',
      find: 'this.#core.again(queries);',
      replace: '',
      ...BEFORE,
    },
    {
      name: 'attention before steps: every step draws the masks of the first',
      find: 'from: from + t, rows: own',
      replace: 'from, rows: own',
      ...BEFORE,
    },
    {
      name: 'attention before steps: rows attend to the source of the packed row',
      find: 'sourceRows?.[k] ?? order?.[k] ?? k',
      replace: 'sourceRows?.[k] ?? k',
      ...ATTENTION,
    },
    {
      name: 'attention before steps: the state before the context',
      find: 'this.#copy(y + row * O + beside, O, h.at, h.F, count, h.F);',
      replace: 'this.#copy(y + row * O, O, h.at, h.F, count, h.F);',
      ...BEFORE,
    },
  ],
  'lib/layers/attention-scores.ts': [
    {
      name: 'attention: scaled twice',
      find: 'for (let i = 0; i < count; i++) kernels.scale(dScores + i * S, this.#factor, length);',
      nth: 1,
      replace: 'for (let i = 0; i < count; i++) kernels.scale(dScores + i * S, this.#factor * this.#factor, length);',
      ...ATTENTION,
    },
    {
      name: 'attention: keys have no gradient',
      find: 'kernels.matmulGradient(gradient + keys, F, dScores, S, this.#at + first * F, F, this.#scratch, length, F, count);',
      replace: '',
      ...ATTENTION,
    },
    {
      name: 'attention: W_a has no gradient',
      find: 'kernels.matmulGradient(gradientAt, F, q, this.#H, this.#dProjected, F, this.#scratch, this.#H, F, rows);',
      replace: '',
      ...ATTENTION,
    },
  ],
  'lib/layers/additive-scores.ts': [
    {
      name: 'additive attention: the bias twice',
      find: 'kernels.columnSums(bias.gradientAt, dQ, A, rows, A);',
      replace:
        'kernels.columnSums(bias.gradientAt, dQ, A, rows, A);kernels.columnSums(bias.gradientAt, dQ, A, rows, A);',
      ...ATTENTION,
    },
    {
      name: 'additive attention: gradients of an earlier pass',
      find: 'clear(this.#kernels, this.#dKeys, B * S * this.#A);',
      replace: '',
      ...ATTENTION,
    },
    {
      name: 'additive attention: keys of an earlier encoding',
      find: 'if (version === this.#keysOf) return;',
      replace: 'if (this.#keysOf >= 0) return;',
      ...ATTENTION,
    },
    {
      name: 'additive attention: v has no gradient',
      find: 'kernels.matmulGradient(score.gradientAt, 1, this.#hidden, A, d, 1, this.#scratch, A, 1, length);',
      replace: '',
      ...ATTENTION,
    },
  ],
};
