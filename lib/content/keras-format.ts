// Files of Keras: .keras, .weights.h5 and .h5.

import { fromKeras, readKeras } from '../exchange/keras.ts';
import { attempt, parametersOf, type Read } from './content.ts';

const LOAD = 'loadKerasWeights of bptt/exchange/keras loads it into a model';

export const read: Read = async (bytes) => {
  const { kerasVersion, config, layers, arrays } = await readKeras(bytes);
  const version = kerasVersion === undefined ? '' : ` of Keras ${kerasVersion}`;
  const count = `${layers.length} layer${layers.length === 1 ? '' : 's'} with ${arrays.size} arrays`;
  if (config === undefined) {
    const refusal = 'it has weights and no model: build it, and load them with loadKerasWeights';
    return { what: `weights${version}, ${count}`, refusal, arrays, notes: [], use: LOAD };
  }
  const what = `a model${version}`;
  const { model, refusal } = await attempt(() => fromKeras(bytes));
  if (model === undefined) {
    return { what: `${what}, ${count}`, refusal, arrays, notes: [`not imported: ${refusal}`], use: LOAD };
  }
  return { what, model, arrays: parametersOf(model), notes: [], use: 'fromKeras of bptt/exchange/keras imports it' };
};
