// Progress of `fit` and `fitStream` for a page: a function that is called, or events.

import { reading, refuse } from '../../checks.ts';
import { number, optional, readOptions, required, type Schema } from '../../options.ts';
import type { BatchLog, Callbacks, EpochLog } from '../callbacks.ts';

/** How far a training has come. */
export interface TrainingProgress {
  /** Part of the run that is done, from 0 to 1; undefined for a stream, whose length is unknown, until it ends. */
  readonly fraction: number | undefined;
  /** Whether the training has ended, for whatever reason. */
  readonly ended: boolean;
  /** The last batch; undefined before the first one. */
  readonly batch: BatchLog | undefined;
  /** The last completed epoch; undefined before. */
  readonly epoch: EpochLog | undefined;
}

/** The part of `EventTarget` that is used. It makes the declarations independent of the types of DOM and Node. */
export interface EventTargetLike {
  /** Dispatches an event. */
  dispatchEvent(event: never): unknown;
}

/** Options of `progressEvents`. */
export interface ProgressEventsOptions {
  /**
   * A function that receives the progress, or an EventTarget, such as an element of the page. It gets events of type
   * `'progress'` whose `detail` is the progress.
   */
  readonly to: ((progress: TrainingProgress) => unknown) | EventTargetLike;
  /** Milliseconds between two reports of batches, at least 0; epochs and the end are always reported; default 100. */
  readonly interval?: number;
}

const OPTIONS: Schema<ProgressEventsOptions> = {
  to: /* @__PURE__ */ required(requireReceiver),
  interval: /* @__PURE__ */ optional(/* @__PURE__ */ number({ min: 0 }), 100),
};

/** Browsers, Node, Deno and Bun have it. */
declare const CustomEvent: new (type: string, options: { readonly detail: unknown }) => never;

function requireReceiver(where: string, argument: string, value: unknown): ProgressEventsOptions['to'] {
  if (typeof value === 'function') return value as ProgressEventsOptions['to'];
  const found = reading(where, argument, () => (value as EventTargetLike | undefined)?.dispatchEvent);
  return typeof found === 'function'
    ? (value as EventTargetLike)
    : refuse(where, argument, 'be a function or an EventTarget', value);
}

/**
 * Creates callbacks that report the progress of `fit` or `fitStream`, for a bar on a page.
 *
 * @param options - see ProgressEventsOptions
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const fractions = [];
 * const progress = progressEvents({ to: ({ fraction }) => fractions.push(fraction), interval: 0 });
 * const model = new Sequential([new Dense({ units: 1 })]).compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
 * await model.fit(zeros([4, 2]), zeros([4, 1]), { epochs: 2, callbacks: [progress] });
 * fractions; // [0, 0.5, 0.5, 1, 1, 1]: the beginning, two batches and two epochs, the end
 * ```
 */
export function progressEvents(options: ProgressEventsOptions): Callbacks {
  const { to, interval } = readOptions('progressEvents', options, OPTIONS);
  const send = (progress: TrainingProgress): void => {
    if (typeof to === 'function') to(progress);
    else to.dispatchEvent(new CustomEvent('progress', { detail: progress }));
  };
  const none: TrainingProgress = { fraction: 0, ended: false, batch: undefined, epoch: undefined };
  let now = none;
  let last = 0;
  const report = (change: Partial<TrainingProgress>): void => {
    now = { ...now, ...change };
    send(now);
  };
  return {
    onTrainBegin() {
      now = none;
      last = Date.now();
      report({});
    },
    onBatchEnd(batch) {
      const { step, steps } = batch;
      const fraction = steps === undefined ? undefined : (step + 1) / steps;
      now = { ...now, batch, fraction };
      if (Math.abs(Date.now() - last) < interval) return;
      last = Date.now();
      report({});
    },
    onEpochEnd(epoch) {
      report({ epoch });
    },
    onTrainEnd() {
      report({ ended: true, ...(now.batch?.steps === undefined && now.epoch !== undefined && { fraction: 1 }) });
    },
  };
}
