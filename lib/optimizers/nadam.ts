// NAdam: Adam with Nesterov momentum.

import { exp } from '../kernels/exp.ts';
import { number, optional, readOptions, type Schema, unchecked } from '../options.ts';
import type { ParameterRun } from '../parameters/parameter-run.ts';
import { requireRate, type Schedule } from '../schedules/schedule.ts';
import { power } from './adam.ts';
import { Optimizer } from './optimizer.ts';
import type { OptimizerOptions, UpdateStep } from './optimizer-options.ts';
import { type ParameterGroup, parameterGroups } from './parameter-groups.ts';

/** Options of `NAdam`. */
export interface NAdamOptions extends OptimizerOptions {
  /** Learning rate η, finite and at least 0, or a function of the step; default 0.002. */
  readonly learningRate?: number | Schedule;
  /** β₁, from 0 to below 1; default 0.9. */
  readonly beta1?: number;
  /** β₂, from 0 to below 1; default 0.999. */
  readonly beta2?: number;
  /** ε, above 0; default 1e-8. */
  readonly epsilon?: number;
  /** ψ, how fast the momentum rises to β₁, at least 0; default 0.004. */
  readonly momentumDecay?: number;
  /** Decoupled weight decay λ, at least 0: w ← w − ηλw; default 0. */
  readonly weightDecay?: number;
  /** Weight decay that adds λw to the gradient, at least 0; default 0. */
  readonly l2?: number;
}

const OPTIONS: Schema<NAdamOptions, 'groups'> = {
  learningRate: optional(requireRate, 0.002),
  groups: optional(unchecked<readonly ParameterGroup[]>),
  beta1: optional(number({ min: 0, max: 1, maxOpen: true }), 0.9),
  beta2: optional(number({ min: 0, max: 1, maxOpen: true }), 0.999),
  epsilon: optional(number({ min: 0, minOpen: true }), 1e-8),
  momentumDecay: optional(number({ min: 0 }), 0.004),
  weightDecay: optional(number({ min: 0 }), 0),
  l2: optional(number({ min: 0 }), 0),
};

/** ln 0.96 */
const LOG_096 = -0.04082199452025517;

/**
 * NAdam (Dozat 2016): (U11) m and v as Adam's (U4); μₜ = β₁(1 − ½·0.96^(tψ)), Pₜ = μ₁⋯μₜ,
 * w ← w − ηλw − η·((1−μₜ)/(1−Pₜ)·g + μₜ₊₁/(1−Pₜμₜ₊₁)·m)/(√v̂ + ε). Same updates as `torch.optim.NAdam`. Default learning rate
 * 0.002.
 *
 * @example
 * ```ts
 * const parameters = Parameters.of({ w: tensor([1]) });
 * parameters.get('w').gradient.set(0, 3);
 * new NAdam({ learningRate: 0.1 }).step(parameters);
 * parameters.get('w').value.get(0) < 0.95; // true
 * ```
 */
export class NAdam extends Optimizer {
  readonly kind = 'NAdam';
  /** Names of the arrays of the state. */
  protected readonly slots: readonly string[] = ['m', 'v'];
  /** β₁ */
  readonly beta1: number;
  /** β₂ */
  readonly beta2: number;
  /** ε */
  readonly epsilon: number;
  /** ψ */
  readonly momentumDecay: number;
  /** λ, decoupled. */
  readonly weightDecay: number;
  /** λ, within the gradient. */
  readonly l2: number;
  /** Pₜ of the first `t` steps. */
  #product = { t: 0, value: 1 };

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: NAdamOptions = {}) {
    const given = readOptions('NAdam', options, OPTIONS);
    super('NAdam', given.learningRate, parameterGroups('NAdam', given.groups));
    this.beta1 = given.beta1;
    this.beta2 = given.beta2;
    this.epsilon = given.epsilon;
    this.momentumDecay = given.momentumDecay;
    this.weightDecay = given.weightDecay;
    this.l2 = given.l2;
  }

  /** μₜ */
  #momentum(t: number): number {
    return this.beta1 * (1 - 0.5 * exp(t * this.momentumDecay * LOG_096));
  }

  /** Pₜ; a step may be computed more than once. */
  #productTo(t: number): number {
    let { t: reached, value } = this.#product.t <= t ? this.#product : { t: 0, value: 1 };
    while (reached < t) value *= this.#momentum(++reached);
    this.#product = { t, value };
    return value;
  }

  /** Updates one run of parameters. */
  protected update({ arena, at, gradientsAt, size }: ParameterRun, [m, v]: readonly number[], step: UpdateStep): void {
    const { data } = arena;
    const { t, learningRate, decayFactor } = step;
    const { beta1, beta2, epsilon } = this;
    const l2 = this.l2 * decayFactor;
    const product = this.#productTo(t);
    const next = this.#momentum(t + 1);
    const ofGradient = (learningRate * (1 - this.#momentum(t))) / (1 - product);
    const ofMean = (learningRate * next) / (1 - product * next);
    const root = Math.sqrt(1 - power(beta2, t));
    const kept = 1 - learningRate * (this.weightDecay * decayFactor);
    for (let i = 0; i < size; i++) {
      const w = data[at + i]!;
      const g = data[gradientsAt + i]! + l2 * w;
      const mean = beta1 * data[m! + i]! + (1 - beta1) * g;
      const square = beta2 * data[v! + i]! + (1 - beta2) * g * g;
      data[m! + i] = mean;
      data[v! + i] = square;
      data[at + i] = kept * w - (ofGradient * g + ofMean * mean) / (Math.sqrt(square) / root + epsilon);
    }
  }
}
