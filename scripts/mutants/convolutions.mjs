// Mutants of convolutions over time, and of layers that change the time axis.

const CONV = { killedBy: 'spec/layers/conv1d.spec.ts' };
const TIME = { killedBy: 'spec/layers/time-axis.spec.ts' };

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const convolutions = {
  'lib/layers/conv1d-pass.ts': [
    { name: 'convolution: no dilation', find: 'frame.at + k * d * B * I', replace: 'frame.at + k * B * I', ...CONV },
    {
      name: 'convolution: taps in the other order of sums',
      find: 'for (let k = 0; k < K; k++) {\n      const at',
      replace: 'for (let k = K - 1; k >= 0; k--) {\n      const at',
      ...CONV,
    },
    {
      name: 'convolution: packed steps add up forwards',
      find: 'for (let t = steps - 1; t >= 0; t--) this.#step',
      replace: 'for (let t = 0; t < steps; t++) this.#step',
      ...TIME,
    },
    {
      name: 'convolution: the gradient of the window is lost',
      find: 'if (width > 0) frame.copyWindow(given.rows, given.steps, gradient, true);',
      replace: '',
      ...CONV,
    },
    {
      name: 'convolution: a stream keeps its window',
      find: 'if (this.#streams) this.#frame',
      replace: 'if (run.steps < 0) this.#frame',
      ...CONV,
    },
    {
      name: 'convolution: a stale output without a bias',
      find: 'else arena.data.fill(0, y, y + rows * F);',
      replace: '',
      ...TIME,
    },
    {
      name: 'convolution: a stale gradient of the frame',
      find: 'frame.clear(parameters.arena);',
      replace: '',
      ...CONV,
    },
    {
      name: 'convolution: strides in the frame alone',
      find: 'visit(k, b, B, at + b * I, strides * B * I, steps)',
      replace: 'visit(k, b, B, at + b * I, B * I, steps)',
      ...TIME,
    },
    {
      name: 'convolution: rows that have ended are read',
      find: 'u <= t ? rowsOf(rows, t) : rowsOf(rows, u)',
      replace: 'rowsOf(rows, t)',
      ...TIME,
    },
    {
      name: 'convolution: packed steps are not padded',
      find: 'const u = t + k * d - before;',
      replace: 'const u = t + k * d;',
      ...CONV,
    },
    {
      name: 'convolution: the run after it has the steps of the input',
      find: '({ ...run, steps, from: 0 })',
      replace: 'run',
      ...TIME,
    },
  ],
  'lib/layers/conv1d-shape.ts': [
    {
      name: "'same': the odd zero comes first",
      find: 'Math.floor(zeros / 2)',
      replace: 'Math.ceil(zeros / 2)',
      ...TIME,
    },
    {
      name: "'same': zeros without strides",
      find: '* strides + span + 1;\n  const zeros',
      replace: '+ span + 1;\n  const zeros',
      ...TIME,
    },
    {
      name: 'convolution: one time step too few',
      find: 'return Math.floor((T - span - 1) / shape.strides) + 1;',
      replace: 'return Math.floor((T - span) / shape.strides);',
      ...TIME,
    },
    {
      name: 'convolution: fewer input steps than needed',
      find: 'return (steps - 1) * shape.strides + span + 1;',
      replace: 'return (steps - 1) * shape.strides + 1;',
      ...TIME,
    },
    {
      name: "'causal' with strides carries a window",
      find: 'carried: strides === 1 ? span : 0',
      replace: 'carried: span',
      ...TIME,
    },
  ],
  'lib/layers/frame.ts': [
    {
      name: 'frame: nothing precedes the input',
      find: 'else arena.data.fill(0, this.at, this.at + before * B * I);',
      replace: '',
      ...TIME,
    },
    {
      name: 'frame: stale steps follow the input',
      find: 'if (after > 0) arena.data.fill(0, end, end + after * B * I);',
      replace: '',
      ...TIME,
    },
    {
      name: 'frame: the window of packed rows is one step early',
      find: 'this.step(rows, length - carried + j) + row * I',
      replace: 'this.step(rows, length - carried + j - 1) + row * I',
      ...CONV,
    },
    {
      name: 'frame: the window is not carried',
      find: 'if (carried > 0) this.#copy(window, carried * I, I, this.at, B, carried, false);',
      replace: 'if (carried > 0) arena.data.fill(0, this.at, this.at + before * B * I);',
      ...CONV,
    },
  ],
  'lib/layers/repeat-vector-pass.ts': [
    {
      name: 'RepeatVector: the first gradient is left out',
      find: 'columnSums(this.dInput, dy, size, this.#times - 1, size)',
      replace: 'columnSums(this.dInput, dy + size, size, this.#times - 2, size)',
      ...TIME,
    },
    {
      name: 'RepeatVector: one time step is not written',
      find: 'repeatRow(this.output.at, x, this.#times, B * F)',
      replace: 'repeatRow(this.output.at, x, this.#times - 1, B * F)',
      ...TIME,
    },
  ],
  'lib/layers/network-pass.ts': [
    {
      name: 'network: states after a change of the time axis have the steps of the input',
      find: 'const steps = state.steps ?? own.get(passes[i]!);',
      replace: 'const steps = state.steps;',
      ...TIME,
    },
    {
      name: 'network: layers after a change of the time axis run backward over the steps of the input',
      find: 'const own = runs?.[i] ?? run;\n      pass.backward',
      replace: 'const own = run;\n      pass.backward',
      ...TIME,
    },
  ],
  'lib/engine/snapshots.ts': [
    {
      name: 'snapshots: the window before the first step is read from the frame',
      find: 'if (copyAfter !== undefined && steps > 0) {',
      replace: 'if (copyAfter !== undefined) {',
      ...CONV,
    },
  ],
  'lib/flow/recurrent-layers.ts': [
    {
      name: 'gradient flow: all layers have the time steps of the input',
      find: 'return within(layer, input, own);',
      replace: 'return within(layer, given, own);',
      ...TIME,
    },
  ],
};
