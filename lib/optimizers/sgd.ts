// Stochastic gradient descent, with momentum.

import { refuse, requireBoolean } from '../checks.ts';
import { number, optional, readOptions, type Schema, unchecked } from '../options.ts';
import type { ParameterRun } from '../parameters/parameter-run.ts';
import { requireRate, type Schedule } from '../schedules/schedule.ts';
import type { FloatArray } from '../tensor/storage.ts';
import { Optimizer } from './optimizer.ts';
import type { OptimizerOptions, UpdateStep } from './optimizer-options.ts';
import { type ParameterGroup, parameterGroups } from './parameter-groups.ts';

/** Options of `SGD`. */
export interface SGDOptions extends OptimizerOptions {
  /** Learning rate η, finite and at least 0, or a function of the step; default 0.01. */
  readonly learningRate?: number | Schedule;
  /** Momentum μ, from 0 to below 1; default 0. */
  readonly momentum?: number;
  /** Whether to use Nesterov momentum, in the form of Sutskever et al. 2013 and PyTorch; default false. */
  readonly nesterov?: boolean;
  /** Dampening δ of the momentum, from 0 to 1: all gradients but the first count 1 − δ; default 0. */
  readonly dampening?: number;
  /** Weight decay λ, at least 0, which adds λw to the gradient; default 0. */
  readonly weightDecay?: number;
}

const OPTIONS: Schema<SGDOptions, 'groups'> = {
  learningRate: optional(requireRate, 0.01),
  groups: optional(unchecked<readonly ParameterGroup[]>),
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
  /** Names of the arrays of the state. */
  protected readonly slots: readonly string[];
  /** λ within the gradient that enters the state. */
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
    const given = readOptions('SGD', options, OPTIONS);
    const { learningRate, groups, momentum, nesterov, dampening, weightDecay } = given;
    if (nesterov && momentum === 0) refuse('SGD', 'momentum', 'be above 0 with nesterov', 0);
    if (dampening > 0 && (momentum === 0 || nesterov)) {
      refuse('SGD', 'dampening', 'be 0 without momentum, and with nesterov', dampening);
    }
    super('SGD', learningRate, parameterGroups('SGD', groups));
    this.momentum = momentum;
    this.nesterov = nesterov;
    this.dampening = dampening;
    this.weightDecay = weightDecay;
    this.slots = this.momentum > 0 ? ['v'] : [];
    this.coupledDecay = this.momentum > 0 ? this.weightDecay : 0;
  }

  /**
   * |v| and |g + λw + μv| are at most the largest gradient / (1 − μ), with all rounding at most twice that.
   *   Without momentum and with η, λ ≤ 1, weight decay only shrinks w.
   */
  protected override growth(largest: number, limit: number, { learningRate, decayFactor }: UpdateStep): number {
    const { momentum } = this;
    const weightDecay = this.weightDecay * decayFactor;
    const reach = (2 * largest) / (1 - momentum);
    const state = momentum <= 0.9999 && reach < limit;
    const decay = weightDecay === 0 || (weightDecay <= 1 && (momentum > 0 || learningRate <= 1));
    return state && decay && learningRate < limit ? learningRate * reach : Infinity;
  }

  /** Updates one run of parameters. */
  protected update(
    { arena, at: w, gradientsAt: g, size }: ParameterRun,
    [v]: readonly number[],
    step: UpdateStep,
  ): void {
    const { kernels } = arena;
    const { t, learningRate } = step;
    const { momentum } = this;
    const weightDecay = this.weightDecay * step.decayFactor;
    if (v === undefined) kernels.sgdUpdate(w, g, learningRate, weightDecay, size);
    else if (this.dampening > 0 && t > 1) this.#dampened(arena.data, [w, v, g], size, step);
    else if (this.nesterov) kernels.nesterovUpdate(w, v, g, learningRate, momentum, weightDecay, size);
    else kernels.momentumUpdate(w, v, g, learningRate, momentum, weightDecay, size);
  }

  /** (U12) */
  #dampened(
    data: FloatArray,
    [w, v, g]: readonly [number, number, number],
    size: number,
    { learningRate, decayFactor }: UpdateStep,
  ): void {
    const { momentum, dampening } = this;
    const weightDecay = this.weightDecay * decayFactor;
    for (let i = 0; i < size; i++) {
      const d = momentum * data[v + i]! + (1 - dampening) * (data[g + i]! + weightDecay * data[w + i]!);
      data[v + i] = d;
      data[w + i] = data[w + i]! - learningRate * d;
    }
  }
}
