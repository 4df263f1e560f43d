// `Cell.step`: one time step of a cell by itself, outside any layer.

import { requireElements, requireShape } from '../checks.ts';
import type { Take } from '../memory/arena.ts';
import { StateSlot, StateTree } from '../memory/states.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { copyInto, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import type { DType } from '../tensor/storage.ts';
import type { InputForward } from './input.ts';
import { packWeights, takeWeights } from './packed-weights.ts';
import type { CellParts } from './sizes.ts';
import { type ForwardStep, firstStep, takeSteps } from './step.ts';

/** A cell that is run by itself. */
interface SteppedCell extends CellParts {
  readonly kind: string;
  readonly dtype: DType;
  readonly built: boolean;
  readonly parameters: Parameters;
  inputForward(input: InputForward): void;
  forwardStep(step: ForwardStep<string, string>): void;
}

/**
 * One time step on checked copies of x and the state; returns the next state, new arrays. `build` makes the parameters,
 * where there are none yet, with room for what its second argument takes.
 */
export function runStep<S>(
  cell: SteppedCell,
  x: NdArrayLike,
  state: unknown,
  build: (inputSize: number, plan: (take: Take) => unknown) => unknown,
): S {
  const where = `${cell.kind}.step`;
  const input = requireNdArray(where, 'x', x);
  requireShape(where, 'x', input.shape, ['B', cell.inputSize ?? 'I']);
  requireElements(where, 'x', input.shape);
  const [B, I] = input.shape as [number, number];
  const tree = new StateTree<S>(cell.stateSpecs, B, cell.dtype);
  if (state !== undefined) tree.read(where, 'state', state);
  const plan = (take: Take) => ({
    x: take(B * I),
    inputSaved: take(B * cell.inputSavedSize),
    steps: takeSteps(cell, take, B, 1),
    weights: takeWeights(cell, I, take),
  });
  if (!cell.built) build(I, plan);
  const { arena } = cell.parameters;
  const { kernels } = arena;
  const room = arena.layOut(plan, where);
  const { step, before, after } = firstStep(cell, kernels, B, room.steps, room.weights.recurrent);
  const { data } = arena;
  copyInto({ data, shape: [B, I], stride: [I, 1], offset: room.x }, input);
  if (state !== undefined) new StateSlot(arena, tree, before).load();
  else tree.leaves.forEach(({ width }, k) => void data.fill(0, before[k]!, before[k]! + B * width));
  packWeights(cell, kernels, room.weights);
  const { gates } = step;
  cell.inputForward({ kernels, rows: B, x: room.x, gates, inputSaved: room.inputSaved, weights: room.weights.input });
  cell.forwardStep(step);
  return new StateSlot(arena, tree, after).copy();
}
