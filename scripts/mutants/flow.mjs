/** Mutants with wrong Jacobian-vector products.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const flow = {
  'lib/flow/jacobian/simple-rnn.ts': [
    { name: 'forward mode, SimpleRNN: no slope', find: 'next[j]! *= slope(h![j]!)', replace: 'next[j]! *= 1' },
    {
      name: 'forward mode, SimpleRNN: always tanh',
      find: 'const slope = SLOPES[activation];\n  return ({',
      replace: 'const slope = dTanh;\n  return ({',
    },
  ],
  'lib/flow/facts.ts': [
    {
      name: 'flow: every cell of one state is simple',
      find: 'states.length === 1 && gateStates[gate] === state',
      replace: 'states.length === 1',
      killedBy: 'spec/flow/own-cell.spec.ts',
    },
    {
      name: 'flow: a memory drifts without tanh',
      find: "activations[memory.state] === 'tanh'",
      replace: 'true',
      killedBy: 'spec/flow/cell-state.spec.ts',
    },
  ],
  'lib/flow/jacobian/tangents.ts': [
    {
      name: 'flow: a tangent that a cell declares is not used',
      find: 'cell.tangent !== undefined',
      replace: 'false',
      killedBy: 'spec/flow/own-cell.spec.ts',
    },
  ],
  'lib/flow/jacobian/direct-paths.ts': [
    {
      name: 'flow: the direct path of another gate',
      find: 'gates.indexOf(memory.keep) * H',
      replace: '0',
      killedBy: 'spec/flow/sweeps.spec.ts',
    },
  ],
  'lib/flow/jacobian/lstm.ts': [
    { name: 'forward mode, LSTM: c not carried', find: '+ f * previous[H + j]!', replace: '+ previous[H + j]!' },
    {
      name: 'forward mode, LSTM: forget gate held',
      find: 'forgetGateBackward(a[H + j]!, cPrev![j]!, f) + f',
      replace: 'f',
    },
    { name: 'forward mode, LSTM: c after the step', find: 'previous: [, cPrev] }', replace: 'next: [, cPrev] }' },
    {
      name: 'forward mode, LSTM: h without c',
      find: 'shown + o * dTanh(tanhC[j]!) * (written + kept)',
      replace: 'shown',
    },
    {
      name: 'forward mode, LSTM: h sees only what is written',
      find: 'dTanh(tanhC[j]!) * (written + kept)',
      replace: 'dTanh(tanhC[j]!) * written',
    },
    {
      name: 'forward mode, LSTM: gates change places',
      find: 'inputGateBackward(a[j]!, g, i)',
      replace: 'inputGateBackward(a[3 * H + j]!, g, i)',
    },
  ],
  'lib/flow/jacobian/gru.ts': [
    { name: 'forward mode, GRU: z for 1 - z', find: '(1 - z) * previous[j]!', replace: 'z * previous[j]!' },
    { name: 'forward mode, GRU: update gate held', find: ' + updated + ', replace: ' + ' },
    {
      name: 'forward mode, GRU: r not on its way',
      find: 'reset[j]! += gates[j]! * previous[j]!',
      replace: 'reset[j]! += previous[j]!',
    },
    {
      name: 'forward mode, GRU: reset gate multiplies the other operand',
      find: 'resetAfter ? saved : hPrev!',
      replace: 'resetAfter ? hPrev! : saved',
    },
    {
      name: 'forward mode, GRU, reset after: reset gate held',
      find: 'aCandidate[j]! + reset[j]!; // (F7)',
      replace: 'aCandidate[j]!; // (F7)',
    },
  ],
  'lib/flow/jacobian/product.ts': [
    { name: 'forward mode: always the first gates', find: 'r * width + from', replace: 'r * width' },
  ],
};
