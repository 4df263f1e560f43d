// Adam, with AMSGrad and decoupled weight decay.

import { requireBoolean } from '../checks.ts';
import { number, oneOf, optional, readOptions, type Schema, unchecked } from '../options.ts';
import type { ParameterRun } from '../parameters/parameter-run.ts';
import { requireRate, type Schedule } from '../schedules/schedule.ts';
import { Optimizer } from './optimizer.ts';
import type { OptimizerOptions, UpdateStep } from './optimizer-options.ts';
import { type ParameterGroup, parameterGroups } from './parameter-groups.ts';

/** Options of `Adam`. */
export interface AdamOptions extends OptimizerOptions {
  /** Learning rate η, finite and at least 0, or a function of the step; default 0.001. */
  readonly learningRate?: number | Schedule;
  /** β₁, decay rate of the mean of gradients, from 0 to below 1; default 0.9. */
  readonly beta1?: number;
  /** β₂, decay rate of the mean of squared gradients, from 0 to below 1; default 0.999. */
  readonly beta2?: number;
  /** ε, at least 2⁻¹²⁶, the smallest normal float32; default 1e-8. */
  readonly epsilon?: number;
  /**
   * Where ε is added. `'outside'`: to the root of the bias-corrected mean, √v̂ + ε, as in the paper's algorithm and
   * PyTorch. `'hat'`: to the root of the uncorrected mean, √v + ε̂, as in Keras. The two differ only for tiny
   * gradients. Default `'outside'`.
   */
  readonly epsilonMode?: 'outside' | 'hat';
  /** Whether to use AMSGrad, which divides by the largest mean of squares so far (Reddi et al. 2018); default false. */
  readonly amsgrad?: boolean;
  /** Decoupled weight decay λ, at least 0: w ← w − ηλw (AdamW, Loshchilov and Hutter 2019); default 0. */
  readonly weightDecay?: number;
  /** Weight decay λ that adds λw to the gradient, at least 0, as `weight_decay` of PyTorch's Adam; default 0. */
  readonly l2?: number;
}

/** The smallest normal float32, 2⁻¹²⁶. */
const SMALLEST_EPSILON = 1.1754943508222875e-38;

const OPTIONS: Schema<AdamOptions, 'groups'> = {
  learningRate: optional(requireRate, 0.001),
  groups: optional(unchecked<readonly ParameterGroup[]>),
  beta1: optional(number({ min: 0, max: 1, maxOpen: true }), 0.9),
  beta2: optional(number({ min: 0, max: 1, maxOpen: true }), 0.999),
  epsilon: optional(number({ min: SMALLEST_EPSILON }), 1e-8),
  epsilonMode: optional(oneOf('outside', 'hat'), 'outside'),
  amsgrad: optional(requireBoolean, false),
  weightDecay: optional(number({ min: 0 }), 0),
  l2: optional(number({ min: 0 }), 0),
};

/**
 * Adam (Kingma and Ba 2015): (U4) m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − ηλw − η·m̂ / (√v̂ + ε) with
 * m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ); (U5) with AMSGrad. Default learning rate 0.001.
 *
 * @example
 * ```ts
 * const parameters = Parameters.of({ w: tensor([1]) });
 * parameters.get('w').gradient.set(0, 3);
 * new Adam({ learningRate: 0.1 }).step(parameters);
 * parameters.get('w').value.get(0); // 0.9: the first step is η·sign(g)
 * ```
 */
export class Adam extends Optimizer {
  readonly kind = 'Adam';
  /** Names of the arrays of the state. */
  protected readonly slots: readonly string[];
  /** β₁ */
  readonly beta1: number;
  /** β₂ */
  readonly beta2: number;
  /** ε */
  readonly epsilon: number;
  /** Where ε is added. */
  readonly epsilonMode: 'outside' | 'hat';
  /** Whether AMSGrad is used. */
  readonly amsgrad: boolean;
  /** λ, decoupled. */
  readonly weightDecay: number;
  /** λ, within the gradient. */
  readonly l2: number;
  /** λ within the gradient that enters the state. */
  protected override readonly coupledDecay: number;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: AdamOptions = {}) {
    const given = readOptions('Adam', options, OPTIONS);
    super('Adam', given.learningRate, parameterGroups('Adam', given.groups));
    this.beta1 = given.beta1;
    this.beta2 = given.beta2;
    this.epsilon = given.epsilon;
    this.epsilonMode = given.epsilonMode;
    this.amsgrad = given.amsgrad;
    this.weightDecay = given.weightDecay;
    this.l2 = given.l2;
    this.coupledDecay = given.l2;
    this.slots = ['m', 'v', ...(this.amsgrad ? ['vMax'] : []), ...(this.l2 > 0 ? ['g'] : [])];
  }

  /**
   * |m| and √v are at most the largest gradient entry, with all rounding at most twice that; the divisor is
   *   at least ε.
   */
  protected override growth(largest: number, limit: number, { t, learningRate, decayFactor }: UpdateStep): number {
    const { beta1, beta2, epsilon } = this;
    const weightDecay = this.weightDecay * decayFactor;
    const rate = learningRate / (1 - power(beta1, t)); // an upper bound for 'hat'
    const reach = 2 * largest;
    const means = beta1 <= 0.9999 && beta2 <= 0.9999 && reach * reach < limit;
    return means && learningRate * weightDecay <= 1 && rate < limit ? (rate / epsilon) * reach : Infinity;
  }

  /** Updates one run of parameters. */
  protected update(
    { arena, at: w, gradientsAt: g, size }: ParameterRun,
    state: readonly number[],
    step: UpdateStep,
  ): void {
    const { kernels } = arena;
    const { t, learningRate, decayFactor } = step;
    const [m, v] = state as [number, number];
    const vMax = this.amsgrad ? state[2] : undefined;
    const gradients = this.l2 > 0 ? state.at(-1)! : g;
    if (this.l2 > 0) {
      arena.data.copyWithin(gradients, g, g + size);
      kernels.sgdUpdate(gradients, w, -this.l2 * decayFactor, 0, size); // g + λw
    }
    const { beta1, beta2, epsilon } = this;
    const correction1 = 1 - power(beta1, t);
    const root = Math.sqrt(1 - power(beta2, t)); // √v̂ = √v / root
    const hat = this.epsilonMode === 'hat';
    const rate = ((hat ? root : 1) * learningRate) / correction1;
    const rootScale = hat ? 1 : 1 / root;
    const decay = learningRate * (this.weightDecay * decayFactor);
    const means = [rate, beta1, 1 - beta1, beta2, 1 - beta2, rootScale, epsilon, decay] as const;
    if (vMax === undefined) kernels.adamUpdate(w, m, v, gradients, ...means, size);
    else kernels.amsgradUpdate(w, m, v, vMax, gradients, ...means, size);
  }
}

/** @internal base^n by squaring: `Math.pow` differs between engines. */
export function power(base: number, n: number): number {
  let result = 1;
  for (let square = base, rest = n; rest > 0; rest = Math.floor(rest / 2), square *= square) {
    if (rest % 2 === 1) result *= square;
  }
  return result;
}
