// Logs of epochs, and a run, for callbacks that are called without a training.

import { type EpochLog, Parameters, SGD, type TrainingRun, tensor } from '../../../lib/index.ts';

/** A log with a validation loss. */
export const epochLog = (epoch: number, validationLoss: number | undefined, more: object = {}): EpochLog => ({
  epoch,
  epochs: 100,
  loss: 7,
  validationLoss,
  gradientNorm: 2,
  clippedShare: 0,
  clippedNorm: 1,
  learningRate: 0.1,
  skipped: 0,
  metrics: {},
  validationMetrics: {},
  ...more,
});

/** A run, and whether it was stopped. */
export function run(): TrainingRun & { stopped: boolean } {
  return {
    optimizer: new SGD({ learningRate: 0.1 }),
    parameters: Parameters.of({ w: tensor([1, 2, 3]), b: tensor([4]) }),
    stopped: false,
    stop() {
      this.stopped = true;
    },
  };
}
