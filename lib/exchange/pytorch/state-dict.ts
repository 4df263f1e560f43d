// State dicts: the parameters of a model under PyTorch's names and in its shapes, both ways.

import { refuse } from '../../checks.ts';
import { type ForeignArray, type ForeignArrays, requireForeignArrays, type WritableArrays } from '../foreign-array.ts';
import { assignAll } from '../gates.ts';
import { Taker } from '../taker.ts';
import { requireAll, requireModel, requireNames } from '../targets.ts';
import type { StateDictModel, StateDictNames } from './names.ts';
import { readModule } from './read-module.ts';
import { writeModule } from './write-module.ts';

const NAMES = "be an object of layers by module: { rnn: ['lstm1', 'lstm2'], fc: 'dense1' }";

/**
 * Loads a state dict of PyTorch into a model: nn.LSTM, nn.GRU, nn.RNN with any number of layers, one or two directions and
 * projection, nn.LSTMCell, nn.GRUCell, nn.RNNCell, nn.Linear, nn.Embedding, nn.LayerNorm, nn.Conv1d. It compares every name and
 * shape, and loads all or nothing: it refuses arrays that the model has no use for, layers without arrays, numbers that
 * the model's element type does not hold, and layers that compute something else than PyTorch's.
 *
 * PyTorch's recurrent modules have two biases; their sums are loaded, apart from those of a GRU's candidate. Trained
 * initial states become zeros, as PyTorch's modules have none.
 *
 * @param model - a model, a layer or a cell that is built
 * @param arrays - by name, as `readSafetensors` and `readPt` return them
 * @param names - the layers here for each module of PyTorch, by its path
 * @throws FormatError naming the array, ArgumentError naming the layer, StateError before the input size is known; then
 *   nothing changes
 *
 * @example
 * ```ts
 * const model = new Sequential([new LSTM({ units: 2 }), new Dense({ units: 1 })], { inputSize: 3 }).build();
 * const arrays = toStateDict(model, { rnn: 'lstm1', fc: 'dense1' });
 * arrays.get('rnn.weight_ih_l0')?.shape;                       // [8, 3]
 * loadStateDict(model, arrays, { rnn: 'lstm1', fc: 'dense1' }); // undefined
 * ```
 */
export function loadStateDict(model: StateDictModel, arrays: WritableArrays, names: StateDictNames): void {
  const where = 'loadStateDict';
  const target = requireModel(where, model);
  const taker = new Taker(where, requireForeignArrays(where, 'arrays', arrays));
  const modules = requireNames(where, target, names, NAMES);
  const assignments = modules.flatMap(({ path, targets }) => {
    if (targets.length > 0) return readModule(where, taker, path, targets);
    return taker.ignore(path) ? [] : refuse(where, `names.${path}`, 'name something in the file', null);
  });
  requireAll(
    where,
    target,
    assignments.map(({ parameter }) => parameter),
    'a module',
  );
  taker.finish("Name the layers of their modules, or leave them out with null: { 'path': null }");
  assignAll(where, assignments);
}

/**
 * The parameters of a model as a state dict of PyTorch, which `writeSafetensors` writes. The same modules as in
 * `loadStateDict`.
 *
 * Where a layer has one bias, it becomes `bias_ih`, and `bias_hh` is zeros: outputs are the same, but if PyTorch goes on
 * training, both biases change, so their sum changes twice as much in a step of SGD.
 *
 * @param model - a model, a layer or a cell that is built
 * @param names - the layers here for each module of PyTorch, by its path; each layer with parameters once
 * @returns copies, by PyTorch's names, in the order of `names`
 * @throws ArgumentError for a layer that PyTorch has not, or without a name, StateError before the input size is known
 *
 * @example
 * ```ts
 * const layer = new GRU({ units: 2, resetAfter: true, inputSize: 3 }).build();
 * [...toStateDict(layer, { gru: layer }).keys()]; // ['gru.weight_ih_l0', 'gru.weight_hh_l0', 'gru.bias_ih_l0', 'gru.bias_hh_l0']
 * ```
 */
export function toStateDict(model: StateDictModel, names: StateDictNames): ForeignArrays {
  const where = 'toStateDict';
  const target = requireModel(where, model);
  const modules = requireNames(where, target, names, NAMES).filter(({ targets }) => targets.length > 0);
  const written = modules.flatMap(({ path, targets }) => writeModule(where, path, targets));
  requireAll(
    where,
    target,
    written.flatMap(({ parameters }) => parameters),
    'a module',
  );
  const arrays = new Map<string, ForeignArray>();
  for (const { name, shape, data } of written) {
    if (arrays.has(name)) refuse(where, 'names', 'give each array another name', name);
    arrays.set(name, { shape, dtype: target.dtype, data });
  }
  return arrays;
}
