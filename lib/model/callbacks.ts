/** How a batch went. */
export interface BatchLog {
  /** From 0. */
  readonly epoch: number;
  readonly epochs: number;
  /** From 0. */
  readonly batch: number;
  readonly batches: number;
  readonly loss: number;
  /** Global norm of the gradients before clipping. */
  readonly gradientNorm: number;
  /** Global norm of the gradients after clipping. */
  readonly clippedNorm: number;
  readonly learningRate: number;
  /** Whether the step was left out because something was not finite. */
  readonly skipped: boolean;
}

/** How an epoch went. */
export interface EpochLog {
  /** From 0. */
  readonly epoch: number;
  readonly epochs: number;
  /** Mean over the epoch's rows, of batches that were not skipped, each with the parameters of its time. */
  readonly loss: number;
  /** Loss on the validation data after the epoch; undefined without such data. */
  readonly validationLoss: number | undefined;
  /** Mean over the epoch's batches that were not skipped. */
  readonly gradientNorm: number;
  /** The same after clipping. */
  readonly clippedNorm: number;
  readonly learningRate: number;
  /** Batches that were left out because something was not finite. */
  readonly skipped: number;
}

/**
 * What `fit` calls while it trains; each may be asynchronous and is waited for. A callback may set the optimizer's
 * learning rate, or abort.
 */
export interface Callbacks {
  onBatchEnd?(log: BatchLog): void | Promise<void>;
  onEpochEnd?(log: EpochLog): void | Promise<void>;
}
