const RECORDED = { killedBy: 'spec/golden/tfjs-exchange.spec.ts' };
const recorded = (test) => ({ ...RECORDED, test });
const LAYERS = { killedBy: 'spec/exchange/keras-layers.spec.ts' };
const NAMES = { killedBy: 'spec/exchange/tfjs/names.spec.ts' };
const CORPUS = { killedBy: 'spec/exchange/hostile.spec.ts', test: 'corpus' };
const BAD = { killedBy: 'spec/bad-input/tfjs.spec.ts' };

/** Mutants that read or write models of TensorFlow.js and Keras wrongly.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const tfjs = {
  'lib/exchange/keras-layers/weights.ts': [
    {
      name: 'keras: the gates of an LSTM as in ONNX',
      find: "gates: ['input', 'forget', 'candidate', 'output']",
      replace: "gates: ['input', 'output', 'forget', 'candidate']",
      ...recorded('LSTM, defaults'),
    },
    {
      name: 'keras: the gates of a GRU as in PyTorch',
      find: "gates: ['update', 'reset', 'candidate']",
      replace: "gates: ['reset', 'update', 'candidate']",
      ...recorded('GRU, defaults'),
    },
    {
      name: 'keras: the update gate not negated',
      find: ", negated: ['update']",
      replace: '',
      ...recorded('GRU, defaults'),
    },
    {
      name: 'keras: the second bias as the first',
      find: 'hasTwo ? both!.subarray(N) : undefined',
      replace: 'hasTwo ? both!.subarray(0, N) : undefined',
      ...LAYERS,
    },
    {
      name: 'keras: any output activation written',
      find: 'if (outputActivation !== activation)',
      replace: 'if (outputActivation === undefined)',
      ...BAD,
    },
  ],
  'lib/exchange/keras-layers/config.ts': [
    {
      name: 'keras: unknown options dropped',
      find: 'this.#read.has(key) || IGNORED.has(key)',
      replace: "this.#read.has(key) || key !== ''",
      ...LAYERS,
    },
    {
      name: 'keras: the hard sigmoid of Keras 1 everywhere',
      find: 'return this.dialect.hardSigmoid ?? this.#failHard(keys[0]!);',
      replace: "return 'hardSigmoidFifth';",
      ...LAYERS,
    },
    {
      name: 'keras: frozen layers thawed',
      find: "this.forTraining('trainable') === false",
      replace: "this.forTraining('trainable') === null",
      ...LAYERS,
    },
    {
      name: 'keras: keys of the prototype',
      find: 'Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined',
      replace: '(object[key] ?? undefined)',
      ...LAYERS,
    },
  ],
  'lib/exchange/keras-layers/recurrent.ts': [
    {
      name: 'keras: a stack that returns last outputs within',
      find: 'returnSequences: returnSequences || k < cells.length - 1',
      replace: 'returnSequences',
      ...recorded('RNN of a cell, and of a stack of cells'),
    },
    {
      name: 'keras: every cell of a stack backwards',
      find: 'goBackwards: goBackwards && k === 0',
      replace: 'goBackwards',
      ...recorded('a stack of cells, backwards'),
    },
    {
      name: 'keras: averages as sums',
      find: "['ave', 'average']",
      replace: "['ave', 'sum']",
      ...recorded('Bidirectional, ave'),
    },
    {
      name: 'keras: any activation of an update gate',
      find: 'if (!SYMMETRIC.includes(recurrentActivation))',
      replace: "if (recurrentActivation === 'tanh')",
      ...LAYERS,
    },
    {
      name: 'keras: positive weights of a negated gate',
      find: "rule?.name === 'nonNegative'",
      replace: 'rule === null',
      ...LAYERS,
    },
    {
      name: 'keras: a GRU resets before where its config says nothing',
      find: "config.flag(config.dialect.resetAfter, 'reset_after')",
      replace: "config.flag(false, 'reset_after')",
      ...LAYERS,
    },
  ],
  'lib/exchange/keras-layers/rules.ts': [
    { name: 'keras: L1 dropped', find: '|| l1 !== 0', replace: '', ...LAYERS },
    {
      name: 'keras: the default maximum of a norm',
      find: "max: numberOf(config, 'max_value', 2), rate: 1",
      replace: 'max: 2, rate: 1',
      ...LAYERS,
    },
  ],
  'lib/exchange/keras-layers/plain.ts': [
    {
      name: 'keras: our ε of normalization',
      find: "config.number('epsilon') ?? 1e-3",
      replace: "config.number('eps') ?? 1e-5",
      ...LAYERS,
      test: 'the options',
    },
    {
      name: 'keras: any axis normalized',
      find: 'single !== -1 && single !== (rank ?? 3) - 1',
      replace: 'single === null',
      ...LAYERS,
    },
  ],
  'lib/exchange/keras-layers/chain.ts': [
    {
      name: 'keras: dropout that stays active',
      find: "key === 'training' && value === true",
      replace: "key === ''",
      ...LAYERS,
      test: 'stays active',
    },
    {
      name: 'keras: branches dropped',
      find: 'if (left !== undefined) {',
      replace: 'if (left === null) {',
      ...LAYERS,
    },
    {
      name: 'keras: initial states dropped',
      find: "if (value === null || typeof value !== 'object') continue;",
      replace: "if (value === null || typeof value !== 'symbol') continue;",
      ...LAYERS,
    },
    {
      name: 'keras: states read as outputs',
      find: 'node !== 0 || output !== 0',
      replace: 'node !== 0',
      ...LAYERS,
    },
    {
      name: 'keras: levels without end',
      find: 'if (depth > LEVELS) fail(where',
      replace: 'if (depth > 999) fail(where',
      ...CORPUS,
    },
  ],
  'lib/exchange/keras-layers/masks.ts': [
    {
      name: 'keras: masked sequences backwards',
      find: 'if (reversed && keeps) {',
      replace: 'if (reversed && !keeps) {',
      ...LAYERS,
    },
  ],
  'lib/exchange/keras-layers/build.ts': [
    {
      name: 'keras: more memory than the file has',
      find: 'if (!(count <= most))',
      replace: 'if (!(count >= 0))',
      ...CORPUS,
    },
  ],
  'lib/exchange/keras-layers/match.ts': [
    {
      name: 'tfjs: cells in the order of the manifest',
      find: 'Number(numbers[a]) - Number(numbers[b])',
      replace: 'a - b',
      ...NAMES,
      test: 'stack',
    },
    {
      name: 'keras: both directions from one',
      find: 'rest.slice(0, -1).some((p) => p.startsWith(part))',
      replace: "rest.slice(0, -1).some((p) => p.startsWith(part) || p.startsWith('b'))",
      ...recorded('Bidirectional, sum'),
    },
    {
      name: 'keras: generators are weights',
      find: "!rest.some((part) => part.startsWith('seed_generator'))",
      replace: 'rest.length > 0',
      ...NAMES,
    },
  ],
  'lib/exchange/keras-layers/write-recurrent.ts': [
    {
      name: 'tfjs: resetAfter written',
      find: "cell.resetAfter && spelling.reader === 'TensorFlow.js'",
      replace: "cell.resetAfter && spelling.reader === 'Keras'",
      ...BAD,
    },
    {
      name: 'tfjs: the forward layer for both directions',
      find: 'JSON.stringify(forward) !== JSON.stringify(backward)',
      replace: 'JSON.stringify(forward) === undefined',
      ...BAD,
    },
    {
      name: 'tfjs: trained states dropped',
      find: 'if (trained === undefined) continue;',
      replace: 'if (trained !== null) continue;',
      ...BAD,
    },
  ],
  'lib/exchange/tfjs/arrays.ts': [
    {
      name: 'tfjs: no smallest number',
      find: '* scale + min',
      replace: '* scale',
      ...recorded('quantized to uint8'),
    },
    { name: 'tfjs: integers cut off', find: 'round(value)', replace: 'value', ...NAMES },
    {
      name: 'tfjs: a name twice',
      find: 'if (arrays.has(entry.name)) {',
      replace: 'if (arrays.has(entry.name.length as never)) {',
      ...CORPUS,
    },
    {
      name: 'tfjs: the state of an optimizer loaded',
      find: 'if (entry.isOptimizer) continue;',
      replace: '',
      ...NAMES,
    },
  ],
  'lib/exchange/tfjs/manifest.ts': [
    {
      name: 'tfjs: files of any size',
      find: 'if (bytes.length === size) return;',
      replace: 'if (bytes.length >= 0) return;',
      ...CORPUS,
    },
    {
      name: 'tfjs: every group from the first byte',
      find: 'return bytes.subarray(at - size, at);',
      replace: 'return bytes.subarray(0, size);',
      ...NAMES,
    },
  ],
  'lib/exchange/tfjs/from-tfjs.ts': [
    {
      name: 'tfjs: Keras 3 means the hard sigmoid of TensorFlow.js',
      find: '/^[3-9]/.test(version)',
      replace: "version === '9'",
      ...NAMES,
    },
    { name: 'tfjs: unknown arrays dropped', find: '  taker.finish();\n', replace: '', ...CORPUS },
  ],
  'lib/exchange/tfjs/to-tfjs.ts': [
    {
      name: 'tfjs: directions without names',
      find: 'if (part === undefined)',
      replace: "if (part !== '')",
      ...recorded('Bidirectional, sum'),
    },
    {
      name: 'tfjs: numbers that are not finite written',
      find: 'if (bad >= 0) refuse(where, name,',
      replace: 'if (bad > 99) refuse(where, name,',
      ...BAD,
    },
  ],
};
