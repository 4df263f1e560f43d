import { Adagrad, Adam, NAdam, type Optimizer, RMSprop, SGD } from '../../lib/index.ts';

/** Options of an optimizer of torch. */
export interface TorchConfig {
  readonly lr: number;
  readonly momentum?: number;
  readonly dampening?: number;
  readonly nesterov?: boolean;
  readonly weight_decay: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly amsgrad?: boolean;
  readonly alpha?: number;
  readonly centered?: boolean;
  readonly momentum_decay?: number;
  readonly decoupled_weight_decay?: boolean;
  readonly initial_accumulator_value?: number;
}

/** Our optimizer for one of torch's, by the name of its class. */
export function optimizerOf(name: string, config: TorchConfig): Optimizer {
  const { lr: learningRate, weight_decay: decay, momentum = 0, betas = [0.9, 0.999], eps: epsilon = 1e-8 } = config;
  const moments = { learningRate, beta1: betas[0], beta2: betas[1], epsilon };
  const decoupled = name === 'AdamW' || config.decoupled_weight_decay === true;
  const weights = decoupled ? { weightDecay: decay } : { l2: decay };
  if (name === 'SGD') {
    const { nesterov = false, dampening = 0 } = config;
    return new SGD({ learningRate, momentum, nesterov, dampening, weightDecay: decay });
  }
  if (name === 'RMSprop') {
    const { alpha: rho, centered } = config;
    return new RMSprop({ learningRate, rho: rho!, momentum, centered: centered!, epsilon, weightDecay: decay });
  }
  if (name === 'Adagrad') {
    const { initial_accumulator_value: initialAccumulator = 0 } = config;
    return new Adagrad({ learningRate, initialAccumulator, epsilon, weightDecay: decay });
  }
  if (name === 'NAdam') return new NAdam({ ...moments, ...weights, momentumDecay: config.momentum_decay! });
  return new Adam({ ...moments, ...weights, amsgrad: config.amsgrad ?? false });
}
