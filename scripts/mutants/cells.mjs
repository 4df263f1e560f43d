const MGU = { killedBy: 'spec/cells/mgu.spec.ts' };
const INITIALIZERS = { killedBy: 'spec/cells/gate-initializers.spec.ts' };

/** Mutants of what cells have in common beside their steps, and of the cells beyond LSTM, GRU and SimpleRNN.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const cells = {
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
      find: 'k.multiplyAdd(df, N, dSaved, H, previous.h, H, B, H);',
      replace: '',
      ...MGU,
    },
    {
      name: 'MGU: state without the path through the candidate',
      find: 'k.multiplyAdd(dh, H, dSaved, H, f, N, B, H);',
      replace: '',
      ...MGU,
    },
    {
      name: 'MGU: state without the path through the gate',
      find: 'k.matmul(dh, H, df, N, weights.forget, B, H, H, true);',
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
      find: 'N, previous.h, H, dGates, N, scratch',
      replace: 'N, previous.h, H, dGates + H, N, scratch',
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
