// `Cell.step`: one time step of a cell by itself, outside any layer.

import { requireElements, requireShape } from '../checks.ts';
import type { Arena, Take } from '../memory/arena.ts';
import { KeptMatrix } from '../memory/matrix.ts';
import { PackedVersion } from '../memory/packed-version.ts';
import { StateSlot, StateTree } from '../memory/states.ts';
import type { Usage } from '../memory/usage.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import type { CellDescription } from './description.ts';
import { type CellWeights, type PackedWeights, packWeights, takeWeights } from './packed-weights.ts';
import { type ForwardStep, firstStep, type InputForward, takeSteps } from './step.ts';

/** A cell that is run by itself. */
interface SteppedCell extends CellDescription {
  readonly weights: CellWeights;
  inputForward(input: InputForward): void;
  forwardStep(step: ForwardStep<string, string>): void;
}

/** A time step in its arena. */
interface CellStep<S> {
  readonly tree: StateTree<S>;
  /** Elements that the arena kept then: the step lies behind them. */
  readonly kept: number;
  readonly usage: Usage;
  readonly x: KeptMatrix;
  readonly input: InputForward;
  readonly weights: PackedWeights;
  readonly packed: PackedVersion;
  readonly step: ForwardStep<string, string>;
  readonly before: StateSlot<S>;
  readonly after: StateSlot<S>;
}

/** Runs single time steps of one cell. Steps of the batch size of the one before it use the same room. */
export class StepRunner<S> {
  readonly #cell: SteppedCell;
  #laid: CellStep<S> | undefined;

  constructor(cell: SteppedCell) {
    this.#cell = cell;
  }

  /**
   * One time step on checked copies of x and the state; returns the next state, new arrays. `build` creates
   * the parameters if there are none, with room for what its second argument takes.
   */
  run(x: NdArrayLike, state: unknown, build: (inputSize: number, plan: (take: Take) => unknown) => unknown): S {
    const cell = this.#cell;
    const where = `${cell.kind}.step`;
    const source = requireNdArray(where, 'x', x);
    requireShape(where, 'x', source.shape, ['B', cell.inputSize ?? 'I']);
    requireElements(where, 'x', source.shape);
    const [B, I] = source.shape as [number, number];
    const last = this.#laid?.tree;
    const tree = last?.B === B ? last : new StateTree<S>(cell.stateSpecs, B, cell.dtype);
    if (state !== undefined) tree.read(where, 'state', state);
    if (!cell.built) build(I, (take) => takeStep(cell, take, B, I));
    const { x: kept, input, weights, packed, step, before, after } = this.#layOut(where, tree, I);
    kept.copyFrom(source);
    if (state === undefined) before.clear();
    else before.load();
    if (!packed.isCurrent(cell.parameters.arena)) packWeights(cell.weights, step.kernels, weights);
    cell.inputForward(input);
    cell.forwardStep(step);
    return after.copy();
  }

  #layOut(where: string, tree: StateTree<S>, I: number): CellStep<S> {
    const { arena } = this.#cell.parameters;
    const laid = this.#laid;
    if (laid?.tree === tree && laid.kept === arena.kept) {
      arena.layOutAgain(laid.usage);
      return laid;
    }
    this.#laid = layStep(this.#cell, arena, where, tree, I);
    return this.#laid;
  }
}

function takeStep(cell: SteppedCell, take: Take, B: number, I: number) {
  return {
    x: take(B * I),
    steps: takeSteps(cell, take, B, 1),
    weights: takeWeights(cell, I, take),
  };
}

function layStep<S>(cell: SteppedCell, arena: Arena, where: string, tree: StateTree<S>, I: number): CellStep<S> {
  const { B } = tree;
  const { kernels, kept } = arena;
  const { x, steps, weights } = arena.layOut((take) => takeStep(cell, take, B, I), where);
  const { step, before, after } = firstStep(cell, kernels, B, steps, weights.recurrent);
  const { N, gates } = step;
  return {
    tree,
    kept,
    usage: arena.passUsage,
    x: new KeptMatrix(arena, x, B, I),
    input: { kernels, rows: B, I, N, x, gates, inputSaved: steps.inputSaved, weights: weights.input },
    weights,
    packed: new PackedVersion(),
    step,
    before: new StateSlot(arena, tree, before),
    after: new StateSlot(arena, tree, after),
  };
}
