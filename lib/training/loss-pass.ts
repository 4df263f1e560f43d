// The loss of a model's outputs over a sequence, accumulated segment by segment, and its gradient.

import type { Hooks, OutputSteps } from '../engine/hooks.ts';
import type { Mask } from '../engine/packing.ts';
import { asColumn, copyIn, rowsIn, type SignalPart, stepRows } from '../engine/signal.ts';
import type { Traversal } from '../engine/traversal.ts';
import type { Loss, Sequences } from '../losses/loss.ts';
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
  if (!sparse || !loss.weighsClasses) return undefined;
  const { data, shape, offset } = target;
  const [rowStride, stepStride = 0] = target.stride as readonly [number, number?];
  const [B, T = 1] = shape as readonly [number, number?];
  const mask = shape.length === 2 ? targetMask : undefined;
  let sum = 0;
  for (let row = 0; row < B; row++) {
    const first = mask === undefined ? 0 : mask.offsets[row]!;
    const end = mask === undefined ? T : mask.offsets[row + 1]!;
    for (let k = first; k < end; k++) {
      const t = mask === undefined ? k : mask.times[k]!;
      sum += loss.weightOfClass(data[offset + row * rowStride + t * stepStride]!);
    }
  }
  return sum;
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
    const whole = this.#loss.needsWhole === undefined ? undefined : this.#copySequences(output);
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

  /** Copies the labels of all sequences, in the order of their rows. */
  #copySequences({ B }: SignalPart): Sequences {
    const { targets: at, T, packing } = this.#traversal;
    const { data: labels, shape, stride, offset } = this.#target.target;
    const S = shape[1]!;
    const { data } = this.#arena;
    for (let b = 0; b < B; b++) {
      const row = packing === undefined ? b : packing.order[b]!;
      for (let s = 0; s < S; s++) data[at + b * S + s] = labels[offset + row * stride[0]! + s * stride[1]!]!;
    }
    const lengthOf = (b: number): number => (packing === undefined ? T : packing.lengthOf(b));
    const rowOf = (b: number, t: number): number => (packing === undefined ? t * B : packing.starts[t]!) + b;
    return { B, labels: S, lengthOf, rowOf };
  }
}
