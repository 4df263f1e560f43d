// `ReduceLROnPlateau`: lowers the learning rate when a figure no longer improves.

import { refuse } from '../../checks.ts';
import { StateError } from '../../errors.ts';
import type { Optimizer } from '../../optimizers/optimizer.ts';
import { integer, number, oneOf, optional, readOptions, required, type Schema } from '../../options.ts';
import type { CallbackState, Callbacks, EpochLog, TrainingRun } from '../callbacks.ts';
import { MONITOR_OPTIONS, Monitor, type MonitorOptions } from './monitor.ts';

/** Options of `ReduceLROnPlateau`. */
export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** The new learning rate is the old one times this, between 0 and 1; default 0.1. */
  readonly factor?: number;
  /**
   * Number of epochs in a row without an improvement that change nothing: the rate falls after the next one. At least 0;
   * default 10.
   */
  readonly patience?: number;
  /** How much better than the best epoch counts as an improvement, at least 0; default 1e-4. */
  readonly threshold?: number;
  /** Whether the threshold is `'relative'` to the size of the best figure, or `'absolute'`; default 'relative'. */
  readonly thresholdMode?: 'relative' | 'absolute';
  /** Number of epochs after a reduction that are not counted, at least 0; default 0. */
  readonly cooldown?: number;
  /** Least learning rate, at least 0; default 0. */
  readonly minLearningRate?: number;
  /** A change of the rate that is not larger is left out, at least 0; default 1e-8. */
  readonly epsilon?: number;
}

const OPTIONS: Schema<ReduceLROnPlateauOptions, 'mode'> = {
  ...MONITOR_OPTIONS,
  factor: /* @__PURE__ */ optional(/* @__PURE__ */ number({ min: 0, max: 1, minOpen: true, maxOpen: true }), 0.1),
  patience: /* @__PURE__ */ optional(/* @__PURE__ */ integer(0), 10),
  threshold: /* @__PURE__ */ optional(/* @__PURE__ */ number({ min: 0 }), 1e-4),
  thresholdMode: /* @__PURE__ */ optional(/* @__PURE__ */ oneOf('relative', 'absolute'), 'relative'),
  cooldown: /* @__PURE__ */ optional(/* @__PURE__ */ integer(0), 0),
  minLearningRate: /* @__PURE__ */ optional(/* @__PURE__ */ number({ min: 0 }), 0),
  epsilon: /* @__PURE__ */ optional(/* @__PURE__ */ number({ min: 0 }), 1e-8),
};

/** What it remembers. */
interface Memory {
  readonly wait: number;
  /** Epochs of the cooldown that are left. */
  readonly cooling: number;
  readonly best?: number;
}

const STATE: Schema<Memory, 'best'> = {
  wait: /* @__PURE__ */ required(/* @__PURE__ */ integer(0)),
  cooling: /* @__PURE__ */ required(/* @__PURE__ */ integer(0)),
  best: /* @__PURE__ */ optional((where, argument, value) =>
    typeof value === 'number' && !Number.isNaN(value) ? value : refuse(where, argument, 'be a number', value),
  ),
};

/**
 * Lowers the learning rate of the optimizer when a figure no longer improves, by the rule of PyTorch's class of the same
 * name. `patience` counts as it does there; Keras' is one larger for the same behaviour. Each `fit` begins anew. An
 * optimizer whose rate follows a schedule is refused.
 *
 * @example
 * ```ts
 * const optimizer = new SGD({ learningRate: 0.1 });
 * const model = new Sequential([new Dense({ units: 1 })]).compile({ optimizer, loss: new MeanSquaredError() });
 * const plateau = new ReduceLROnPlateau({ monitor: 'loss', patience: 0, factor: 0.5 });
 * await model.fit(zeros([4, 2]), zeros([4, 1]), { epochs: 3, callbacks: [plateau] });
 * optimizer.learningRate; // 0.025
 * ```
 */
export class ReduceLROnPlateau implements Callbacks {
  readonly #monitor: Monitor;
  readonly #settings: Required<Omit<ReduceLROnPlateauOptions, keyof MonitorOptions>>;
  #memory: Memory = { wait: 0, cooling: 0 };

  /**
   * @param options - see ReduceLROnPlateauOptions
   * @throws ArgumentError
   */
  constructor(options: ReduceLROnPlateauOptions = {}) {
    const where = 'ReduceLROnPlateau';
    const { monitor, mode, ...settings } = readOptions(where, options, OPTIONS);
    this.#monitor = new Monitor(where, { monitor, ...(mode && { mode }) });
    this.#settings = settings;
  }

  /** What it remembers: the best figure, the number of epochs without an improvement, and what is left of the cooldown. */
  get state(): CallbackState {
    return { ...this.#memory };
  }

  /** @throws ArgumentError for anything else than such a state; then it keeps its own */
  set state(state: CallbackState) {
    this.#memory = readOptions('ReduceLROnPlateau', state as never, STATE, 'state');
  }

  /** @internal */
  onTrainBegin(run: TrainingRun): void {
    requireNoSchedule(run.optimizer);
    this.#monitor.requireFigure(run);
    this.#memory = { wait: 0, cooling: 0 };
  }

  /** @internal */
  onEpochEnd(log: EpochLog, { optimizer }: TrainingRun): void {
    const { patience, cooldown } = this.#settings;
    const value = this.#monitor.valueOf(log);
    let { best, wait, cooling } = this.#memory;
    if (this.#improves(value, best)) [best, wait] = [value, 0];
    else wait++;
    if (cooling > 0) [cooling, wait] = [cooling - 1, 0];
    if (wait > patience) {
      [cooling, wait] = [cooldown, 0];
      this.#reduce(optimizer);
    }
    this.#memory = { wait, cooling, ...(best !== undefined && { best }) };
  }

  #improves(value: number, best = this.#monitor.worst): boolean {
    const { threshold, thresholdMode } = this.#settings;
    if (thresholdMode === 'absolute') return this.#monitor.isBetter(value, best, threshold);
    return this.#monitor.mode === 'min' ? value < best * (1 - threshold) : value > best * (1 + threshold);
  }

  #reduce(optimizer: Optimizer): void {
    const { factor, minLearningRate, epsilon } = this.#settings;
    const old = optimizer.learningRate;
    const rate = Math.max(old * factor, minLearningRate);
    if (old - rate > epsilon) optimizer.learningRate = rate;
  }
}

function requireNoSchedule(optimizer: Optimizer): void {
  if (optimizer.schedule === undefined) return;
  throw new StateError({
    where: 'ReduceLROnPlateau',
    argument: 'optimizer',
    expected: 'have a fixed learning rate, which this callback lowers',
    received: `${optimizer.kind} with a schedule`,
    remedy: 'Give the optimizer a number as its learning rate, or leave out the callback',
  });
}
