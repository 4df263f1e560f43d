// Stochastic gradient descent, with momentum.

import { refuse, requireBoolean } from '../checks.ts';
import { number, optional, readOptions, type Schema } from '../options.ts';
import type { ParameterRun } from '../parameters/parameter-run.ts';
import type { FloatArray } from '../tensor/storage.ts';
import { Optimizer, type OptimizerOptions } from './optimizer.ts';

/** Options of `SGD`. */
export interface SGDOptions extends OptimizerOptions {
  /** Learning rate η, finite and at least 0; default 0.01. */
  readonly learningRate?: number;
  /** Momentum μ, from 0 to below 1; default 0. */
  readonly momentum?: number;
  /** Whether to use Nesterov momentum, in the form of Sutskever et al. 2013 and PyTorch; default false. */
  readonly nesterov?: boolean;
  /** Dampening δ of the momentum, from 0 to 1: all gradients but the first count 1 − δ; default 0. */
  readonly dampening?: number;
  /** Weight decay λ, at least 0, which adds λw to the gradient; default 0. */
  readonly weightDecay?: number;
}

const OPTIONS: Schema<SGDOptions> = {
  learningRate: optional(number({ min: 0 }), 0.01),
  momentum: optional(number({ min: 0, max: 1, maxOpen: true }), 0),
  nesterov: optional(requireBoolean, false),
  dampening: optional(number({ min: 0, max: 1 }), 0),
  weightDecay: optional(number({ min: 0 }), 0),
};

/**
 * Stochastic gradient descent: (U1) w ← w − η(g + λw); with momentum (U2) v ← μv + g + λw, w ← w − ηv; with Nesterov
 * momentum (U3) w ← w − η(g + λw + μv). With dampening δ (U12) v ← μv + (1−δ)(g + λw) from the second step on. Same updates as `torch.optim.SGD`. Default learning rate 0.01.
 *
 * @example
 * ```ts
 * const parameters = Parameters.of({ w: tensor([1]) });
 * parameters.get('w').gradient.set(0, 2);
 * new SGD({ learningRate: 0.25 }).step(parameters);
 * parameters.get('w').value.get(0); // 0.5
 * ```
 */
export class SGD extends Optimizer {
  readonly kind = 'SGD';
  /** @internal */
  protected readonly slots: readonly string[];
  /** @internal */
  protected override readonly coupledDecay: number;
  /** μ */
  readonly momentum: number;
  /** Whether Nesterov momentum is used. */
  readonly nesterov: boolean;
  /** δ */
  readonly dampening: number;
  /** λ */
  readonly weightDecay: number;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: SGDOptions = {}) {
    const { learningRate, momentum, nesterov, dampening, weightDecay } = readOptions('SGD', options, OPTIONS);
    if (nesterov && momentum === 0) refuse('SGD', 'momentum', 'be above 0 with nesterov', 0);
    if (dampening > 0 && (momentum === 0 || nesterov)) {
      refuse('SGD', 'dampening', 'be 0 without momentum, and with nesterov', dampening);
    }
    super('SGD', learningRate);
    this.momentum = momentum;
    this.nesterov = nesterov;
    this.dampening = dampening;
    this.weightDecay = weightDecay;
    this.slots = this.momentum > 0 ? ['v'] : [];
    this.coupledDecay = this.momentum > 0 ? this.weightDecay : 0;
  }

  /**
   * @internal |v| and |g + λw + μv| are at most the largest gradient / (1 − μ), with all rounding at most twice that.
   *   Without momentum and with η, λ ≤ 1, weight decay only shrinks w.
   */
  protected override growth(largest: number, limit: number): number {
    const { learningRate, momentum, weightDecay } = this;
    const reach = (2 * largest) / (1 - momentum);
    const state = momentum <= 0.9999 && reach < limit;
    const decay = weightDecay === 0 || (weightDecay <= 1 && (momentum > 0 || learningRate <= 1));
    return state && decay && learningRate < limit ? learningRate * reach : Infinity;
  }

  /** @internal */
  protected update({ arena, at: w, gradientsAt: g, size }: ParameterRun, [v]: readonly number[], t: number): void {
    const { kernels } = arena;
    const { learningRate, momentum, weightDecay } = this;
    if (v === undefined) kernels.sgdUpdate(w, g, learningRate, weightDecay, size);
    else if (this.dampening > 0 && t > 1) this.#dampened(arena.data, w, v, g, size);
    else if (this.nesterov) kernels.nesterovUpdate(w, v, g, learningRate, momentum, weightDecay, size);
    else kernels.momentumUpdate(w, v, g, learningRate, momentum, weightDecay, size);
  }

  /** (U12) */
  #dampened(data: FloatArray, w: number, v: number, g: number, size: number): void {
    const { learningRate, momentum, weightDecay, dampening } = this;
    for (let i = 0; i < size; i++) {
      const step = momentum * data[v + i]! + (1 - dampening) * (data[g + i]! + weightDecay * data[w + i]!);
      data[v + i] = step;
      data[w + i] = data[w + i]! - learningRate * step;
    }
  }
}
