// `Checkpoint`: saves a training while it runs, and continues it.

import { refuse, requireBoolean, requireFunction } from '../../checks.ts';
import { integer, optional, readOptions, required, type Schema } from '../../options.ts';
import { typedArrayTag } from '../../tensor/storage.ts';
import type { BatchLog, CallbackState, Callbacks, EpochLog, TrainingRun } from '../callbacks.ts';
import { resumeFromBytes } from '../checkpoint/resume.ts';
import { requireRun } from '../checkpoint/run.ts';
import { checkpointToBytes } from '../checkpoint/save.ts';
import { MONITOR_OPTIONS, Monitor, type MonitorOptions } from './monitor.ts';

/** Options of `Checkpoint`. */
export interface CheckpointOptions extends Pick<MonitorOptions, 'mode'> {
  /**
   * Receives each checkpoint, and `{ value }` with the figure `monitor` if there is one: `(bytes, info) => folder.save(bytes, info)`.
   * The training waits for its promise.
   */
  readonly save: (bytes: Uint8Array, info: { readonly value?: number }) => unknown;
  /** Number of epochs from one checkpoint to the next, at least 1; default 1, or none with `everySteps`. */
  readonly everyEpochs?: number;
  /** Number of training steps from one checkpoint to the next, at least 1; default none. */
  readonly everySteps?: number;
  /** A figure of the epoch's log, as for `EarlyStopping`; default none. */
  readonly monitor?: string;
  /** Whether only epochs whose figure is the best so far make a checkpoint; default false. */
  readonly bestOnly?: boolean;
  /** A checkpoint from which the first training continues; default none. */
  readonly resume?: Uint8Array | undefined;
}

const { mode } = MONITOR_OPTIONS;

const OPTIONS: Schema<CheckpointOptions, 'everyEpochs' | 'everySteps' | 'monitor' | 'mode' | 'resume'> = {
  save: /* @__PURE__ */ required(requireFunction<CheckpointOptions['save']>),
  everyEpochs: /* @__PURE__ */ optional(/* @__PURE__ */ integer()),
  everySteps: /* @__PURE__ */ optional(/* @__PURE__ */ integer()),
  monitor: /* @__PURE__ */ optional(MONITOR_OPTIONS.monitor.check),
  mode,
  bestOnly: /* @__PURE__ */ optional(requireBoolean, false),
  resume: /* @__PURE__ */ optional((where, argument, value) =>
    typedArrayTag(value) === 'Uint8Array' ? (value as Uint8Array) : refuse(where, argument, 'be a Uint8Array', value),
  ),
};

const STATE: Schema<{ readonly best?: number }, 'best'> = {
  best: /* @__PURE__ */ optional((where, argument, value) =>
    typeof value === 'number' ? value : refuse(where, argument, 'be a number', value),
  ),
};

/**
 * Saves a training while it runs, and continues it from a checkpoint, bit for bit as if it had not ended: in another process, at
 * the end of an epoch or within one. A checkpoint is made once all callbacks have seen the event.
 *
 * @example
 * ```ts
 * const [x, y] = [randomNormal([8, 2], { seed: 1 }), zeros([8, 1])];
 * const train = async (options) => {
 *   const model = new Sequential([new Dense({ units: 1 })]).compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
 *   return model.fit(x, y, { epochs: 5, callbacks: [new Checkpoint(options)] });
 * };
 * const saved = []; // or a CheckpointFolder of bptt/node: save: (bytes, info) => folder.save(bytes, info)
 * const whole = await train({ save: (bytes) => saved.push(bytes) });
 * const rest = await train({ save: () => {}, resume: saved[1] }); // trains the last three epochs
 * rest.epochs[4].loss === whole.epochs[4].loss; // true
 * ```
 */
export class Checkpoint implements Callbacks {
  readonly #save: CheckpointOptions['save'];
  readonly #everyEpochs: number | undefined;
  readonly #everySteps: number | undefined;
  readonly #monitor: Monitor | undefined;
  readonly #bestOnly: boolean;
  #resume: Uint8Array | undefined;
  #best: number | undefined;

  /**
   * @param options - see CheckpointOptions
   * @throws ArgumentError
   */
  constructor(options: CheckpointOptions) {
    const where = 'Checkpoint';
    const { save, everyEpochs, everySteps, monitor, mode, bestOnly, resume } = readOptions(where, options, OPTIONS);
    if (bestOnly && monitor === undefined) refuse(where, 'bestOnly', 'be used with monitor', bestOnly);
    this.#save = save;
    this.#everyEpochs = everyEpochs ?? (everySteps === undefined ? 1 : undefined);
    this.#everySteps = everySteps;
    this.#monitor = monitor === undefined ? undefined : new Monitor(where, { monitor, ...(mode && { mode }) });
    this.#bestOnly = bestOnly;
    this.#resume = resume;
  }

  /** What it remembers: the best figure so far. */
  get state(): CallbackState {
    return this.#best === undefined ? {} : { best: this.#best };
  }

  /** @throws ArgumentError for anything else than such a state; then it keeps its own */
  set state(state: CallbackState) {
    this.#best = readOptions('Checkpoint', state as never, STATE, 'state').best;
  }

  /** @internal */
  onTrainBegin(run: TrainingRun): void {
    this.#monitor?.requireFigure(run);
    this.#best = undefined;
    if (this.#resume !== undefined) resumeFromBytes(run, this.#resume);
    this.#resume = undefined;
  }

  /** @internal */
  onBatchEnd({ step }: BatchLog, run: TrainingRun): void {
    if (this.#everySteps !== undefined && (step + 1) % this.#everySteps === 0) this.#make(run, {});
  }

  /** @internal */
  onEpochEnd(log: EpochLog, run: TrainingRun): void {
    const value = this.#monitor?.valueOf(log);
    const isBest = value !== undefined && this.#monitor!.isBetter(value, this.#best ?? this.#monitor!.worst);
    if (isBest) this.#best = value;
    if (this.#everyEpochs === undefined || (log.epoch + 1) % this.#everyEpochs !== 0) return;
    if (isBest || !this.#bestOnly) this.#make(run, value === undefined ? {} : { value });
  }

  #make(run: TrainingRun, info: { readonly value?: number }): void {
    const save = this.#save;
    requireRun('Checkpoint', run).defer(() => save(checkpointToBytes(run), info));
  }
}
