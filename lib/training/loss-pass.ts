// The loss of a model's outputs over a sequence, accumulated segment by segment, and its gradient.

import type { Hooks, OutputSteps } from '../engine/hooks.ts';
import { asColumn, copyIn, copyOut, rowsIn, stepRows } from '../engine/signal.ts';
import type { Traversal } from '../engine/traversal.ts';
import type { Loss } from '../losses/loss.ts';
import type { Arena } from '../memory/arena.ts';
import type { FloatNdArrayLike } from '../tensor/ndarray-like.ts';
import { type MaskedTarget, weightOfTargets, weightsOfPart } from './targets.ts';

/** Receives the loss so far, and the outputs that were added last, with their gradient. */
export type OnLoss = (loss: number, steps: OutputSteps) => void;

/** What a loss is computed of. */
export interface LossPassOptions {
  readonly target: MaskedTarget;
  /** The first time step that has a target; default 0. */
  readonly lossFrom?: number;
  /** What a mean divides by; default what the targets count. */
  readonly weight?: number | undefined;
  /** Receives the outputs, in the shape of the targets of a regression; masked time steps stay as they are. */
  readonly out?: FloatNdArrayLike | undefined;
  /**
   * Receives the loss of each row, [B, 1] or [B, T, 1], of a loss that is one of class numbers of at least two classes
   * (`isEntropy`).
   */
  readonly each?: FloatNdArrayLike | undefined;
}

/** Accumulates a loss over one traversal. */
export class LossPass {
  readonly #where: string;
  readonly #loss: Loss;
  readonly #arena: Arena;
  readonly #traversal: Traversal;
  readonly #target: MaskedTarget;
  readonly #lossFrom: number;
  readonly #weight: number;
  readonly #out: FloatNdArrayLike | undefined;
  readonly #each: FloatNdArrayLike | undefined;
  /** Reduced loss of the time steps so far. */
  loss = 0;

  /** @param where - public function that errors name */
  constructor(where: string, loss: Loss, arena: Arena, traversal: Traversal, given: LossPassOptions) {
    const { target, lossFrom = 0, weight, out, each } = given;
    this.#where = where;
    this.#loss = loss;
    this.#arena = arena;
    this.#traversal = traversal;
    this.#target = target;
    this.#lossFrom = lossFrom;
    this.#out = out;
    this.#each = each;
    const { output } = traversal.pass;
    const T = output.T === undefined ? undefined : traversal.outputSteps - lossFrom;
    this.#weight = weight ?? weightOfTargets(loss, { T, B: output.B }, target);
  }

  /** Hooks that compute only the loss. */
  get forward(): Hooks {
    return { onOutput: (steps) => this.#add(steps) };
  }

  /** Hooks that compute the loss and its gradient. */
  backward(onLoss?: OnLoss): Hooks {
    return {
      writeGradient: (steps) => {
        this.#add(steps);
        onLoss?.(this.loss, steps);
      },
    };
  }

  /** Adds the loss of the outputs, and writes its gradient. */
  #add({ from, to, output, gradient }: OutputSteps): void {
    const { B, F } = output;
    const { targets: at, packing } = this.#traversal;
    const { target, sparse, weights } = this.#target;
    const first = this.#lossFrom;
    const whole = this.#loss.copySequences(this.#arena.data, at, target, this.#traversal.T, packing);
    const size = sparse ? 1 : this.#loss.targetSize(F);
    const part = { at, T: output.T, B, F: size, from: from - first, to: to - first, packing };
    if (whole === undefined) copyIn(this.#arena, part, sparse ? asColumn(target) : target);
    const rows = rowsIn(output, { rows: stepRows(B, packing, from, to), steps: to - from });
    const each = this.#each === undefined ? -1 : at + rows; // class numbers leave room, as F > 1
    const places = {
      dOutput: gradient.at,
      each,
      output: output.at,
      target: at,
      rows,
      F,
      sparse,
      ...(whole && { sequences: whole }),
      ...(weights && { weights: weightsOfPart(weights, part, whole !== undefined) }),
    };
    this.loss += this.#loss.compute(this.#where, 'y', this.#arena, places, this.#weight);
    if (this.#out !== undefined) copyOut(this.#arena, { ...output, from: part.from, to: part.to }, this.#out, false);
    if (this.#each !== undefined) copyOut(this.#arena, { ...part, at: each, F: 1 }, this.#each, false);
  }
}
