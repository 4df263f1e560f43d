/** Mutants with wrong backward passes of cells, of the engine and of layers.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const engine = {
  'lib/cells/cell.ts': [
    {
      name: 'cell: recurrent gradient with the next state',
      find: 'previous[this.states[0]!], K, dGates',
      replace: 'previous[this.states[0]!] + K, K, dGates',
    },
    {
      name: 'weights: dx adds to what was there',
      find: 'weights, rows, I, N, false',
      replace: 'weights, rows, I, N, true',
    },
    {
      name: 'weights: bias gradient of half the rows',
      find: 'dGates, N, rows, N);',
      replace: 'dGates, N, Math.ceil(rows / 2), N);',
    },
  ],
  'lib/cells/places.ts': [
    {
      name: 'places: a wrong name is a position',
      find: "typeof name === 'symbol' || name in target",
      replace: 'true',
      killedBy: 'spec/cells/declarations.spec.ts',
    },
  ],
  'lib/cells/declarations.ts': [
    {
      name: 'cell: one name for two states',
      find: 'new Set(names).size === names.length',
      replace: 'true',
      killedBy: 'spec/cells/declarations.spec.ts',
    },
    {
      name: 'cell: products of gates that are apart',
      find: 'gate === gates[first + k]',
      replace: 'gates.includes(gate)',
      killedBy: 'spec/cells/declarations.spec.ts',
    },
  ],
  'lib/cells/packed-weights.ts': [
    {
      name: 'weights: dx through the wrong rows of W',
      find: 'input, kernel, 1, N',
      replace: 'input, weights.recurrentKernel, 1, N',
    },
    {
      name: 'weights: back through W_h instead of its transpose',
      find: 'at, 1, width, columns, rows',
      replace: 'at, width, 1, columns, rows',
    },
    {
      name: 'weights: dx through W_x instead of its transpose',
      find: 'kernel, 1, N, N, I',
      replace: 'kernel, N, 1, N, I',
    },
    {
      name: 'weights: every product packs the first gates in the backward pass',
      find: 'at: parameters.get(factor.parameter).at + factor.first',
      replace: 'at: parameters.get(factor.parameter).at',
    },
  ],
  'lib/cells/lstm-cell.ts': [
    {
      name: 'LSTM cell: dh not carried through W_h',
      find: 'weights.gates, B, K, N, false);',
      replace: 'weights.gates, B, K, 0, false);',
    },
    {
      name: 'LSTM cell: dh adds to the old dh',
      find: 'weights.gates, B, K, N, false);',
      replace: 'weights.gates, B, K, N, true);',
    },
    {
      name: 'LSTM cell: output gate not carried',
      find: 'weights.gates, B, K, N, false);',
      replace: 'weights.gates, B, K, N - H, false);',
    },
  ],
  'lib/cells/gru-reset-before.ts': [
    {
      name: 'GRU cell: candidate weights see h′',
      find: '{ kernels, scratch, rows, H, N, saved, dGates }) {\n    kernels.matmulGradient(dU, N, saved, H',
      replace: '{ kernels, scratch, rows, H, N, previous, dGates }) {\n    kernels.matmulGradient(dU, N, previous.h, H',
    },
    {
      name: 'GRU cell: W_z not carried',
      find: 'dGates, N, weights.gates, B, H, 2 * H',
      replace: 'dGates, N, weights.gates, B, H, H',
    },
    {
      name: 'GRU cell: = for += through W_r and W_z',
      find: 'N, weights.gates, B, H, 2 * H, true);',
      replace: 'N, weights.gates, B, H, 2 * H, false);',
    },
  ],
  'lib/cells/gru-reset-after.ts': [
    {
      name: 'GRU cell, reset after: = for +=',
      find: 'dSaved, H, weights.candidate, B, H, H, true',
      replace: 'dSaved, H, weights.candidate, B, H, H, false',
    },
    {
      name: 'GRU cell, reset after: candidate weights get dGates',
      find: 'rows, H, N, recurrent, dSaved }, recurrentBias) {\n    kernels.matmulGradient(dU, N, recurrent, H, dSaved, H,',
      replace:
        'rows, H, N, recurrent, dSaved, dGates }, recurrentBias) {\n    kernels.matmulGradient(dU, N, recurrent, H, dGates + 2 * H, N,',
    },
    {
      name: 'GRU cell: recurrent bias has the gradient of the bias',
      find: 'rows, H, N, recurrent, dSaved }, recurrentBias) {\n    kernels.matmulGradient(dU, N, recurrent, H, dSaved, H, scratch, H, H, rows);\n    if (recurrentBias !== undefined) kernels.columnSums(recurrentBias.gradientAt, dSaved, H,',
      replace:
        'rows, H, N, recurrent, dSaved, dGates }, recurrentBias) {\n    kernels.matmulGradient(dU, N, recurrent, H, dSaved, H, scratch, H, H, rows);\n    if (recurrentBias !== undefined) kernels.columnSums(recurrentBias.gradientAt, dGates + 2 * H, N,',
    },
  ],
  'lib/cells/simple-rnn-cell.ts': [
    {
      name: 'SimpleRNN cell: nothing through time',
      find: 'dGates, H, weights.gates, B, H, H, false',
      replace: 'dGates, H, weights.gates, B, H, 0, false',
    },
    {
      name: 'SimpleRNN cell: derivative from h′',
      find: 'backward(kernels, dGates, H, next.h',
      replace: 'backward(kernels, dGates, H, next.h - B * H',
    },
  ],
  'lib/engine/backpropagate.ts': [
    { name: 'BPTT: first step left out', find: 't >= 0', replace: 't > 0' },
    {
      name: 'BPTT: dy one step late',
      find: 'dy.at + rowsBefore(rows, t) * width',
      replace: 'dy.at + rowsBefore(rows, Math.max(0, t - 1)) * width',
    },
    { name: 'BPTT: only the last dy', find: 'if (dy?.everyStep)', replace: 'if (dy?.everyStep && t === T - 1)' },
    {
      name: 'BPTT: truncated after 8 steps',
      find: 'if (dy?.everyStep)',
      replace:
        'if (T - 1 - t === 8) for (const at of Object.values(dStates)) kernels.scale(at, 0, size);\n    if (dy?.everyStep)',
    },
    {
      name: 'BPTT: dx of the first half only',
      find: 'input.rows = rowsBefore(rows, T);',
      replace: 'input.rows = Math.ceil(rowsBefore(rows, T) / 2);',
    },
    {
      name: 'BPTT: weights see the state after the step',
      find: 'rows: count, H, N, previous, recurrent, next, gates',
      replace: 'rows: count, H, N, previous: next, recurrent: next.h!, next, gates',
    },
    {
      name: 'BPTT: final dh dropped',
      find: 'const { size, width } = tape.slots[0]!;',
      replace: 'const { size, width } = tape.slots[0]!; kernels.scale(dh, 0, size);',
    },
  ],
  'lib/layers/state-layer.ts': [
    {
      name: 'RNN: gradient of the final state ignored',
      find: 'onFinalGradient: () => gradient.load(),',
      replace: '',
    },
    {
      name: 'RNN: gradient of the output ignored',
      find: 'this.inputGradient(traversal, source, hooks, dHeld)',
      replace: 'this.inputGradient(traversal, undefined, hooks, dHeld)',
    },
  ],
  'lib/layers/state-arithmetic.ts': [
    {
      name: 'RNN: gradient of the initial state of one window alone',
      find: 'data[i]! += added[i]!',
      replace: 'data[i] = added[i]!',
    },
  ],
  'lib/engine/segments.ts': [
    {
      name: 'traversal: reads the first steps of the input again',
      find: 'partOf(input, packing, from, from, to)',
      replace: 'partOf(input, packing, 0, 0, to - from)',
    },
    {
      name: 'traversal: states not carried into the next segment',
      find: 'if (this.#steps > 0) this.settle();',
      replace: '',
    },
  ],
  'lib/engine/route.ts': [
    {
      name: 'traversal: next window begins with the states of this one',
      find: "yield { do: 'load', room: lastingRoom(route) };",
      replace: "yield { do: 'load', room: 0 };",
    },
    {
      name: 'traversal: next window begins a step late',
      find: 'slot: lasting - from };',
      replace: 'slot: Math.min(to - from, lasting - from + 1) };',
    },
  ],
  'lib/engine/traversal.ts': [
    {
      name: 'layer: losses before the window counted',
      find: 'this.#arena.data.fill(0, this.#dOutput, this.#dOutput + before);',
      replace: '',
    },
    {
      name: 'traversal: gradient of the states cut at segments',
      find: 'if (to === window.to) {',
      replace: 'if (to <= window.to) {',
    },
    {
      name: 'traversal: gradient of the states not cleared at a window',
      find: 'data.fill(0, gradient, gradient + size)',
      replace: 'data.fill(0, gradient, gradient)',
    },
    {
      name: 'traversal: a second backward pass begins where the first one ended',
      find: 'else this.#load(initialRoom(this.route));',
      replace: '',
    },
  ],
  'lib/engine/snapshots.ts': [
    {
      name: 'rooms: only the first state kept',
      find: 'next += size;',
      replace: '',
    },
  ],
  'lib/layers/layer.ts': [
    {
      name: 'layer: gradient of the output of other steps',
      find: 'copyIn(arena, gradient, given)',
      replace: 'copyIn(arena, { ...gradient, from: 0, to: gradient.to - gradient.from }, given)',
    },
    {
      name: 'layer: x in the memory of its own arena',
      find: 'return inside ? copyOf',
      replace: 'return this.needsTime ? copyOf',
      killedBy: 'spec/engine/inference.spec.ts',
    },
  ],
  'lib/engine/sequence-buffer.ts': [
    {
      name: 'gathering: dx of the last window alone',
      find: 'this.#accumulates && part.T !== undefined',
      replace: 'false',
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
  'lib/layers/dense-pass.ts': [
    { name: 'dense: weight gradient without the derivative', find: 'O, x, I, da, O', replace: 'O, x, I, dy, O' },
    { name: 'dense: bias gradient of the first row', find: 'da, O, rows, O);', replace: 'da, O, 1, O);' },
    {
      name: 'dense: dx through W instead of its transpose',
      find: 'kernel, 1, O, O, I)',
      replace: 'kernel, O, 1, O, I)',
    },
    { name: 'dense: weight gradient with y for x', find: 'O, x, I, da, O', replace: 'O, y, I, da, O' },
  ],
};
