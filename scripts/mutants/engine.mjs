/** Wrong backward passes: cells, time, layers.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const engine = {
  'lib/cells/cell.ts': [
    {
      name: 'cell: bias gradient of half the rows',
      find: 'dGates, N, rows, N);',
      replace: 'dGates, N, Math.ceil(rows / 2), N);',
    },
    {
      name: 'cell: recurrent gradient with the next state',
      find: 'N, previous[0]!, H, dGates, N, H, N, rows',
      replace: 'N, previous[0]! + H, H, dGates, N, H, N, rows',
    },
    { name: 'cell: dx adds to what was there', find: 'N, rows, I, N, false', replace: 'N, rows, I, N, true' },
    {
      name: 'cell: dx through the wrong rows of W',
      find: 'this.#kernel.at, N, rows, I, N, false',
      replace: 'this.#recurrentKernel.at, N, rows, I, N, false',
    },
  ],
  'lib/cells/lstm-cell.ts': [
    {
      name: 'LSTM cell: dh not carried through W_h',
      find: 'this.recurrentAt(), N, B, H, N, false);',
      replace: 'this.recurrentAt(), N, B, H, 0, false);',
    },
    {
      name: 'LSTM cell: dh adds to the old dh',
      find: 'this.recurrentAt(), N, B, H, N, false);',
      replace: 'this.recurrentAt(), N, B, H, N, true);',
    },
    {
      name: 'LSTM cell: output gate not carried',
      find: 'this.recurrentAt(), N, B, H, N, false);',
      replace: 'this.recurrentAt(), N, B, H, N - H, false);',
    },
  ],
  'lib/cells/gru-cell.ts': [
    {
      name: 'GRU cell: = for += through W_r and W_z',
      find: 'N, this.recurrentAt(), N, B, H, 2 * H, true);',
      replace: 'N, this.recurrentAt(), N, B, H, 2 * H, false);',
    },
    {
      name: 'GRU cell: W_z not carried',
      find: 'dGates, N, this.recurrentAt(), N, B, H, 2 * H',
      replace: 'dGates, N, this.recurrentAt(), N, B, H, H',
    },
    {
      name: 'GRU cell: candidate weights see h′',
      find: 'saved, H, dGates + 2 * H',
      replace: 'previous[0]!, H, dGates + 2 * H',
    },
    {
      name: 'GRU cell: recurrent bias has the gradient of the bias',
      find: 'this.#recurrentBias.gradientAt, dSaved, H,',
      replace: 'this.#recurrentBias.gradientAt, dGates + 2 * H, N,',
    },
    {
      name: 'GRU cell, reset after: candidate weights get dGates',
      find: 'previous[0]!, H, dSaved, H, H, H',
      replace: 'previous[0]!, H, dGates + 2 * H, N, H, H',
    },
    {
      name: 'GRU cell, reset after: = for +=',
      find: 'dSaved, H, this.recurrentAt(2), N, B, H, H, true',
      replace: 'dSaved, H, this.recurrentAt(2), N, B, H, H, false',
    },
  ],
  'lib/cells/simple-rnn-cell.ts': [
    {
      name: 'SimpleRNN cell: nothing through time',
      find: 'dGates, H, this.recurrentAt(), H, B, H, H, false',
      replace: 'dGates, H, this.recurrentAt(), H, B, H, 0, false',
    },
    {
      name: 'SimpleRNN cell: derivative from h′',
      find: 'tanhBackward(dGates, next[0]!',
      replace: 'tanhBackward(dGates, next[0]! - B * H',
    },
    {
      name: 'SimpleRNN cell: relu with the derivative of tanh',
      find: 'kernels.reluBackward',
      replace: 'kernels.tanhBackward',
    },
  ],
  'lib/bptt/backpropagate.ts': [
    { name: 'BPTT: first step left out', find: 't >= 0', replace: 't > 0' },
    { name: 'BPTT: dy one step late', find: 'dy.at + t * B * H', replace: 'dy.at + Math.max(0, t - 1) * B * H' },
    { name: 'BPTT: only the last dy', find: 'if (dy?.everyStep)', replace: 'if (dy?.everyStep && t === T - 1)' },
    {
      name: 'BPTT: truncated after 8 steps',
      find: 'if (dy?.everyStep)',
      replace:
        'if (T - 1 - t === 8) for (const at of tape.dStates) kernels.scale(at, 0, B * H);\n    if (dy?.everyStep)',
    },
    { name: 'BPTT: dx of the first half only', find: 'dGates, T * B)', replace: 'dGates, Math.ceil((T * B) / 2))' },
    {
      name: 'BPTT: weights see the state after the step',
      find: 'rows: T * B, previous,',
      replace: 'rows: T * B, previous: previous.map((at) => at + B * H),',
    },
    {
      name: 'BPTT: final dh dropped',
      find: 'const dh = tape.dStates[0]!;',
      replace: 'const dh = tape.dStates[0]!; kernels.scale(dh, 0, B * H);',
    },
  ],
  'lib/layers/rnn.ts': [
    {
      name: 'RNN: gradient of the final state ignored',
      find: 'this.#set(tape, tape.dStates, this.cell',
      replace: 'void (this.cell',
    },
    {
      name: 'RNN: gradient of the output ignored',
      find: 'source === undefined ? undefined : { at: dOutput, everyStep }',
      replace: 'undefined',
    },
  ],
  'lib/layers/dense.ts': [
    { name: 'dense: weight gradient without the derivative', find: 'O, x, I, da, O', replace: 'O, x, I, dy, O' },
    { name: 'dense: bias gradient of the first row', find: 'da, O, rows, O);', replace: 'da, O, 1, O);' },
    { name: 'dense: weight gradient with y for x', find: 'O, x, I, da, O', replace: 'O, y, I, da, O' },
  ],
};
