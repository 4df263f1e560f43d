const LOAD = { killedBy: 'spec/exchange/keras/load-weights.spec.ts' };
const FROM = { killedBy: 'spec/exchange/keras/from-keras.spec.ts' };
const READ = { killedBy: 'spec/exchange/keras/read-keras.spec.ts', test: 'readKeras' };
const HOSTILE = { killedBy: 'spec/exchange/keras/hostile.spec.ts' };
const WRITE = { killedBy: 'spec/exchange/keras/to-npz.spec.ts', test: 'toKerasNpz' };

/** Mutants that read files of Keras wrongly, or write weights for it wrongly.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const keras = {
  'lib/exchange/keras/gates.ts': [
    {
      name: 'keras: blocks of cuDNN not transposed',
      find: 'const place = r + rows * j;',
      replace: 'const place = r * H + j;',
      ...LOAD,
      test: 'cudnn2.h5',
    },
    {
      name: 'keras: the second bias of cuDNN dropped',
      find: 'result[j] = bias[j]! + bias[half + j]!;',
      replace: 'result[j] = bias[j]!;',
      ...LOAD,
      test: 'cudnn2.h5',
    },
    {
      name: "keras: the gates of Keras 1 in today's order",
      find: "LSTMCell: ['icfo', 'ifco']",
      replace: "LSTMCell: ['ifco', 'ifco']",
      ...LOAD,
      test: 'weights1.h5',
    },
  ],
  'lib/exchange/keras/part.ts': [
    {
      name: 'keras: a GRU of the other form loaded from Keras 1',
      find: "if (cell!.kind === 'GRUCell') requireReset(",
      replace: "if (cell!.kind === 'GRU') requireReset(",
      ...LOAD,
      test: 'a GRU of the other form',
    },
    {
      name: 'keras: cuDNN with any activation',
      find: "if (activation !== 'tanh') refuse(",
      replace: 'if (activation === undefined) refuse(',
      ...LOAD,
      test: 'another activation',
    },
    {
      name: 'keras: cuDNN with any gates',
      find: "if (recurrentActivation !== 'sigmoid') refuse(",
      replace: 'if (recurrentActivation === undefined) refuse(',
      ...LOAD,
      test: 'another gate',
    },
    {
      name: 'keras: names of arrays not compared',
      find: 'if (meaning !== undefined && meaning !== expected)',
      replace: 'if (meaning === expected && meaning === undefined)',
      ...LOAD,
      test: 'names that say something else',
    },
    {
      name: 'keras: cells of a stack all with one name',
      find: 'numbered(used, pathName(cell?.kind',
      replace: 'numbered(new Map(), pathName(cell?.kind',
      ...FROM,
      test: 'nested3.keras',
    },
    {
      name: 'keras: directions without a cell',
      find: '_layer/cell`;',
      replace: '_layer`;',
      ...FROM,
      test: 'nested3.keras',
    },
  ],
  'lib/exchange/keras/version.ts': [
    {
      name: 'keras: one hard sigmoid for all versions',
      find: "version.startsWith('3') ? 'hardSigmoidSixth'",
      replace: "version.startsWith('9') ? 'hardSigmoidSixth'",
      ...FROM,
      test: 'functional3.keras',
    },
    {
      name: 'keras: versions that contradict the file',
      find: 'given !== undefined && given[0] !== found[0]',
      replace: 'given !== undefined && given[0] === undefined',
      ...LOAD,
      test: 'a version that the file contradicts',
    },
  ],
  'lib/exchange/keras/load-weights.ts': [
    {
      name: 'keras: any hard sigmoid for weights',
      find: '&& name !== theirs',
      replace: "&& name === ''",
      ...LOAD,
      test: 'hard sigmoid',
    },
    {
      name: 'keras: unused arrays dropped',
      find: "taker.finish('Name",
      replace: "void ('Name",
      ...LOAD,
      test: 'a bias too many',
    },
    {
      name: 'keras: trained initial states kept',
      find: 'const zeros = layers.flatMap(([, layer]) => initialStates(layer));',
      replace: 'const zeros = layers.flatMap(([, layer]) => initialStates(layer).slice(99));',
      ...LOAD,
      test: 'initial states',
    },
    {
      name: 'keras: layers without arrays left as they are',
      find: 'if (layers.length !== leaves.length) {',
      replace: 'if (layers.length < leaves.length) {',
      ...LOAD,
      test: 'another number of layers',
    },
  ],
  'lib/exchange/keras/from-keras.ts': [
    {
      name: 'keras: models that are frozen in part',
      find: "if (format !== 'h5' || ",
      replace: "if (format === 'h5' || ",
      ...FROM,
      test: 'frozen',
    },
    {
      name: 'keras: a GRU of Keras 2 resets after the product',
      find: 'resetAfter: three,',
      replace: 'resetAfter: !three,',
      killedBy: 'spec/exchange/keras/from-keras.spec.ts',
      test: 'an option that Keras 2 left out',
    },
    {
      name: 'keras: arrays that the config does not have dropped',
      find: 'taker.finish();',
      replace: '',
      ...HOSTILE,
      test: 'a bias that the config lacks',
    },
  ],
  'lib/exchange/keras/keras-1.ts': [
    {
      name: "keras: Keras 1's activations of gates forgotten",
      find: "['inner_activation', 'recurrent_activation']",
      replace: "['inner_activation', null]",
      ...FROM,
      test: 'sequential1.h5',
    },
    {
      name: "keras: Keras 1's bias unread",
      find: "['bias', 'use_bias'],",
      replace: '',
      ...FROM,
      test: 'sequential1.h5',
    },
  ],
  'lib/exchange/keras/arrays.ts': [
    {
      name: 'keras: numbers of arrays sorted as texts',
      find: 'a.stem === b.stem ? a.number - b.number',
      replace: 'a.stem === b.stem ? (a.name < b.name ? -1 : 1)',
      ...READ,
    },
    {
      name: 'keras: the state of the optimizer among the weights',
      find: "const OPTIMIZER = 'optimizer';",
      replace: "const OPTIMIZER = 'optimizers';",
      ...READ,
    },
    {
      name: 'keras: the state of random generators among the weights',
      find: 'if (SEEDS.includes(name)) continue;',
      replace: '',
      ...READ,
    },
    {
      name: 'keras: only the first part of a long attribute',
      find: 'for (const text of part) parts.push(text);',
      replace: 'if (k === 0) for (const text of part) parts.push(text);',
      ...READ,
    },
  ],
  'lib/exchange/keras/hdf5/filters.ts': [
    {
      name: 'hdf5: bytes not unshuffled',
      find: 'whole[j * elementSize + k] = bytes[k * count + j]!;',
      replace: 'whole[k * count + j] = bytes[k * count + j]!;',
      ...READ,
    },
  ],
  'lib/exchange/keras/hdf5/chunks.ts': [
    {
      name: 'hdf5: chunks at the edge not cut',
      find: 'Math.min(length, shape[axis]! - first[axis]!)',
      replace: 'Math.min(length, shape[axis]!)',
      ...READ,
    },
    {
      name: 'hdf5: missing chunks left 0',
      find: 'if (chunks.size !== count)',
      replace: 'if (chunks.size > count)',
      ...HOSTILE,
      test: 'chunks of fewer rows',
    },
  ],
  'lib/exchange/keras/hdf5/groups.ts': [
    {
      name: 'hdf5: symbolic links followed to nowhere',
      find: '=== SOFT) refuseLink(',
      replace: '=== 99) refuseLink(',
      ...HOSTILE,
      test: 'a symbolic link',
    },
    {
      name: 'hdf5: levels of trees not compared',
      find: 'own !== (level ?? own) || own > 32',
      replace: 'own > 200',
      ...HOSTILE,
      test: 'a tree',
    },
  ],
  'lib/exchange/keras/hdf5/file.ts': [
    {
      name: 'hdf5: a file that was cut off',
      find: 'last === NOTHING || last > bytes.length',
      replace: 'last === NOTHING',
      ...HOSTILE,
      test: 'cut off',
    },
    {
      name: 'hdf5: objects read again for each name',
      find: 'this.#seen.has(address)',
      replace: 'address < 0',
      ...HOSTILE,
      test: 'a group in itself',
    },
  ],
  'lib/exchange/keras/hdf5/types.ts': [
    {
      name: 'hdf5: big-endian floats read as little-endian',
      find: 'const littleEndian = (bits & 1) === 0;',
      replace: 'const littleEndian = (bits & 64) === 0;',
      ...READ,
    },
  ],
  'lib/exchange/keras/hdf5/attributes.ts': [
    {
      name: 'hdf5: texts with their padding',
      find: 'source.bytes[end - 1] === 0 ||',
      replace: 'source.bytes[end - 1] === 1 ||',
      ...READ,
    },
  ],
  'lib/exchange/keras/to-npz.ts': [
    {
      name: 'keras: weights set in layers by their number among those with weights',
      find: '{k}].set_weights',
      replace: '{k - 1}].set_weights',
      ...WRITE,
    },
    {
      name: 'keras: numbers that are not finite written',
      find: '.some((value) => !Number.isFinite(value))',
      replace: '.some((value) => value === undefined)',
      killedBy: 'spec/bad-input/keras.spec.ts',
      test: 'toKerasNpz',
    },
  ],
  'lib/exchange/keras/python.ts': [
    {
      name: 'keras: options that are not the default left out of programs',
      find: 'value !== DEFAULTS[key]',
      replace: '!(key in DEFAULTS)',
      ...WRITE,
    },
  ],
  'lib/exchange/keras-layers/paths.ts': [
    {
      name: 'keras: layers of a class without numbers',
      find: 'return count === 0 ? name',
      replace: 'return count >= 0 ? name',
      ...FROM,
      test: 'functional3.keras',
    },
    {
      name: 'keras: SimpleRNN as simplernn in paths',
      find: ".replace(/([a-z])([A-Z])/g, '$1_$2')",
      replace: '',
      ...FROM,
      test: 'functional3.keras',
    },
  ],
};
