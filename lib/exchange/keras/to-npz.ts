// Writes weights for Keras, with the program that makes the model there.

import { refuse, requireInstance } from '../../checks.ts';
import { StateError } from '../../errors.ts';
import { Network } from '../../layers/network.ts';
import { integer, optional, readOptions, type Schema } from '../../options.ts';
import type { ForeignArray } from '../foreign-array.ts';
import type { JsonObject } from '../keras-layers/config.ts';
import { type WrittenLayer, writeLayers } from '../keras-layers/write.ts';
import { writeNpz } from '../numpy/npz.ts';
import { layerCall } from './python.ts';
import { hardSigmoidOf, requireVersion } from './version.ts';

/** Options of `toKerasNpz`. */
export interface ToKerasNpzOptions {
  /** Name of the file in the program; default `'weights.npz'`. */
  readonly file?: string;
  /** Version of Keras that runs the program, which decides what hard_sigmoid means there; default `'3'`. */
  readonly kerasVersion?: string;
  /** Rows of a batch. Keras needs them for stateful layers; default: any number. */
  readonly batchSize?: number;
}

const OPTIONS: Schema<ToKerasNpzOptions, 'batchSize'> = {
  file: optional(requireFileName, 'weights.npz'),
  kerasVersion: optional(requireVersion, '3'),
  batchSize: optional(integer()),
};

/** Weights for Keras. */
export interface KerasNpz {
  /** Bytes of the .npz file: the arrays of `get_weights()` by layer, such as `lstm1/kernel`. */
  readonly npz: Uint8Array;
  /** A program in Python that makes the model, and sets its weights from the file. */
  readonly python: string;
}

function requireFileName(where: string, argument: string, value: unknown): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= 1000) return value;
  return refuse(where, argument, 'be the name of a file', value);
}

/**
 * Writes a model for Keras: an `.npz` file with the arrays, and a program in Python that makes the same model and sets its
 * weights. A program rather than a `.keras` file, so that Keras itself writes its own format.
 *
 * Layers: LSTM, GRU, SimpleRNN, and RNN of their cells, Bidirectional of two with the same options, Dense, Activation,
 * Embedding, Masking, LayerNormalization, Conv1D, Dropout, RepeatVector, TimeDistributed, and networks of such layers. What
 * Keras does not have, such as peepholes, is refused by the name of the layer.
 *
 * @param model - a Sequential or Network that is built
 * @throws ArgumentError naming the layer, StateError before the input size is known
 *
 * @example
 * ```ts
 * const model = new Sequential([new LSTM({ units: 4 }), new Dense({ units: 2 })], { inputSize: 3 }).build();
 * const { npz, python } = toKerasNpz(model);
 * [...(await readNpz(npz))].map(([name, { shape }]) => `${name} ${shape}`)[1]; // 'lstm1/recurrent_kernel 4,16'
 * python.includes('keras.layers.LSTM(name="lstm1", units=4'); // true
 * ```
 */
export function toKerasNpz(model: Network, options: ToKerasNpzOptions = {}): KerasNpz {
  const where = 'toKerasNpz';
  const checked = requireInstance<Network>(where, 'model', model, Network, 'be a Sequential or a Network');
  const { file, kerasVersion, batchSize = null } = readOptions(where, options, OPTIONS);
  if (!checked.built) {
    const remedy = 'Give the option inputSize and call build()';
    const received = 'a model that is not built';
    throw new StateError({ where, argument: 'model', expected: 'have parameters', received, remedy });
  }
  const spelling = { where, reader: 'Keras', hardSigmoid: hardSigmoidOf(kerasVersion)!, batchSize } as const;
  const layers = writeLayers(spelling, checked);
  const arrays = new Map<string, ForeignArray>();
  const lines = layers.flatMap((layer, k) => {
    const names = namesOf(layer);
    if (names.length === 0) return [];
    const values = layer.weights.flatMap((part) => part.write());
    const shapes = layer.weights.flatMap((part) => part.arrays.map(({ shape }) => shape));
    names.forEach((name, n) => {
      if (values[n]!.some((value) => !Number.isFinite(value)))
        refuse(where, `model.${layer.name}`, 'hold finite weights', name);
      arrays.set(name, { shape: shapes[n]!, dtype: checked.dtype, data: values[n]! });
    });
    const list = names.map((name) => `weights[${JSON.stringify(name)}]`).join(', ');
    return [`model.layers[${k}].set_weights([${list}])`];
  });
  return { npz: writeNpz(arrays), python: programOf(layers, checked.dtype, file, lines) };
}

/** Names of the arrays of a layer: `lstm1/kernel`, `bidirectional1/forward/kernel`. */
function namesOf({ name, weights }: WrittenLayer): string[] {
  return weights.flatMap(({ part, arrays }) =>
    arrays.map((array) => [name, part, array.name].filter((each) => each !== undefined).join('/')),
  );
}

function programOf(layers: readonly WrittenLayer[], dtype: string, file: string, lines: readonly string[]): string {
  const more: JsonObject = dtype === 'float32' ? {} : { dtype };
  const calls = layers.map(({ config }) => {
    const { class_name, config: options } = config as { readonly class_name: string; readonly config: JsonObject };
    return `    ${layerCall(class_name, options, more)},`;
  });
  const { batch_input_shape: shape } = layers[0]!.config.config as { readonly batch_input_shape: readonly unknown[] };
  const input = shape.map((size) => (size === null ? 'None' : size)).join(', ');
  return [
    'import keras',
    'import numpy as np',
    '',
    'model = keras.Sequential([',
    ...calls,
    '])',
    `model.build((${input}))`,
    `weights = np.load(${JSON.stringify(file)})`,
    ...lines,
    '',
  ].join('\n');
}
