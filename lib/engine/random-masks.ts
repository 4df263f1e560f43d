// Random masks: a factor for each row and feature, drawn for every time step or once for a sequence.

import type { Kernels } from '../kernels/contract.ts';
import { threefry } from '../kernels/threefry.ts';
import type { Key } from '../random/draw.ts';
import type { DropoutNumbers } from '../random/dropout.ts';
import type { Random } from '../random/random.ts';
import { rowsBefore, rowsOf, type StepRows } from './packing.ts';
import type { Draw, Run, Workspace } from './pass.ts';
import type { SignalShape } from './signal.ts';

const { ceil, floor } = Math;
const TWO_32 = 4294967296;

/** What masks are drawn for. */
export type MaskScope = 'step' | 'sequence';

/**
 * The masks of one layer over the time steps of a pass. An element depends only on the seed and the layer (`random`), the
 * training step, the time step, the caller's row and the feature. So segments, packed rows and a second pass see the same
 * masks.
 */
export class RandomMasks {
  readonly #kernels: Kernels;
  readonly #key: Key;
  readonly #numbers: DropoutNumbers;
  readonly #F: number;
  readonly #at: number;
  /** Whether each time step has its own mask. */
  readonly #stepwise: boolean;

  /** Takes room for the masks of an input; one without a time axis has one mask. */
  constructor(
    { kernels, take }: Workspace,
    random: Random,
    numbers: DropoutNumbers,
    scope: MaskScope,
    { T, B, F }: SignalShape,
  ) {
    this.#kernels = kernels;
    this.#key = random.key;
    this.#numbers = numbers;
    this.#F = F;
    this.#stepwise = scope === 'step' && T !== undefined;
    this.#at = take((this.#stepwise ? T! : 1) * B * F, 'tape');
  }

  /** Draws the masks of a run. */
  draw({ steps, from, rows, draw }: Run): void {
    const key = keyOf(this.#key, draw.trainingStep);
    if (!this.#stepwise) this.#drawRows(key, this.#at, 0, rows.B, draw);
    else for (let t = 0; t < steps; t++) this.#drawRows(key, this.at(rows, t), from + t, rowsOf(rows, t), draw);
  }

  /** Position of the mask of step t of a run, [rows, F]. */
  at(rows: StepRows, t: number): number {
    return this.#stepwise ? this.#at + rowsBefore(rows, t) * this.#F : this.#at;
  }

  /** Draws one mask. Row r has the blocks of the generator from r·⌈F/2⌉ on, each with two words. */
  #drawRows([k0, k1]: Key, at: number, step: number, B: number, { order, firstRow = 0 }: Draw): void {
    const kernels = this.#kernels;
    const { threshold, scale } = this.#numbers;
    const F = this.#F;
    const blocks = ceil(F / 2);
    if (order === undefined && F % 2 === 0) {
      kernels.dropoutMask(at, threshold, scale, k0, k1, firstRow * blocks, step, B * F);
      return;
    }
    for (let row = 0; row < B; row++) {
      const first = (firstRow + (order === undefined ? row : order[row]!)) * blocks;
      kernels.dropoutMask(at + row * F, threshold, scale, k0, k1, first, step, F);
    }
  }
}

/** The key of a training step. */
function keyOf([k0, k1]: Key, trainingStep: number): Key {
  const block = new Uint32Array(2);
  threefry(block, k0, k1, trainingStep >>> 0, floor(trainingStep / TWO_32));
  return [block[0]!, block[1]!];
}
