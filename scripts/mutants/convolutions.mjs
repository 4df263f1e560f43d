// Mutants of convolutions over time.

const CONV = { killedBy: 'spec/layers/conv1d.spec.ts' };

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const convolutions = {
  'lib/layers/conv1d-pass.ts': [
    {
      name: 'convolution: the window forgets the input of the step',
      find: 'to + rest, width, x + rows',
      replace: 'to + rest, width, x + 0 * rows',
      ...CONV,
    },
    {
      name: 'convolution: the window does not slide',
      find: 'from + I, width, count, rest',
      replace: 'from, width, count, rest',
      ...CONV,
    },
    {
      name: 'convolution: no dilation',
      find: 'window + k * d * I, width, packed',
      replace: 'window + k * I, width, packed',
      ...CONV,
    },
    {
      name: 'convolution: the gradient of a tap goes to its neighbour',
      find: 'gradient + k * d * I, last',
      replace: 'gradient, last',
      ...CONV,
    },
    {
      name: 'convolution: the gradient of the window does not slide',
      find: 'data.copyWithin(from + I, from, from + width - I);',
      replace: '',
      ...CONV,
    },
    { name: 'convolution: the oldest gradient stays', find: 'data.fill(0, from, from + I);', replace: '', ...CONV },
    {
      name: 'convolution: packed steps add up forwards',
      find: 'else for (let t = steps - 1; t >= 0; t--) this.#tap',
      replace: 'else for (let t = steps - 1; t > 0; t--) this.#tap',
      ...CONV,
    },
    {
      name: 'convolution: the first tap is not added to the bias',
      find: 'count, F, I, adds || k > 0',
      replace: 'count, F, I, k > 0',
      ...CONV,
    },
  ],
};
