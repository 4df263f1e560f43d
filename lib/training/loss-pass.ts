// The loss of a model's outputs over a sequence, accumulated segment by segment, and its gradient.

import type { Hooks, OutputSteps } from '../engine/hooks.ts';
import type { Mask } from '../engine/packing.ts';
import { asColumn, copyIn, rowsIn, stepRows } from '../engine/signal.ts';
import type { Traversal } from '../engine/traversal.ts';
import type { Loss } from '../losses/loss.ts';
import type { Arena } from '../memory/arena.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';

/** Checked targets of a pass; class numbers if `sparse`. */
export interface Target {
  readonly target: NdArrayLike;
  readonly sparse: boolean;
}

/** Targets of a pass with their mask. */
export interface MaskedTarget extends Target {
  /** Which time steps of the targets count; undefined if all do. */
  readonly targetMask?: Mask | undefined;
}

/** The sum of the weights of class numbers, for a loss that has weights; otherwise undefined: rows count 1. */
export function weightOfTargets(loss: Loss, { target, sparse, targetMask }: MaskedTarget): number | undefined {
  return sparse ? loss.weightOf(target, targetMask) : undefined;
}

/** Receives the loss so far, and the outputs that were added last, with their gradient. */
export type OnLoss = (loss: number, steps: OutputSteps) => void;

/** Accumulates a loss over one traversal. */
export class LossPass {
  readonly #where: string;
  readonly #loss: Loss;
  readonly #arena: Arena;
  readonly #traversal: Traversal;
  readonly #target: MaskedTarget;
  readonly #lossFrom: number;
  /** The sum of the weights of targets; undefined: rows count 1. */
  readonly #weight: number | undefined;
  /** Reduced loss of the time steps so far. */
  loss = 0;

  /**
   * @param where - public function that errors name
   * @param lossFrom - the first time step that has a target
   */
  constructor(where: string, loss: Loss, arena: Arena, traversal: Traversal, target: MaskedTarget, lossFrom: number) {
    this.#where = where;
    this.#loss = loss;
    this.#arena = arena;
    this.#traversal = traversal;
    this.#target = target;
    this.#lossFrom = lossFrom;
    this.#weight = weightOfTargets(loss, target);
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
    const { outputSteps: T, targets: at, packing } = this.#traversal;
    const { target, sparse } = this.#target;
    const first = this.#lossFrom;
    const whole = this.#loss.copySequences(this.#arena.data, at, target, this.#traversal.T, packing);
    if (whole === undefined) {
      const size = sparse ? 1 : this.#loss.targetSize(F);
      const part = { at, T: output.T, B, F: size, from: from - first, to: to - first, packing };
      copyIn(this.#arena, part, sparse ? asColumn(target) : target);
    }
    const rows = rowsIn(output, { rows: stepRows(B, packing, from, to), steps: to - from });
    const weight = this.#weight ?? rowsIn(output, { rows: stepRows(B, packing, first, T), steps: T - first });
    const places = {
      dOutput: gradient.at,
      each: -1,
      output: output.at,
      target: at,
      rows,
      F,
      sparse,
      ...(whole && { sequences: whole }),
    };
    this.loss += this.#loss.compute(this.#where, 'y', this.#arena, places, weight);
  }
}
