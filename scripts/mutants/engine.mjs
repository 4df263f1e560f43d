/** Wrong backward passes: cells, time, layers.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const engine = {
  'lib/cells/cell.ts': [
    {
      name: 'cell: recurrent gradient with the next state',
      find: 'N, previous[0]!, H, dGates, N, scratch, H, N, rows',
      replace: 'N, previous[0]! + H, H, dGates, N, scratch, H, N, rows',
    },
  ],
  'lib/cells/packed-weights.ts': [
    {
      name: 'weights: bias gradient of half the rows',
      find: 'dGates, N, rows, N);',
      replace: 'dGates, N, Math.ceil(rows / 2), N);',
    },
    {
      name: 'weights: dx adds to what was there',
      find: 'input, rows, I, N, false',
      replace: 'input, rows, I, N, true',
    },
    {
      name: 'weights: dx through the wrong rows of W',
      find: 'input, this.#kernel.at, 1',
      replace: 'input, this.#recurrentKernel.at, 1',
    },
    {
      name: 'weights: back through W_h instead of its transpose',
      find: 'gate * H, 1, N, count * H, H',
      replace: 'gate * H, N, 1, count * H, H',
    },
    {
      name: 'weights: dx through W_x instead of its transpose',
      find: 'this.#kernel.at, 1, N, N, this.#I',
      replace: 'this.#kernel.at, N, 1, N, this.#I',
    },
    {
      name: 'weights: every product packs the first gates in the backward pass',
      find: 'this.#recurrentKernel.at + gate * H, 1, N',
      replace: 'this.#recurrentKernel.at, 1, N',
    },
  ],
  'lib/cells/lstm-cell.ts': [
    {
      name: 'LSTM cell: dh not carried through W_h',
      find: 'weights[0]!, B, H, N, false);',
      replace: 'weights[0]!, B, H, 0, false);',
    },
    {
      name: 'LSTM cell: dh adds to the old dh',
      find: 'weights[0]!, B, H, N, false);',
      replace: 'weights[0]!, B, H, N, true);',
    },
    {
      name: 'LSTM cell: output gate not carried',
      find: 'weights[0]!, B, H, N, false);',
      replace: 'weights[0]!, B, H, N - H, false);',
    },
  ],
  'lib/cells/gru-cell.ts': [
    {
      name: 'GRU cell: = for += through W_r and W_z',
      find: 'N, weights[0]!, B, H, 2 * H, true);',
      replace: 'N, weights[0]!, B, H, 2 * H, false);',
    },
    {
      name: 'GRU cell: W_z not carried',
      find: 'dGates, N, weights[0]!, B, H, 2 * H',
      replace: 'dGates, N, weights[0]!, B, H, H',
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
      find: 'previous[0]!, H, dSaved, H, scratch, H, H',
      replace: 'previous[0]!, H, dGates + 2 * H, N, scratch, H, H',
    },
    {
      name: 'GRU cell, reset after: = for +=',
      find: 'dSaved, H, weights[1]!, B, H, H, true',
      replace: 'dSaved, H, weights[1]!, B, H, H, false',
    },
  ],
  'lib/cells/simple-rnn-cell.ts': [
    {
      name: 'SimpleRNN cell: nothing through time',
      find: 'dGates, H, weights[0]!, B, H, H, false',
      replace: 'dGates, H, weights[0]!, B, H, 0, false',
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
  'lib/engine/backpropagate.ts': [
    { name: 'BPTT: first step left out', find: 't >= 0', replace: 't > 0' },
    { name: 'BPTT: dy one step late', find: 'dy.at + t * B * H', replace: 'dy.at + Math.max(0, t - 1) * B * H' },
    { name: 'BPTT: only the last dy', find: 'if (dy?.everyStep)', replace: 'if (dy?.everyStep && t === T - 1)' },
    {
      name: 'BPTT: truncated after 8 steps',
      find: 'if (dy?.everyStep)',
      replace:
        'if (T - 1 - t === 8) for (const at of tape.dStates) kernels.scale(at, 0, B * H);\n    if (dy?.everyStep)',
    },
    {
      name: 'BPTT: dx of the first half only',
      find: 'tape.weightsTransposed, scratch, T * B)',
      replace: 'tape.weightsTransposed, scratch, Math.ceil((T * B) / 2))',
    },
    {
      name: 'BPTT: weights see the state after the step',
      find: 'rows: T * B, previous, saved',
      replace: 'rows: T * B, previous: previous.map((at) => at + B * H), saved',
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
      find: 'onFinalGradient: () => this.#set(size, gradients, dFinal),',
      replace: '',
    },
    {
      name: 'RNN: gradient of the output ignored',
      find: 'this.goBack(traversal, source, {',
      replace: 'this.goBack(traversal, undefined, {',
    },
    {
      name: 'RNN: gradient of the initial state of one window alone',
      find: 'dInitial.reduce(summed)',
      replace: 'dInitial[0]',
    },
  ],
  'lib/engine/traversal.ts': [
    {
      name: 'traversal: states not carried into the next segment',
      find: 'if (this.#slot > 0) {',
      replace: 'if (this.#slot > 1e9) {',
    },
    {
      name: 'traversal: gradient of the states cut at segments',
      find: 'if (to === window.to) {',
      replace: 'if (to <= window.to) {',
    },
    {
      name: 'traversal: gradient of the states not cleared at a window',
      find: 'data.fill(0, at, at + size);\n      if (to',
      replace: 'data.fill(0, at, at);\n      if (to',
    },
    {
      name: 'traversal: next window begins a step late',
      find: 'this.#save(this.#later, this.#awaited - from)',
      replace: 'this.#save(this.#later, Math.min(this.#slot, this.#awaited - from + 1))',
    },
    {
      name: 'traversal: next window begins with the states of this one',
      find: 'this.#load(this.#later)',
      replace: 'this.#load(0)',
    },
    {
      name: 'traversal: reads the first steps of the input again',
      find: 'timeSlice(source, from, to)',
      replace: 'timeSlice(source, 0, to - from)',
    },
    {
      name: 'traversal: a second backward pass begins where the first one ended',
      find: 'this.#load(this.#initial);\n      this.#runWindows',
      replace: 'this.#runWindows',
    },
  ],
  'lib/engine/state-rooms.ts': [
    {
      name: 'rooms: only the first state kept',
      find: 'does(place, kept, size, layer);\n        kept += size;',
      replace: 'does(place, kept, size, layer);',
    },
  ],
  'lib/layers/layer.ts': [
    {
      name: 'layer: losses before the window counted',
      find: 'if (sequence && from < lossFrom) arena',
      replace: 'if (sequence && from < -1) arena',
    },
    {
      name: 'layer: gradient of the output of other steps',
      find: 'timeSlice(dy, from, to)',
      replace: 'timeSlice(dy, 0, to - from)',
    },
  ],
  'lib/engine/gathering.ts': [
    {
      name: 'gathering: dx of the last window alone',
      find: 'if (this.#adds) add',
      replace: 'if (false) add',
    },
  ],
  'lib/engine/truncate.ts': [
    {
      name: 'truncate: goes back from the first loss of a window',
      find: 'from: Math.max(0, to - back)',
      replace: 'from: Math.max(0, start - back)',
    },
    {
      name: 'truncate: one step more than said is not cut',
      find: 'truncation.back < T ?',
      replace: 'truncation.back + 1 < T ?',
    },
    {
      name: 'truncate: losses of all steps in every window',
      find: 'lossFrom: start }',
      replace: 'lossFrom: 0 }',
    },
  ],
  'lib/engine/checkpoint.ts': [
    {
      name: 'checkpoint: snapshot of the segment before',
      find: "yield { do: 'save', snapshot: ahead.length };",
      replace: "yield { do: 'save', snapshot: ahead.length - 1 };",
    },
    {
      name: 'checkpoint: records the first segment in place of the last',
      find: "yield { do: 'record', ...segment(start, skipped) };",
      replace: "yield { do: 'record', ...segment(start, 0) };",
    },
  ],
  'lib/layers/dense.ts': [
    { name: 'dense: weight gradient without the derivative', find: 'O, x, I, da, O', replace: 'O, x, I, dy, O' },
    { name: 'dense: bias gradient of the first row', find: 'da, O, rows, O);', replace: 'da, O, 1, O);' },
    { name: 'dense: dx through W instead of its transpose', find: 'at, 1, O, O, I)', replace: 'at, O, 1, O, I)' },
    { name: 'dense: weight gradient with y for x', find: 'O, x, I, da, O', replace: 'O, y, I, da, O' },
  ],
};
