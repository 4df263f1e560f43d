// Lion: steps of one size, in the direction of the sign of a mean.

import { number, optional, readOptions, type Schema, unchecked } from '../options.ts';
import type { ParameterRun } from '../parameters/parameter-run.ts';
import { requireRate, type Schedule } from '../schedules/schedule.ts';
import { Optimizer } from './optimizer.ts';
import type { OptimizerOptions, UpdateStep } from './optimizer-options.ts';
import { type ParameterGroup, parameterGroups } from './parameter-groups.ts';

/** Options of `Lion`. */
export interface LionOptions extends OptimizerOptions {
  /** Learning rate η, finite and at least 0, or a function of the step; default 1e-4. */
  readonly learningRate?: number | Schedule;
  /** β₁, weight of the old mean in a step, from 0 to below 1; default 0.9. */
  readonly beta1?: number;
  /** β₂, decay rate of the mean of gradients, from 0 to below 1; default 0.99. */
  readonly beta2?: number;
  /** Decoupled weight decay λ, at least 0: w ← w − ηλw; default 0. */
  readonly weightDecay?: number;
}

const OPTIONS: Schema<LionOptions, 'groups'> = {
  learningRate: optional(requireRate, 1e-4),
  groups: optional(unchecked<readonly ParameterGroup[]>),
  beta1: optional(number({ min: 0, max: 1, maxOpen: true }), 0.9),
  beta2: optional(number({ min: 0, max: 1, maxOpen: true }), 0.99),
  weightDecay: optional(number({ min: 0 }), 0),
};

/**
 * Lion (Chen et al. 2023): (U10) w ← w − ηλw − η·sign(β₁m + (1−β₁)g), m ← β₂m + (1−β₂)g. Default learning rate 1e-4; it
 * should be 3 to 10 times smaller than that of Adam.
 *
 * @example
 * ```ts
 * const parameters = Parameters.of({ w: tensor([1]) });
 * parameters.get('w').gradient.set(0, 3);
 * new Lion({ learningRate: 0.25 }).step(parameters);
 * parameters.get('w').value.get(0); // 0.75
 * ```
 */
export class Lion extends Optimizer {
  readonly kind = 'Lion';
  /** Names of the arrays of the state. */
  protected readonly slots: readonly string[] = ['m'];
  /** β₁ */
  readonly beta1: number;
  /** β₂ */
  readonly beta2: number;
  /** λ */
  readonly weightDecay: number;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: LionOptions = {}) {
    const { learningRate, groups, beta1, beta2, weightDecay } = readOptions('Lion', options, OPTIONS);
    super('Lion', learningRate, parameterGroups('Lion', groups));
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.weightDecay = weightDecay;
  }

  /** |m| is at most the largest gradient; a step has the size η, and decay only shrinks w. */
  protected override growth(largest: number, limit: number, { learningRate, decayFactor }: UpdateStep): number {
    return learningRate * this.weightDecay * decayFactor <= 1 && 2 * largest < limit ? learningRate : Infinity;
  }

  /** Updates one run of parameters. */
  protected update({ arena, at, gradientsAt, size }: ParameterRun, [m]: readonly number[], step: UpdateStep): void {
    const { data } = arena;
    const { learningRate, decayFactor } = step;
    const { beta1, beta2 } = this;
    const kept = 1 - learningRate * (this.weightDecay * decayFactor);
    for (let i = 0; i < size; i++) {
      const [mean, g] = [data[m! + i]!, data[gradientsAt + i]!];
      data[at + i] = kept * data[at + i]! - learningRate * Math.sign(beta1 * mean + (1 - beta1) * g);
      data[m! + i] = beta2 * mean + (1 - beta2) * g;
    }
  }
}
