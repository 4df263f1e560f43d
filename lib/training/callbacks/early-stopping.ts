// `EarlyStopping`: ends the training when a figure no longer improves, and restores the best weights.

import { refuse, requireBoolean } from '../../checks.ts';
import { integer, number, optional, readOptions, required, type Schema } from '../../options.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { CallbackState, Callbacks, EpochLog, EpochPlace, TrainingRun } from '../callbacks.ts';
import { MONITOR_OPTIONS, Monitor, type MonitorOptions } from './monitor.ts';
import { copyJudged, requireTensorCopy, restoreWeights } from './weights.ts';

/** Options of `EarlyStopping`. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** Number of epochs in a row without an improvement after which the training ends, at least 1; default 1. */
  readonly patience?: number;
  /** How much an epoch has to be better than the best one, at least 0; default 0. */
  readonly minDelta?: number;
  /** A value that the figure has to beat: an epoch that does not is no improvement; default none. */
  readonly baseline?: number;
  /** Whether the model gets the weights of the best epoch when the training ends, for whatever reason; default false. */
  readonly restoreBest?: boolean;
}

const OPTIONS: Schema<EarlyStoppingOptions, 'baseline' | 'mode'> = {
  ...MONITOR_OPTIONS,
  patience: /* @__PURE__ */ optional(/* @__PURE__ */ integer(), 1),
  minDelta: /* @__PURE__ */ optional(/* @__PURE__ */ number({ min: 0 }), 0),
  baseline: /* @__PURE__ */ optional(/* @__PURE__ */ number()),
  restoreBest: /* @__PURE__ */ optional(requireBoolean, false),
};

/** What it remembers. */
interface Memory {
  readonly wait: number;
  readonly best?: number;
  readonly bestEpoch?: number;
  readonly weights?: Tensor;
}

const STATE: Schema<Memory, 'best' | 'bestEpoch' | 'weights'> = {
  wait: /* @__PURE__ */ required(/* @__PURE__ */ integer(0)),
  best: /* @__PURE__ */ optional(requireFigure),
  bestEpoch: /* @__PURE__ */ optional(/* @__PURE__ */ integer(0)),
  weights: /* @__PURE__ */ optional(requireTensorCopy),
};

function requireFigure(where: string, argument: string, value: unknown): number {
  return typeof value === 'number' && !Number.isNaN(value) ? value : refuse(where, argument, 'be a number', value);
}

/**
 * Ends the training when a figure no longer improves. An epoch improves if its figure is better than the best so far by
 * more than `minDelta`; NaN never is. Each `fit` begins anew. In `fitStream`, which has one epoch, it ends nothing.
 *
 * @example
 * ```ts
 * const model = new Sequential([new GRU({ units: 4 }), new Dense({ units: 1 })]);
 * model.compile({ optimizer: new Adam({ learningRate: 0.1 }), loss: new MeanSquaredError() });
 * const [x, y] = [randomNormal([32, 5, 2], { seed: 1 }), randomNormal([32, 1], { seed: 2 })];
 * const validationData = [randomNormal([32, 5, 2], { seed: 3 }), randomNormal([32, 1], { seed: 4 })];
 * const stopping = new EarlyStopping({ patience: 3, restoreBest: true });
 * const { epochs, stopped } = await model.fit(x, y, { epochs: 100, validationData, callbacks: [stopping] });
 * stopped;                                             // true
 * epochs.length - 1 - stopping.bestEpoch;              // 3
 * model.evaluate(...validationData) === stopping.best; // true
 * ```
 */
export class EarlyStopping implements Callbacks {
  readonly #monitor: Monitor;
  readonly #patience: number;
  readonly #minDelta: number;
  readonly #baseline: number | undefined;
  readonly #restoreBest: boolean;
  #memory: Memory = { wait: 0 };

  /**
   * @param options - see EarlyStoppingOptions
   * @throws ArgumentError
   */
  constructor(options: EarlyStoppingOptions = {}) {
    const where = 'EarlyStopping';
    const { patience, minDelta, baseline, restoreBest, ...monitor } = readOptions(where, options, OPTIONS);
    this.#monitor = new Monitor(where, monitor);
    this.#patience = patience;
    this.#minDelta = minDelta;
    this.#baseline = baseline;
    this.#restoreBest = restoreBest;
  }

  /** The best figure of the training; undefined before any. */
  get best(): number | undefined {
    return this.#memory.best;
  }

  /** The epoch of the best figure, from 0; undefined before any. */
  get bestEpoch(): number | undefined {
    return this.#memory.bestEpoch;
  }

  /** What it remembers: the best figure, its epoch and weights, and the number of epochs without an improvement. */
  get state(): CallbackState {
    return { ...this.#memory };
  }

  /** @throws ArgumentError for anything else than such a state; then it keeps its own */
  set state(state: CallbackState) {
    this.#memory = readOptions('EarlyStopping', state as never, STATE, 'state');
  }

  /** @internal */
  onTrainBegin(run: TrainingRun): void {
    this.#monitor.requireFigure(run);
    this.#memory = { wait: 0 };
  }

  /** @internal Ends a training that continues from where it was stopped. */
  onEpochBegin(_place: EpochPlace, run: TrainingRun): void {
    this.#stopIfDue(run);
  }

  /** @internal */
  onEpochEnd(log: EpochLog, run: TrainingRun): void {
    const value = this.#monitor.valueOf(log);
    const { best = this.#monitor.worst, wait } = this.#memory;
    if (this.#monitor.isBetter(value, best, this.#minDelta)) {
      const beats = this.#baseline === undefined || this.#monitor.isBetter(value, this.#baseline, this.#minDelta);
      this.#memory = {
        wait: beats ? 0 : wait + 1,
        best: value,
        bestEpoch: log.epoch,
        ...(this.#restoreBest && { weights: copyJudged('EarlyStopping', run) }),
      };
    } else this.#memory = { ...this.#memory, wait: wait + 1 };
    this.#stopIfDue(run);
  }

  /** @internal */
  onTrainEnd(run: TrainingRun): void {
    this.#stopIfDue(run); // so that the history says so if no epoch was left
    const { weights } = this.#memory;
    if (weights !== undefined) restoreWeights('EarlyStopping', run.parameters, weights);
  }

  #stopIfDue(run: TrainingRun): void {
    if (this.#memory.wait >= this.#patience) run.stop();
  }
}
