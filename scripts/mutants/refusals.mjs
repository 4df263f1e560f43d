const NOTHING = { killedBy: 'spec/training/nothing-changed.spec.ts' };
const COMPILE = { killedBy: 'spec/training/compile.spec.ts' };
const CHECKS = { killedBy: 'spec/checks.spec.ts' };
const WORDS = { killedBy: 'spec/describe.spec.ts' };
const COPIES = { killedBy: 'spec/copies.spec.ts' };
const CALLBACKS = { killedBy: 'spec/training/callbacks.spec.ts' };
const SAVING = { killedBy: 'spec/model/saving.spec.ts' };

/** Mutants that accept invalid arguments, or change something before they throw.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const refusals = {
  'lib/memory/arena.ts': [
    {
      name: 'refusal: no room reserved',
      find: "this.#grow(place(this.dtype, plan, this.#kept, 'scratch', this.#holes).end, where);",
      replace: '',
      ...NOTHING,
    },
  ],
  'lib/parameters/buildable.ts': [
    {
      name: 'refusal: parts in use found too late',
      find: 'if (!this.built) this.requireParts(where);',
      replace: '',
      ...NOTHING,
    },
  ],
  'lib/engine/passes.ts': [
    {
      name: 'inference: one time step divided into segments',
      find: 'if (T === 1 || (T <= ENOUGH_ROWS / B && budget === Infinity))',
      replace: 'if (T <= ENOUGH_ROWS / B && budget === Infinity)',
      killedBy: 'spec/engine/inference.spec.ts',
    },
    {
      name: 'refusal: room of a built model not reserved',
      find: 'if (owner.built && request.optimizerArrays === undefined)',
      replace: 'if (owner.built)',
      ...NOTHING,
    },
    {
      name: 'refusal: no room for the state of the optimizer',
      find: 'for (let k = 0; k < optimizerArrays; k++)',
      replace: 'for (let slot = 0; slot < 0; slot++)',
      killedBy: 'spec/training/memory.spec.ts',
    },
  ],
  'lib/layers/composite-layer.ts': [
    {
      name: 'refusal: a layer of two models',
      find: 'for (const layer of layers) layer.adopt();',
      replace: '',
      ...NOTHING,
    },
  ],
  'lib/layers/network.ts': [
    {
      name: 'refusal: range of the first layer',
      find: 'this.layers.at(-1)!.outputRange',
      replace: 'this.layers[0]!.outputRange',
      ...COMPILE,
    },
  ],
  'lib/layers/rnn.ts': [
    { name: 'refusal: a cell of two layers', find: 'cell.adopt();', replace: '', ...NOTHING },
    { name: 'refusal: a cell that was stepped', find: 'this.cell.requireUnbuilt(where);', replace: '', ...NOTHING },
  ],
  'lib/optimizers/shares.ts': [
    {
      name: 'refusal: an optimizer that has stepped',
      find: '? this.#list.every((each) => each.model !== undefined)',
      replace: '? true',
      ...NOTHING,
    },
  ],
  'lib/losses/loss-outputs.ts': [
    {
      name: 'refusal: softmax after relu',
      find: "activation === 'softmax' ? high - low < Infinity : low",
      replace: 'low',
      ...COMPILE,
    },
    { name: 'refusal: sigmoid after relu', find: 'low > -Infinity || high', replace: 'high', ...COMPILE },
  ],
  'lib/describe.ts': [
    { name: 'suggestion: half of the letters wrong', find: 'name.length / 3', replace: 'name.length / 2', ...WORDS },
    {
      name: 'suggestion: case counts',
      find: 'const given = value.toLowerCase();',
      replace: 'const given = value;',
      ...WORDS,
    },
    { name: 'suggestion: the last near one', find: 'distance < least', replace: 'distance < Infinity', ...WORDS },
    {
      name: 'suggestion: nothing replaced',
      find: '(a[i - 1] === b[j - 1] ? 0 : 1)',
      replace: '(a[i - 1] === b[j - 1] ? 0 : 2)',
      ...WORDS,
    },
  ],
  'lib/checks.ts': [
    {
      name: 'refusal: an error of an argument that is read is not converted',
      find: 'error instanceof BpttError || isOutOfMemory(error)',
      replace: 'isOutOfMemory(error) || true',
      ...CHECKS,
    },
    {
      name: 'refusal: lack of memory reported as an invalid argument',
      find: 'error instanceof BpttError || isOutOfMemory(error)',
      replace: 'error instanceof BpttError',
      ...CHECKS,
    },
    {
      name: 'copies: recognized by names only',
      find: 'return getOwnPropertyNames(prototype).every((member) => member in value);',
      replace: 'return false;',
      ...COPIES,
    },
    {
      name: 'copies: any object recognized',
      find: '.every((member) => member in value)',
      replace: '.some((member) => member in value)',
      ...COPIES,
    },
  ],
  'lib/training/callbacks.ts': [
    {
      name: 'callbacks: any function of a plain object',
      find: '(plain && typeof callbacks[name]',
      replace: '(!plain && typeof callbacks[name]',
      ...CALLBACKS,
    },
    {
      name: 'callbacks: capitals have to be right',
      find: ' || (nearest !== undefined && /^on/i.test(name))',
      replace: '',
      ...CALLBACKS,
    },
    { name: 'callbacks: own names alone', find: 'at = Object.getPrototypeOf(at)', replace: 'at = null', ...CALLBACKS },
  ],
  'lib/layers/saved-layers.ts': [
    {
      name: 'saving: a kind that no file can name',
      find: 'isPartClass(of) && hasKind(of, kind)',
      replace: 'isPartClass(of)',
      ...SAVING,
    },
    {
      name: 'saving: a layer under the name of another',
      find: '  try {\n    reader.layer(config);',
      replace: '  try {',
      ...SAVING,
    },
    {
      name: 'saving: an RNN gives its last step alone',
      find: 'new RNN({ cell: made, ...sequence })',
      replace: 'new RNN({ cell: made, ...sequence, returnSequences: false })',
      ...SAVING,
    },
  ],
  'lib/cells/lstm-cell.ts': [
    {
      name: 'saving: a subclass as the cell above it',
      find: 'if (this.constructor !== LSTMCell) return super.config(where);',
      replace: '',
      ...SAVING,
    },
  ],
};
