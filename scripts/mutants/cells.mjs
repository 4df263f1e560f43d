const INITIALIZERS = { killedBy: 'spec/cells/gate-initializers.spec.ts' };

/** Mutants of what cells have in common beside their steps, and of the cells beyond LSTM, GRU and SimpleRNN.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const cells = {
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
