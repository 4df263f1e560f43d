// Hostile files of TensorFlow.js, each with the error that it gets.

import { fromTfjs } from '../../../lib/exchange/tfjs.ts';
import { type changed, files, reading } from './files.ts';

const { json, weights } = files;
const text = (content: string) => () => fromTfjs(content, weights);
const first = (json: Parameters<Parameters<typeof changed>[0]>[0]) => json.weightsManifest[0]!.weights[0]!;
const layer = (json: Parameters<Parameters<typeof changed>[0]>[0], k = 0) => json.modelTopology.config.layers[k]!;
const quantized = (quantization: object) => reading((json) => Object.assign(first(json), { quantization }));

/** What it is, how it is read, and the whole message. */
export const TFJS_CORPUS: readonly (readonly [what: string, read: () => unknown, message: string])[] = [
  ['tfjs: nothing', text(''), 'fromTfjs: "modelJson" must be JSON; received text that is no JSON'],
  ['tfjs: a part', text('{"a":'), 'fromTfjs: "modelJson" must be JSON; received text that is no JSON'],
  [
    'tfjs: bytes that are not UTF-8',
    () => fromTfjs(Uint8Array.of(0x7b, 0xff), weights),
    'fromTfjs: "modelJson" must be JSON; received bytes that are not UTF-8',
  ],
  ['tfjs: a million lists', text('['.repeat(1e6)), 'fromTfjs: "modelJson" must be JSON; received more than 64 levels'],
  [
    'tfjs: a million values',
    text(`[${'0,'.repeat(1e6)}0]`),
    'fromTfjs: "modelJson" must be JSON; received more than 131072 values',
  ],
  ['tfjs: a list', text('[]'), 'fromTfjs: "modelJson" must be an object; received []'],
  [
    'tfjs: the prototype of objects',
    text('{"__proto__":{"modelTopology":{}}}'),
    'fromTfjs: "modelJson" must have a modelTopology; received undefined',
  ],
  [
    'tfjs: a graph',
    reading((json) => Object.assign(json, { format: 'graph-model' })),
    'fromTfjs: "modelJson" must hold layers; received a graph of TensorFlow operators. ' +
      'Save the model with model.save of TensorFlow.js, or convert it to the format tfjs_layers_model',
  ],
  [
    'tfjs: no layers',
    reading((json) => Object.assign(json.modelTopology.config, { layers: [] })),
    'fromTfjs: "config" must have 1 to 1024 layers; received []',
  ],
  [
    'tfjs: two thousand layers',
    reading((json) =>
      Object.assign(json.modelTopology.config, { layers: Array.from({ length: 2000 }, () => layer(json)) }),
    ),
    'fromTfjs: "config" must have 1 to 1024 layers; received [an object (Object), an object (Object), an object (Object), an object (Object), an object (Object), an object (Object), an object (Object), an object (Object), …]',
  ],
  [
    'tfjs: models within models without end',
    reading((json) => {
      let model = structuredClone(json.modelTopology);
      for (let k = 0; k < 9; k++) model = { class_name: 'Sequential', config: { layers: [model as never] } };
      json.modelTopology = model;
    }),
    'fromTfjs: "config" must have at most 4 levels of models; received more',
  ],
  [
    'tfjs: a class of every object',
    reading((json) => Object.assign(layer(json), { class_name: 'constructor' })),
    'fromTfjs: "gru1" must be a layer that bptt has; received another class (constructor). bptt has no such layer. Without it, load the weights into a model of your own',
  ],
  [
    'tfjs: a million units',
    reading((json) => Object.assign(layer(json).config, { units: 1e6 })),
    'fromTfjs: "config" must have at most the 39 weights of its file; received layers of 3000013000001 weights',
  ],
  [
    'tfjs: units that no number holds',
    reading((json) => Object.assign(layer(json).config, { units: 1e300 })),
    'fromTfjs: "gru1" must have units that must be an integer of at least 1; received 1e+300',
  ],
  [
    'tfjs: an input of another size',
    reading((json) => Object.assign(layer(json).config, { batch_input_shape: [null, null, 2] })),
    'fromTfjs: "gru1/kernel" must have shape [2, 6]; received [3, 6] (axis 0: expected 2, got 3)',
  ],
  [
    'tfjs: another order of layers',
    reading((json) => json.modelTopology.config.layers.reverse()),
    'fromTfjs: "gru1/kernel" must have shape [1, 6]; received [3, 6] (axis 0: expected 1, got 3)',
  ],
  [
    'tfjs: a layer that gets no sequences',
    reading((json) => {
      json.modelTopology.config.layers.push({
        class_name: 'GRU',
        config: { name: 'gru2', units: 1, reset_after: false },
      });
    }),
    'fromTfjs: "config" must have layers that fit each other: gru2 must follow a layer that gives sequences; received an object (Dense)',
  ],
  [
    'tfjs: a byte missing',
    () => fromTfjs(json, weights.subarray(1)),
    'fromTfjs: "weights" must have 156 bytes for the weights in modelJson; received 155 bytes',
  ],
  [
    'tfjs: a file too short',
    () => fromTfjs(json, [weights.subarray(4)]),
    'fromTfjs: "weights" must have 156 bytes in group1-shard1of1.bin; received 152 bytes',
  ],
  [
    'tfjs: a shape of 2⁵³ elements',
    reading((json) => Object.assign(first(json), { shape: [2 ** 52, 2 ** 52] })),
    'fromTfjs: "modelJson" must have a shape for gru1/kernel; received [4503599627370496, 4503599627370496]',
  ],
  [
    'tfjs: a negative size',
    reading((json) => Object.assign(first(json), { shape: [-3, -6] })),
    'fromTfjs: "modelJson" must have a shape for gru1/kernel; received [-3, -6]',
  ],
  [
    'tfjs: texts',
    reading((json) => Object.assign(first(json), { dtype: 'string' })),
    'fromTfjs: "modelJson" must have weights of float32, int32 or bool, as those of layers are; received gru1/kernel of "string"',
  ],
  [
    'tfjs: a name twice',
    reading((json) => Object.assign(json.weightsManifest[0]!.weights[4]!, { name: 'dense1/kernel' })),
    'fromTfjs: "modelJson" must name each weight once; received dense1/kernel twice',
  ],
  [
    'tfjs: a name of another layer',
    reading((json) => Object.assign(first(json), { name: 'gru2/kernel' })),
    'fromTfjs: "gru1" must have one array kernel [3, 6]; received gru1/recurrent_kernel, gru1/bias',
  ],
  [
    'tfjs: an array without a layer',
    reading(
      (json) => void json.weightsManifest[0]!.weights.push({ name: 'lstm/kernel', shape: [0], dtype: 'float32' }),
    ),
    'fromTfjs: "arrays" must contain only arrays that the model has a use for; received lstm/kernel',
  ],
  [
    'tfjs: infinite numbers',
    () => fromTfjs(json, new Uint8Array(156).fill(0xff)),
    'fromTfjs: "gru1/kernel" must hold finite numbers; received NaN at element 0',
  ],
  [
    'tfjs: another quantization',
    quantized({ dtype: 'int4', scale: 1, min: 0 }),
    'fromTfjs: "modelJson" must quantize gru1/kernel to uint8, uint16 or float16; received "int4" for float32',
  ],
  [
    'tfjs: integers without a scale',
    quantized({ dtype: 'uint8', min: 0 }),
    'fromTfjs: "modelJson" must have a scale and a min for gru1/kernel; received undefined and 0',
  ],
  [
    'tfjs: no manifest',
    () => fromTfjs({ modelTopology: json.modelTopology }, weights),
    'fromTfjs: "modelJson" must have a list of at most 8192 weights; received undefined',
  ],
  [
    'tfjs: paths that are numbers',
    reading((json) => Object.assign(json.weightsManifest[0]!, { paths: [7] as never })),
    'fromTfjs: "modelJson" must have a list of paths for each group of weights; received [7]',
  ],
];
