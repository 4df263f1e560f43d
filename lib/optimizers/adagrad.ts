// Adagrad.

import { number, oneOf, optional, readOptions, type Schema, unchecked } from '../options.ts';
import type { ParameterRun } from '../parameters/parameter-run.ts';
import { requireRate, type Schedule } from '../schedules/schedule.ts';
import { Optimizer } from './optimizer.ts';
import type { OptimizerOptions, UpdateStep } from './optimizer-options.ts';
import { type ParameterGroup, parameterGroups } from './parameter-groups.ts';

/** Options of `Adagrad`. */
export interface AdagradOptions extends OptimizerOptions {
  /** Learning rate η, finite and at least 0, or a function of the step; default 0.01. */
  readonly learningRate?: number | Schedule;
  /** What the sum of squares begins with, at least 0; default 0. */
  readonly initialAccumulator?: number;
  /** ε, above 0; default 1e-10. */
  readonly epsilon?: number;
  /** Where ε is added: `'outside'`, √s + ε, as in PyTorch; `'inside'`, √(s + ε), as in Keras. Default `'outside'`. */
  readonly epsilonMode?: 'outside' | 'inside';
  /** Weight decay λ, at least 0, which adds λw to the gradient; default 0. */
  readonly weightDecay?: number;
}

const OPTIONS: Schema<AdagradOptions, 'groups'> = {
  learningRate: optional(requireRate, 0.01),
  groups: optional(unchecked<readonly ParameterGroup[]>),
  initialAccumulator: optional(number({ min: 0 }), 0),
  epsilon: optional(number({ min: 0, minOpen: true }), 1e-10),
  epsilonMode: optional(oneOf('outside', 'inside'), 'outside'),
  weightDecay: optional(number({ min: 0 }), 0),
};

/**
 * Adagrad (Duchi et al. 2011): (U9) s ← s + g², w ← w − ηg/(√s + ε). Same updates as `torch.optim.Adagrad` without its
 * decay of rates, which is a schedule. Default learning rate 0.01.
 *
 * @example
 * ```ts
 * const parameters = Parameters.of({ w: tensor([1]) });
 * parameters.get('w').gradient.set(0, 3);
 * new Adagrad({ learningRate: 0.1 }).step(parameters);
 * parameters.get('w').value.get(0); // 0.9
 * ```
 */
export class Adagrad extends Optimizer {
  readonly kind = 'Adagrad';
  /** Names of the arrays of the state. */
  protected readonly slots: readonly string[] = ['s'];
  /** What the sum of squares begins with. */
  readonly initialAccumulator: number;
  /** ε */
  readonly epsilon: number;
  /** Where ε is added. */
  readonly epsilonMode: 'outside' | 'inside';
  /** λ */
  readonly weightDecay: number;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: AdagradOptions = {}) {
    const given = readOptions('Adagrad', options, OPTIONS);
    super('Adagrad', given.learningRate, parameterGroups('Adagrad', given.groups));
    this.initialAccumulator = given.initialAccumulator;
    this.epsilon = given.epsilon;
    this.epsilonMode = given.epsilonMode;
    this.weightDecay = given.weightDecay;
  }

  /** Updates one run of parameters. */
  protected update({ arena, at, gradientsAt, size }: ParameterRun, [s]: readonly number[], step: UpdateStep): void {
    const { data } = arena;
    const { t, learningRate } = step;
    const { epsilon } = this;
    const weightDecay = this.weightDecay * step.decayFactor;
    const inside = this.epsilonMode === 'inside';
    const begin = t === 1 ? this.initialAccumulator : 0;
    for (let i = 0; i < size; i++) {
      const w = data[at + i]!;
      const g = data[gradientsAt + i]! + weightDecay * w;
      const sum = begin + data[s! + i]! + g * g;
      data[s! + i] = sum;
      data[at + i] = w - (learningRate * g) / (inside ? Math.sqrt(sum + epsilon) : Math.sqrt(sum) + epsilon);
    }
  }
}
