// The state of an optimizer as tensors, for training loops of one's own that are saved and continued.

import { refuse, requireEntries, requireInstance, requireShape } from '../checks.ts';
import { integer, optional, readOptions, required, type Schema, unchecked } from '../options.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { requireParametersList } from '../parameters/require-parameters.ts';
import { requireRate } from '../schedules/schedule.ts';
import { copyOf, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Optimizer } from './optimizer.ts';

/** What an optimizer keeps for parameters that it steps together. */
export interface OptimizerState<A extends NdArrayLike = NdArrayLike> {
  /** Class name of the optimizer. */
  readonly kind: string;
  /** Number of steps so far, at least 0. */
  readonly iterations: number;
  /** Learning rate; absent if it follows a schedule. */
  readonly learningRate?: number;
  /** The arrays of the state: all of the first parameters, then those of the next. Frozen parameters have none. */
  readonly slots: readonly A[];
}

const STATE: Schema<OptimizerState, 'learningRate'> = {
  kind: required(unchecked<string>),
  iterations: required(integer(0)),
  learningRate: optional((where, argument, value) => {
    const rate = requireRate(where, argument, value);
    return typeof rate === 'number' ? rate : refuse(where, argument, 'be a number', value);
  }),
  slots: required((where, argument, value) =>
    requireEntries(where, argument, value as readonly NdArrayLike[], 'be an array of tensors').map((each, k) =>
      requireNdArray(where, `${argument}[${k}]`, each),
    ),
  ),
};

function requireOptimizer(where: string, value: unknown): Optimizer {
  return requireInstance(where, 'optimizer', value as Optimizer, Optimizer, 'be an optimizer: new Adam()');
}

/**
 * Copies the state that an optimizer has for parameters, for a training loop of your own that is to go on later. `fit` needs no such
 * code: see `Checkpoint`. Before the first step the arrays are 0, and the optimizer then belongs to these parameters.
 *
 * @param optimizer - it
 * @param parameters - as given to `step`, or those of a compiled model
 * @returns tensors and numbers, also after `JSON.parse(JSON.stringify(state))`
 * @throws ArgumentError, StateError as `step`
 *
 * @example
 * ```ts
 * const optimizer = new Adam();
 * const { parameters } = new Dense({ units: 2, inputSize: 3 }).build();
 * optimizer.step(parameters);
 * const { iterations, slots } = optimizerState(optimizer, parameters);
 * iterations;                        // 1
 * slots.map(({ shape }) => shape);   // [[8], [8]]: means of gradients and of their squares
 * ```
 */
export function optimizerState(
  optimizer: Optimizer,
  parameters: Parameters | readonly Parameters[],
): OptimizerState<Tensor> {
  const where = 'optimizerState';
  requireOptimizer(where, optimizer);
  const share = optimizer.claim(requireParametersList(where, 'parameters', parameters), where);
  const slots = [...share.members].flatMap((each) => each.slots.tensors.map((tensor) => tensor.copy()));
  const { kind, schedule, learningRate } = optimizer;
  return { kind, iterations: share.iterations, ...(schedule === undefined && { learningRate }), slots };
}

/**
 * Continues an optimizer from a state of `optimizerState`: the next steps have the bits of one that was not interrupted, if the
 * parameters are those of then.
 *
 * @param optimizer - with the options of then; a schedule goes on at the step of the state
 * @param parameters - of the same sizes in the same order
 * @param state - of `optimizerState`
 * @throws ArgumentError, ShapeError, StateError; then nothing changes
 *
 * @example
 * ```ts
 * const [layer, optimizer] = [new Dense({ units: 2, inputSize: 3 }).build(), new Adam()];
 * optimizer.step(layer.parameters);
 * const text = JSON.stringify(optimizerState(optimizer, layer.parameters)); // to a file
 *
 * const later = new Adam(); // in another process, beside the same layer from a file
 * setOptimizerState(later, layer.parameters, JSON.parse(text));
 * later.iterations; // 1
 * ```
 */
export function setOptimizerState(
  optimizer: Optimizer,
  parameters: Parameters | readonly Parameters[],
  state: OptimizerState,
): void {
  const where = 'setOptimizerState';
  requireOptimizer(where, optimizer);
  const list = requireParametersList(where, 'parameters', parameters);
  const { kind, iterations, learningRate, slots } = readOptions(where, state, STATE, 'state');
  if (kind !== optimizer.kind) refuse(where, 'state.kind', `be ${optimizer.kind}, as the optimizer`, kind);
  const scheduled = optimizer.schedule !== undefined;
  if (scheduled !== (learningRate === undefined)) {
    refuse(where, 'state.learningRate', scheduled ? 'be absent for a schedule' : 'be there', learningRate);
  }
  const count = optimizer.slotCount;
  const expected = list.length * count;
  if (slots.length !== expected) refuse(where, 'state.slots', `have ${expected} arrays`, slots.length);
  const copies = list.flatMap((each, i) => {
    const { size } = optimizer.trained(each);
    return slots.slice(i * count, (i + 1) * count).map((slot, k) => {
      const argument = `state.slots[${i * count + k}]`;
      requireShape(where, argument, slot.shape, [size]);
      return copyOf(where, argument, slot, each.arena.dtype).data;
    });
  });
  optimizer.restore(list, iterations, (slot, k) => slot.set(copies[k]!), where);
  if (learningRate !== undefined) optimizer.learningRate = learningRate;
}
