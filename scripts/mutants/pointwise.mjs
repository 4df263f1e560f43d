// Mutants of the layers that compute each row by itself.

const POINTWISE = { killedBy: 'spec/layers/pointwise.spec.ts' };

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const pointwise = {
  'lib/layers/activation-pass.ts': [
    {
      name: 'activation: softmax is not computed',
      find: 'if (softmax) this',
      replace: 'if (softmax && rows < 0) this',
      ...POINTWISE,
    },
    {
      name: 'activation: the derivative reads the gradient as the output',
      find: 'dx, F, y, F, dy, F, rows, F',
      replace: 'dx, F, dy, F, dy, F, rows, F',
      ...POINTWISE,
    },
    {
      name: 'activation: the softmax gradient reads the input',
      find: '(dx, y, dy, rows, F)',
      replace: '(dx, this.#x.at, dy, rows, F)',
      ...POINTWISE,
    },
  ],
  'lib/layers/layer-normalization-pass.ts': [
    {
      name: 'normalization: no offset',
      find: 'kernels.repeatRow(y, beta, rows, F);',
      replace: 'kernels.repeatRow(y, gamma, rows, F);',
      ...POINTWISE,
    },
    {
      name: 'normalization: the gradient of the scale reads the input',
      find: 'dy, F, this.#n, F + 1, rows, F',
      replace: 'dy, F, this.#x.at, F, rows, F',
      ...POINTWISE,
    },
    {
      name: 'normalization: the gradient skips the scale',
      find: 'kernels.multiply(dx, F, dy, F, gamma, 0, rows, F);',
      replace: 'kernels.multiply(dx, F, dy, F, gamma, 0, rows - 1, F);',
      ...POINTWISE,
    },
    {
      name: 'normalization: no ones instead of the scale',
      find: 'data.fill(1, this',
      replace: 'data.fill(2, this',
      ...POINTWISE,
    },
    {
      name: 'normalization: no gradient of the offset',
      find: 'if (dBeta !== undefined)',
      replace: 'if (dBeta === -1)',
      ...POINTWISE,
    },
    {
      name: 'normalization: ε is ignored',
      find: 'x, F, epsilon, rows, F',
      replace: 'x, F, 1e-5, rows, F',
      ...POINTWISE,
    },
  ],
};
