// Mutants of what masks, lengths, directions and trained initial states add to the engine.

const spec = (name) => ({ killedBy: `spec/${name}.spec.ts` });
const MASKS = spec('engine/masks');
const TRAINING = spec('training/masks');
const BOTH = spec('layers/bidirectional');
const MASKING = spec('layers/masking');
const INITIAL = spec('layers/initial-state');
const FLOW = spec('flow/masks');
const OUT = spec('layers/out');

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const sequences = {
  'lib/layers/out.ts': [
    {
      name: 'out: x of integers is not compared',
      find: 'if (isNumericTypedArray(data)) {',
      replace: 'if (isFloatArray(data)) {',
      ...OUT,
    },
    {
      name: 'out: compared by memory spans alone',
      find: 'isFloatArray(data) ? areApart(array, x)',
      replace: 'isFloatArray(data) ? areSeparate(array, x)',
      ...OUT,
    },
  ],
  'lib/engine/packing.ts': [
    {
      name: 'packing: the shortest rows first',
      find: 'lengthOf(b) - lengthOf(a) || a - b',
      replace: 'lengthOf(a) - lengthOf(b) || a - b',
      ...MASKS,
    },
    {
      name: 'packing: rows end a step late',
      find: 'lengthOf(this.order[count - 1]!) <= t',
      replace: 'lengthOf(this.order[count - 1]!) < t',
      ...MASKS,
    },
    {
      name: 'packing: times of rows in the order of the caller',
      find: 'times[offsets[this.order[k - this.starts[t]!]!]! + t]!',
      replace: 'times[offsets[k - this.starts[t]!]! + t]!',
      ...MASKS,
    },
    {
      name: 'packing: rows of the caller in packed order',
      find: 'visit(k - first, order[k - starts[t]!]!, times[k]!)',
      replace: 'visit(k - first, k - starts[t]!, times[k]!)',
      ...MASKS,
    },
    {
      name: 'packing: every step has the rows of the first',
      find: 'starts[t + 1]! - starts[t]!;',
      replace: 'starts[1]! - starts[0]!;',
      ...MASKS,
    },
    {
      name: 'packing: states of rows without a step not copied',
      find: 'if (B > next) visit(next, 0, B - next); // these have no step',
      replace: '',
      ...MASKS,
    },
    {
      name: 'packing: latest states of other rows',
      find: 'visit(row, slotBefore(rows, length) + row, count)',
      replace: 'visit(row, slotBefore(rows, length), count)',
      ...MASKS,
    },
    {
      name: 'packing: states of the first step for the latest ones',
      find: 'next = count;',
      replace: '',
      ...MASKS,
    },
    {
      name: 'packing: masked steps in rows of the longest length',
      find: 'counted[row * paddedT + time] = 1;',
      replace: 'counted[row * T + time] = 1;',
      ...MASKS,
    },
    {
      name: 'packing: packed time steps for those of the caller',
      find: 'return this.times[this.starts[t]! + row]!;',
      replace: 'return t;',
      ...TRAINING,
    },
  ],
  'lib/engine/tape.ts': [
    {
      name: 'packing: state before a step as if all rows had the step before',
      find: 'const previous = slotBefore(rows, t);',
      replace: 'const previous = rowsBefore(rows, t);',
      ...MASKS,
    },
  ],
  'lib/engine/backpropagate.ts': [
    {
      name: 'packing: one product over all blocks',
      find: 'while (first > 0 && before(first - 1) === before(t)) first--;',
      replace: 'first = 0;',
      ...MASKS,
    },
    {
      name: 'packing: blocks by the rows of the step itself',
      find: 'step === 0 ? rows.B : rowsOf(rows, step - 1)',
      replace: 'rowsOf(rows, step)',
      ...MASKS,
    },
    {
      name: 'packing: dy in the rows of the whole batch',
      find: 'dy.at + rowsBefore(rows, t) * width',
      replace: 'dy.at + t * rows.B * width',
      ...MASKS,
    },
    {
      name: 'packing: dy of rows that have ended',
      find: 'rowsOf(rows, t) * width); // (T1)',
      replace: 'size); // (T1)',
      ...MASKS,
    },
  ],
  'lib/engine/held-output.ts': [
    {
      name: 'out: held outputs as if their elements were neighbours',
      find: 'const step = stride[2]!;',
      replace: 'const step = 1;',
      ...OUT,
    },
    {
      name: 'held outputs: no gradient',
      find: 'into[to + f]! += data[from + f]!;',
      replace: 'into[to + f]! += 0;',
      ...MASKS,
    },
    {
      name: 'held outputs: no gradient of the initial state',
      find: '[row * F, dInitial?.data]',
      replace: '[row * F, undefined]',
      ...MASKS,
    },
    {
      name: 'held outputs: zeros',
      find: 'data[at + f * step] = data[at + (last - t) * stride[1]! + f * step]!;',
      replace: 'data[at + f * step] = 0;',
      ...MASKS,
    },
    {
      name: 'held outputs: zeros for the initial state',
      find: 'initial !== undefined',
      replace: 'false',
      ...MASKS,
    },
  ],
  'lib/engine/segments.ts': [
    {
      name: 'packing: states settle after one step',
      find: 'copyLatest(this.#arena, state, this.#rows, this.#steps, state.at)',
      replace: 'copyLatest(this.#arena, state, this.#rows, 1, state.at)',
      ...MASKS,
    },
    {
      name: 'initial state: zeros for the trained one',
      find: 'else kernels.repeatRow(at, initial.at, size / width, width);',
      replace: 'else data.fill(0, at, at + size);',
      ...INITIAL,
    },
  ],
  'lib/engine/traversal.ts': [
    {
      name: 'packing: final states of inference where the last step has them',
      find: 'if (this.packing !== undefined) this.#segments.settle();',
      replace: '',
      ...MASKS,
    },
    {
      name: 'initial state: trained although a state is given',
      find: 'if (!this.#given) this.#trainInitialStates();',
      replace: 'this.#trainInitialStates();',
      ...INITIAL,
    },
    {
      name: 'initial state: gradient of the first row alone',
      find: 'kernels.columnSums(initial.gradientAt, gradient, width, size / width, width)',
      replace: 'kernels.columnSums(initial.gradientAt, gradient, width, 1, width)',
      ...INITIAL,
    },
    {
      name: 'initial state: never trained',
      find: 'if (initial !== undefined) kernels.columnSums',
      replace: 'if (false) kernels.columnSums',
      ...INITIAL,
    },
  ],
  'lib/engine/mask.ts': [
    {
      name: 'reversed mask: times not reversed',
      find: 'T - 1 - times[begin + end - 1 - k]!',
      replace: 'times[k]!',
      ...BOTH,
    },
    {
      name: 'batches: masks of other rows',
      find: 'mask.times.subarray(offsets[rows[i]!]!, offsets[rows[i]! + 1]!)',
      replace: 'mask.times.subarray(0, offsets[rows[i]! + 1]! - offsets[rows[i]!]!)',
      ...MASKS,
    },
  ],
  'lib/engine/reversal.ts': [
    {
      name: 'reversal: rows end with the batch',
      find: 'while (length > 0 && rowsOf(rows, length - 1) <= row) length--;',
      replace: '',
      ...BOTH,
    },
    {
      name: 'reversal: nothing reversed',
      find: '(steps - 1 - t) * rows.B',
      replace: 't * rows.B',
      ...BOTH,
    },
    {
      name: 'reversal: packed rows not reversed',
      find: 'rowsBefore(rows, length - 1 - t) + row, 1',
      replace: 'rowsBefore(rows, t) + row, 1',
      ...BOTH,
    },
  ],
  'lib/layers/bidirectional-pass.ts': [
    {
      name: 'mul: the square of the forward direction',
      find: 'kernels.multiply(at, F, y.at, F, z.at, F, rows, F);',
      replace: 'kernels.multiply(at, F, y.at, F, y.at, F, rows, F);',
      ...BOTH,
    },
    {
      name: 'average: a sum',
      find: "if (this.#mode === 'average') kernels.scale(at, 0.5, rows * F);",
      replace: '',
      ...BOTH,
    },
    {
      name: 'mul: gradient of the backward direction times its own output',
      find: 'kernels.multiply(natural, F, dy, F, y.at, F, rows, F);',
      replace: 'kernels.multiply(natural, F, dy, F, z.at, F, rows, F);',
      ...BOTH,
    },
    {
      name: 'average: gradient of a sum',
      find: "if (this.#mode === 'average') kernels.scale(d, 0.5, rows * F);",
      replace: '',
      ...BOTH,
    },
    {
      name: 'concat: gradient of the forward direction for both',
      find: 'this.#copy(natural, z.F, dy + y.F, F, rows, z.F);',
      replace: 'this.#copy(natural, z.F, dy, F, rows, z.F);',
      ...BOTH,
    },
    {
      name: 'bidirectional: dx of the backward direction not reversed',
      find: 'dReversed + reversed * F, count * F',
      replace: 'dReversed + row * F, count * F',
      ...BOTH,
    },
    {
      name: 'bidirectional: outputs of the backward direction not reversed',
      find: 'if (z.T !== undefined) this.#copyReversed(this.#natural.at, z, run);',
      replace: 'if (z.T !== undefined) this.#copy(this.#natural.at, z.F, z.at, z.F, rowsIn(z, run), z.F);',
      ...BOTH,
    },
  ],
  'lib/layers/layer.ts': [
    {
      name: 'out: masked steps keep what was there',
      find: 'if (packing !== undefined) clear(output);',
      replace: '',
      ...OUT,
    },
    {
      name: 'goBackwards: mask not reversed',
      find: 'this.readsBackwards ? reversedMask(mask) : mask',
      replace: 'mask',
      ...BOTH,
    },
  ],
  'lib/training/examples.ts': [
    {
      name: 'targets at masked steps counted as values',
      find: 'if (counts[k] === 0) copy.data.fill(0, k * F, (k + 1) * F);',
      replace: 'if (false) copy.data.fill(0);',
      ...TRAINING,
    },
    {
      name: 'goBackwards: targets masked in the order of the input',
      find: 'network.readsBackwards ? reversedMask(mask)! : mask',
      replace: 'mask',
      ...BOTH,
    },
  ],
  'lib/training/first-non-finite.ts': [
    {
      name: 'places in reversed directions count from the end',
      find: 'length - 1 - step',
      replace: 'step',
      killedBy: 'spec/training/masks.spec.ts',
    },
    {
      name: 'NaN: packed row for that of the caller',
      find: 'row: packing.order[row]!',
      replace: 'row',
      ...TRAINING,
    },
  ],
  'lib/memory/matrix.ts': [
    {
      name: 'packing: initial states of other rows',
      find: 'const row = order === undefined ? i : order[i]!;',
      nth: 1,
      replace: 'const row = i;',
      ...MASKS,
    },
    {
      name: 'packing: final states of other rows',
      find: 'const row = order === undefined ? i : order[i]!;',
      nth: 2,
      replace: 'const row = i;',
      ...MASKS,
    },
  ],
  'lib/engine/stream.ts': [
    {
      name: 'stream: masked rows get new states',
      find: 'this.#after.store(counts);',
      replace: 'this.#after.store();',
      ...MASKS,
    },
    {
      name: 'stream: masked rows get new outputs',
      find: 'if (counts !== undefined) this.#result.clear(counts);',
      replace: '',
      ...MASKS,
    },
    {
      name: 'stream: initial state of zeros for the trained one',
      find: 'if (initial !== undefined) for (const row of unstack(array, 0)) copyInto(row, initial.elements);',
      replace: '',
      ...INITIAL,
    },
  ],
  'lib/layers/masking.ts': [
    {
      name: 'Masking: looks at the first feature alone',
      find: 'f < F && !counts',
      replace: 'f < 1 && !counts',
      ...MASKING,
    },
    {
      name: 'Masking: NaN is no padding',
      find: 'a === b || (Number.isNaN(a) && Number.isNaN(b))',
      replace: 'a === b',
      ...MASKING,
    },
  ],
  'lib/layers/state-layer.ts': [
    {
      name: 'trained states: their held gradient is lost',
      find: 'addRows(this.trainedState.gradient, dHeld)',
      replace: 'addRows(this.trainedState.gradient.copy(), dHeld)',
      killedBy: 'spec/layers/initial-state.spec.ts',
    },
    {
      name: 'stateful: a failed call leaves a state',
      find: 'const kept = this.#kept ?? this.states(B, F).make();',
      replace: 'const kept = (this.#kept ??= this.states(B, F).make());',
      killedBy: 'spec/layers/stateful.spec.ts',
    },
    {
      name: 'stateful: other layers continue, too',
      find: 'this.clearUnkept(kept);',
      replace: '',
      killedBy: 'spec/layers/stateful.spec.ts',
    },
  ],
  'lib/flow/layer-trace.ts': [
    {
      name: 'flow: Jacobians of the packed row',
      find: 'packing?.order.indexOf(row) ?? row',
      replace: 'row',
      ...FLOW,
    },
    {
      name: 'flow: the output of a dropout taken for a gate',
      find: "kind === 'gate' || !this.cell.gates.includes(name)",
      replace: 'kind !== undefined && name !== undefined',
      killedBy: 'spec/flow/values.spec.ts',
    },
  ],
};
