import { batchFirst, type Signal, timeSlice } from '../engine/pass.ts';
import type { Traversal, Work } from '../engine/traversal.ts';
import type { StackPass } from '../layers/stack.ts';
import type { Loss } from '../losses/loss.ts';
import type { Arena } from '../memory/arena.ts';
import { copyInto, type FloatNdArrayLike, type NdArrayLike } from '../tensor/ndarray-like.ts';

/** Targets of a pass, checked: class numbers when `sparse`. */
export interface Target {
  readonly target: NdArrayLike;
  readonly sparse: boolean;
}

/** Told the loss so far, and where the gradient of the outputs from step `from` on lies. */
export type OnLoss = (loss: number, prediction: Signal, from: number) => void;

/** The loss of a model's outputs, added up segment by segment, and its gradient. */
export class LossPass {
  readonly #where: string;
  readonly #loss: Loss;
  readonly #arena: Arena;
  readonly #traversal: Traversal<StackPass>;
  readonly #target: Target;
  readonly #lossFrom: number;
  /** Reduced loss of the steps so far. */
  loss = 0;

  /**
   * @param where - public function on whose behalf
   * @param lossFrom - the first step of the sequence that has a target
   */
  constructor(
    where: string,
    loss: Loss,
    arena: Arena,
    traversal: Traversal<StackPass>,
    target: Target,
    lossFrom: number,
  ) {
    this.#where = where;
    this.#loss = loss;
    this.#arena = arena;
    this.#traversal = traversal;
    this.#target = target;
    this.#lossFrom = lossFrom;
  }

  /** Only the loss. */
  get forward(): Work {
    return { onOutput: (from, to) => void this.#compute(from, to, this.#lossFrom) };
  }

  /** Loss and gradient. */
  backward(onLoss?: OnLoss): Work {
    const { pass, dOutput: at } = this.#traversal;
    return {
      writeGradient: (from, to, window) => {
        const written = this.#compute(from, to, window.lossFrom);
        if (written) onLoss?.(this.loss, { ...pass.output, at }, from);
        return written;
      },
    };
  }

  #compute(from: number, to: number, lossFrom: number): boolean {
    const { pass, dOutput: d, T } = this.#traversal;
    const { output, target: at } = pass;
    const { B, F } = output;
    const { data } = this.#arena;
    const { target, sparse } = this.#target;
    const sequence = output.T !== undefined;
    if (to <= (sequence ? lossFrom : T - 1)) return false;
    const skipped = sequence ? Math.max(0, lossFrom - from) : 0; // steps without a loss of this window
    const steps = sequence ? to - from - skipped : 1;
    const first = skipped * B * F;
    data.fill(0, d, d + first);
    const part = sequence ? timeSlice(target, from + skipped - this.#lossFrom, to - this.#lossFrom) : target;
    copyInto(targetView(this.#arena, { at, T: sequence ? steps : undefined, B, F }, sparse), part);
    const places = { dOutput: d + first, each: -1, output: output.at + first, target: at, rows: steps * B, F, sparse };
    const allRows = sequence ? (T - this.#lossFrom) * B : B;
    this.loss += this.#loss.compute(this.#where, 'y', this.#arena, places, allRows);
    return true;
  }
}

/** Targets as the arena holds them, time-major, seen batch-first: [B, T, F], or [B, T] for class numbers. */
function targetView(arena: Arena, { at, T, B, F }: Signal, sparse: boolean): FloatNdArrayLike {
  if (!sparse) return batchFirst(arena, { at, T, B, F });
  const { shape, stride, ...rest } = batchFirst(arena, { at, T, B, F: 1 });
  return { ...rest, shape: shape.slice(0, -1), stride: stride.slice(0, -1) };
}
