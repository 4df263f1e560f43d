// What is trained: a model, its data, and how its results are printed.

import { Dropout } from '../../layers/dropout.ts';
import { GRU } from '../../layers/gru.ts';
import type { Layer } from '../../layers/layer.ts';
import { LSTM } from '../../layers/lstm.ts';
import { SimpleRNN } from '../../layers/simple-rnn.ts';
import type { Loss } from '../../losses/loss.ts';
import type { Sequential } from '../../model/sequential.ts';
import { Adam } from '../../optimizers/adam.ts';
import type { Section } from '../../plot/page.ts';
import { cosineDecay } from '../../schedules/cosine-decay.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Common, Settings } from './options.ts';

/** The functions of `bptt/plot`. */
export type Plot = typeof import('../../plot/index.ts');

/** Inputs and targets. */
export type Pair = readonly [x: Tensor, y: Tensor];

/** What is found of a trained model. */
export interface Found {
  /** For `--json` and the metadata of the model. */
  readonly figures: Readonly<Record<string, string | number>>;
  /** In words. */
  readonly lines: readonly string[];
}

/** A training to be done. */
export interface Task {
  /** Built and compiled. */
  readonly model: Sequential;
  readonly common: Common;
  /** All that decides the model, by the words of the options. */
  readonly settings: Settings;
  readonly training: Pair;
  readonly validation: Pair;
  /** What travels with the model. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What is trained on, in words. */
  readonly data: string;
  /** A loss in words. */
  lossInWords(loss: number): string;
  /** Measures the trained model on the validation data. */
  find(): Found;
  /** What a page shows beside the losses. */
  sections(plot: Plot): Section[];
  /** The command that uses the model in this file. */
  use(model: string, file: string): string;
}

const CELLS = {
  lstm: LSTM,
  gru: GRU,
  rnn: SimpleRNN,
} as const;

/** Recurrent layers of which the last returns one output for each time step, or its last output. */
export function recurrentLayers({ cell, units, layers, dropout }: Common, sequences: boolean): Layer[] {
  return Array.from({ length: layers }, (_, k) => {
    const returnSequences = sequences || k + 1 < layers;
    const layer = new CELLS[cell]({ units, returnSequences, ...(cell === 'gru' && { resetAfter: true }) });
    return dropout === 0 ? [layer] : [layer, new Dropout({ rate: dropout })];
  }).flat();
}

/** Compiles a model for a number of rows. */
export function compileFor(
  model: Sequential,
  { learningRate, clip, epochs, batch }: Common,
  rows: number,
  loss: Loss,
): void {
  const steps = epochs * Math.ceil(rows / batch);
  const optimizer = new Adam({ learningRate: cosineDecay(learningRate, { steps }) });
  model.compile({ optimizer, loss, clip: { globalNorm: clip } });
}
