import { requireBoolean, requireNumber, requireOptions } from '../checks.ts';
import type { Parameters } from '../tensor/parameters.ts';
import { Optimizer, type OptimizerOptions } from './optimizer.ts';

/** Options of `SGD`. */
export interface SGDOptions extends OptimizerOptions {
  /** μ, from 0 to below 1; default 0. */
  readonly momentum?: number;
  /** Whether to look ahead (Nesterov 1983, in the form of Sutskever et al. 2013 as PyTorch has it); default false. */
  readonly nesterov?: boolean;
  /** λ, at least 0: adds λw to the gradient; default 0. */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent: (U1) w ← w − η(g + λw); with momentum (U2) v ← μv + g + λw, w ← w − ηv; with Nesterov's
 * (U3) w ← w − η(g + λw + μv). Same steps as `torch.optim.SGD`. Default learning rate 0.01.
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
  protected readonly slots: number;
  /** μ */
  readonly momentum: number;
  /** Whether to look ahead. */
  readonly nesterov: boolean;
  /** λ */
  readonly weightDecay: number;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: SGDOptions = {}) {
    requireOptions('SGD', options, ['learningRate', 'momentum', 'nesterov', 'weightDecay']);
    super('SGD', options.learningRate ?? 0.01);
    this.momentum = requireNumber('SGD', 'momentum', options.momentum ?? 0, { min: 0, max: 1, maxOpen: true });
    this.nesterov = requireBoolean('SGD', 'nesterov', options.nesterov ?? false);
    this.weightDecay = requireNumber('SGD', 'weightDecay', options.weightDecay ?? 0, { min: 0 });
    this.slots = this.momentum > 0 ? 1 : 0;
  }

  protected update({ arena, at: w, gradientsAt: g, size }: Parameters, [v]: readonly number[]): void {
    const { kernels } = arena;
    const { learningRate, momentum, weightDecay } = this;
    if (v === undefined) kernels.sgdUpdate(w, g, learningRate, weightDecay, size);
    else if (this.nesterov) kernels.nesterovUpdate(w, v, g, learningRate, momentum, weightDecay, size);
    else kernels.momentumUpdate(w, v, g, learningRate, momentum, weightDecay, size);
  }
}
