// RMSprop, plain and centered, with momentum.

import { requireBoolean } from '../checks.ts';
import { number, oneOf, optional, readOptions, type Schema, unchecked } from '../options.ts';
import type { ParameterRun } from '../parameters/parameter-run.ts';
import { requireRate, type Schedule } from '../schedules/schedule.ts';
import { Optimizer } from './optimizer.ts';
import type { OptimizerOptions, UpdateStep } from './optimizer-options.ts';
import { type ParameterGroup, parameterGroups } from './parameter-groups.ts';

/** Options of `RMSprop`. */
export interface RMSpropOptions extends OptimizerOptions {
  /** Learning rate η, finite and at least 0, or a function of the step; default 0.01. */
  readonly learningRate?: number | Schedule;
  /** ρ, decay rate of the mean of squared gradients, from 0 to below 1; default 0.99. */
  readonly rho?: number;
  /** Momentum μ, from 0 to below 1; default 0. */
  readonly momentum?: number;
  /** Whether the root is that of the variance of the gradients, not of their mean square; default false. */
  readonly centered?: boolean;
  /** ε, above 0; default 1e-8. */
  readonly epsilon?: number;
  /** Where ε is added: `'outside'`, √s + ε, as in PyTorch; `'inside'`, √(s + ε), as in Keras. Default `'outside'`. */
  readonly epsilonMode?: 'outside' | 'inside';
  /** Weight decay λ, at least 0, which adds λw to the gradient; default 0. */
  readonly weightDecay?: number;
}

const OPTIONS: Schema<RMSpropOptions, 'groups'> = {
  learningRate: optional(requireRate, 0.01),
  groups: optional(unchecked<readonly ParameterGroup[]>),
  rho: optional(number({ min: 0, max: 1, maxOpen: true }), 0.99),
  momentum: optional(number({ min: 0, max: 1, maxOpen: true }), 0),
  centered: optional(requireBoolean, false),
  epsilon: optional(number({ min: 0, minOpen: true }), 1e-8),
  epsilonMode: optional(oneOf('outside', 'inside'), 'outside'),
  weightDecay: optional(number({ min: 0 }), 0),
};

/**
 * RMSprop (Tieleman and Hinton 2012; centered: Graves 2013): (U6) s ← ρs + (1−ρ)g², d = g/(√s + ε), w ← w − ηd; centered
 * (U7) q ← ρq + (1−ρ)g, with s − q² under the root; with momentum (U8) v ← μv + d, w ← w − ηv. Same updates as
 * `torch.optim.RMSprop`. Default learning rate 0.01.
 *
 * @example
 * ```ts
 * const parameters = Parameters.of({ w: tensor([1]) });
 * parameters.get('w').gradient.set(0, 3);
 * new RMSprop({ learningRate: 0.1, rho: 0 }).step(parameters);
 * parameters.get('w').value.get(0); // 0.9
 * ```
 */
export class RMSprop extends Optimizer {
  readonly kind = 'RMSprop';
  /** Names of the arrays of the state. */
  protected readonly slots: readonly string[];
  /** ρ */
  readonly rho: number;
  /** μ */
  readonly momentum: number;
  /** Whether the root is that of the variance. */
  readonly centered: boolean;
  /** ε */
  readonly epsilon: number;
  /** Where ε is added. */
  readonly epsilonMode: 'outside' | 'inside';
  /** λ */
  readonly weightDecay: number;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: RMSpropOptions = {}) {
    const given = readOptions('RMSprop', options, OPTIONS);
    super('RMSprop', given.learningRate, parameterGroups('RMSprop', given.groups));
    this.rho = given.rho;
    this.momentum = given.momentum;
    this.centered = given.centered;
    this.epsilon = given.epsilon;
    this.epsilonMode = given.epsilonMode;
    this.weightDecay = given.weightDecay;
    this.slots = ['s', ...(this.centered ? ['q'] : []), ...(this.momentum > 0 ? ['v'] : [])];
  }

  /** Updates one run of parameters. */
  protected update({ arena, at, gradientsAt, size }: ParameterRun, state: readonly number[], step: UpdateStep): void {
    const { data } = arena;
    const { learningRate } = step;
    const { rho, momentum, centered, epsilon } = this;
    const weightDecay = this.weightDecay * step.decayFactor;
    const inside = this.epsilonMode === 'inside';
    const s = state[0]!;
    const q = centered ? state[1]! : -1;
    const v = momentum > 0 ? state.at(-1)! : -1;
    for (let i = 0; i < size; i++) {
      const w = data[at + i]!;
      const g = data[gradientsAt + i]! + weightDecay * w;
      const square = rho * data[s + i]! + (1 - rho) * g * g;
      data[s + i] = square;
      let variance = square;
      if (centered) {
        const mean = rho * data[q + i]! + (1 - rho) * g;
        data[q + i] = mean;
        variance = Math.max(0, square - mean * mean); // rounding may make it negative
      }
      let d = g / (inside ? Math.sqrt(variance + epsilon) : Math.sqrt(variance) + epsilon);
      if (v >= 0) {
        d += momentum * data[v + i]!;
        data[v + i] = d;
      }
      data[at + i] = w - learningRate * d;
    }
  }
}
