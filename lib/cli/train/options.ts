// The options of `bptt train`, and the settings that come of them.

import { CommandError } from '../io.ts';

/** Options as given. */
export interface TrainOptions {
  readonly as?: 'text' | 'csv';
  readonly out?: string;
  readonly cell: 'lstm' | 'gru' | 'rnn';
  readonly units?: number;
  readonly layers: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly learningRate: number;
  readonly dropout: number;
  readonly clip: number;
  readonly patience?: number;
  readonly validation?: number;
  readonly seed: number;
  readonly window?: number;
  readonly target?: string;
  readonly time?: string;
  readonly by?: string;
  readonly id?: string;
  readonly input?: number;
  readonly horizon?: number;
  readonly season?: number;
  readonly fresh?: boolean;
  readonly report?: string;
  readonly json?: boolean;
}

/** What decides the bits of the model, by the words of the options. */
export type Settings = Readonly<Record<string, string | number>>;

/** Settings of both kinds of models, with defaults. */
export interface Common {
  readonly cell: TrainOptions['cell'];
  readonly units: number;
  readonly layers: number;
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly dropout: number;
  readonly clip: number;
  readonly patience: number;
  readonly seed: number;
}

const ONLY: Readonly<Record<'text' | 'csv', readonly (keyof TrainOptions)[]>> = {
  text: ['window'],
  csv: ['target', 'time', 'by', 'id', 'input', 'horizon', 'season'],
};

/** What the file is: by the option, or else by its name. Refuses options of the other kind. */
export function kindOf(file: string, options: TrainOptions): 'text' | 'csv' {
  const kind = options.as ?? (/\.csv$/i.test(file) ? 'csv' : 'text');
  const other = kind === 'text' ? 'csv' : 'text';
  const wrong = ONLY[other].find((name) => options[name] !== undefined);
  if (wrong === undefined) return kind;
  const [read, wanted] = [kind === 'text' ? 'a text' : 'a series', other === 'text' ? 'a text' : 'a series'];
  throw new CommandError(
    `${file}: --${wrong} is for ${wanted}, and the file is read as ${read}; --as ${other} reads it as ${wanted}`,
  );
}

/** The settings by the words of the options. */
export function namedSettings({ learningRate, ...rest }: Common): Settings {
  return { ...rest, 'learning-rate': learningRate };
}

/** An integer within limits. */
export const within = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(most, Math.round(value)));

/** Defaults that differ between texts and series. */
interface Defaults {
  readonly units: number;
  /** Most rows of a batch: an eighth of all rows is one. */
  readonly batch: number;
  readonly epochs: number;
  readonly patience: number;
}

/** About so many steps are taken, but at most so many epochs as the defaults say. */
const STEPS = 3000;

/** The settings, with defaults by the number of rows. */
export function commonOf(options: TrainOptions, rows: number, most: Defaults): Common {
  const { cell, layers, learningRate, dropout, clip, seed } = options;
  const batch = options.batch ?? within(rows / 8, 1, most.batch);
  return {
    cell,
    units: options.units ?? most.units,
    layers,
    epochs: options.epochs ?? within(STEPS / Math.ceil(rows / batch), 1, most.epochs),
    batch,
    learningRate,
    dropout,
    clip,
    patience: options.patience ?? most.patience,
    seed,
  };
}
