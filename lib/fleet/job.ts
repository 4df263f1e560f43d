// A job of a fleet: a training as plain JSON, and the key that names its result.

import { refuse, requireBoolean } from '../checks.ts';
import { type Clipping, type ClippingFunction, requireClipping } from '../clip/clip-gradients.ts';
import type { Json } from '../formats/strict-json.ts';
import {
  type Check,
  integer,
  number,
  optional,
  readOptions,
  required,
  type Schema,
  type Settings,
} from '../options.ts';
import { builtin } from './builtins.ts';
import { canonicalJson } from './canonical-json.ts';
import type { DescribedPart } from './described.ts';

/** The model of a job. */
export interface JobModel {
  /** Features of the input, from 1 to 65,536. */
  readonly inputSize: number;
  /** Layers as in saved files: `{ kind: 'LSTM', units: 16 }`; from 1 to 64. */
  readonly layers: readonly DescribedPart[];
}

/** The training of a job. */
export interface JobTraining {
  /** `{ kind: 'Adam', learningRate: 0.01 }`; a rate may be a schedule: `{ kind: 'cosineDecay', rate: 0.01, steps: 100 }`. */
  readonly optimizer: DescribedPart;
  /** `{ kind: 'MeanSquaredError' }` */
  readonly loss: DescribedPart;
  /** How gradients are clipped, as for `compile`; default: no clipping. */
  readonly clip?: Exclude<Clipping, ClippingFunction>;
  /** Passes over the data, from 1 to 10,000. */
  readonly epochs: number;
  /** Rows of a batch, at least 1; default 32. */
  readonly batchSize?: number;
  /** Whether to shuffle the rows before each epoch, by the seed of the job; default true. */
  readonly shuffle?: boolean;
  /** Share of the rows, the last ones, that are kept for validation, above 0 and below 1; default none. */
  readonly validationSplit?: number;
  /**
   * Epochs without a better validation loss (without validation: loss) after which the training ends, with the weights of the
   * best epoch, at least 1; default: all epochs are trained, and the last weights kept.
   */
  readonly patience?: number;
}

/** Where the data of a job are: the name of a loader, and its arguments. */
export interface JobData {
  /** Name of a loader of the executor: `'rows'`, `'series'`, `'csv'` or one of your own. */
  readonly loader: string;
  /** Arguments of the loader: plain JSON. */
  readonly [argument: string]: unknown;
}

/** A training as plain JSON. */
export interface Job {
  /** The model. */
  readonly model: JobModel;
  /** How it is trained. */
  readonly training: JobTraining;
  /** The data. */
  readonly data: JobData;
  /** Seed of initial values, random masks and shuffling, at least 0; default 0. */
  readonly seed?: number;
  /** A name for people, at most 200 characters, which is not part of the key; default none. */
  readonly name?: string;
}

/** A checked job, and the key of its result. */
export interface KeyedJob {
  /** 32 hexadecimal digits: the beginning of the SHA-256 of what determines the result. */
  readonly key: string;
  /** The job with all defaults. */
  readonly job: Job;
}

/** Version of what a job means. A change of results needs another one, so that keys differ. */
const VERSION = 1;
const MOST_EPOCHS = 10_000;
const LONGEST_NAME = 200;
const KEY_DIGITS = 32;

const JOB: Schema<Job, 'name'> = {
  model: required(requireObject<JobModel>),
  training: required(requireObject<JobTraining>),
  data: required(requireData),
  seed: optional(integer(0), 0),
  name: optional(requireName),
};

const MODEL: Schema<JobModel> = {
  inputSize: required(integer(1, 65_536)),
  layers: required(requireLayers),
};

const TRAINING: Schema<JobTraining, 'clip' | 'validationSplit' | 'patience'> = {
  optimizer: required(requireObject<DescribedPart>),
  loss: required(requireObject<DescribedPart>),
  clip: optional(requireClipping as Check<Exclude<Clipping, ClippingFunction>>),
  epochs: required(integer(1, MOST_EPOCHS)),
  batchSize: optional(integer(), 32),
  shuffle: optional(requireBoolean, true),
  validationSplit: optional(number({ min: 0, max: 1, minOpen: true, maxOpen: true })),
  patience: optional(integer()),
};

/** Checked options of a training. */
export type TrainingSettings = Settings<JobTraining, 'clip' | 'validationSplit' | 'patience'>;

function requireObject<T extends object>(where: string, argument: string, value: unknown): T {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as T)
    : refuse(where, argument, 'be an object', value);
}

function requireData(where: string, argument: string, value: unknown): JobData {
  const data = requireObject<JobData>(where, argument, value);
  return typeof data.loader === 'string'
    ? data
    : refuse(where, `${argument}.loader`, 'be the name of a loader', data.loader);
}

function requireName(where: string, argument: string, value: unknown): string {
  return typeof value === 'string' && value.length <= LONGEST_NAME
    ? value
    : refuse(where, argument, `be a text of at most ${LONGEST_NAME} characters`, value);
}

function requireLayers(where: string, argument: string, value: unknown): readonly DescribedPart[] {
  const most = 64;
  return Array.isArray(value) && value.length > 0 && value.length <= most
    ? value
    : refuse(where, argument, `be an array of 1 to ${most} layers`, value);
}

/** @internal Checks the training of a job. */
export const requireTraining = (where: string, value: unknown): TrainingSettings =>
  readOptions(where, value as JobTraining, TRAINING, 'job.training');

/** @internal Checks the model of a job. */
export const requireModel = (where: string, value: unknown): Settings<JobModel> =>
  readOptions(where, value as JobModel, MODEL, 'job.model');

/**
 * Checks a job as far as possible without its data, and computes the key of its result: the beginning of the SHA-256 of its JSON,
 * with all defaults, with the keys of objects in order, and without the name. Jobs with one key have one result, to the bit.
 * A file that a loader reads is not part of the key: give the loader a version of the file as an argument.
 *
 * @param job - plain JSON of at most 1,048,576 characters; layers, optimizer and loss are checked when the job is run
 * @returns the job with all defaults, and its key
 * @throws ArgumentError for what is no job, or no JSON; StateError in browsers
 *
 * @example
 * ```ts
 * const job = {
 *   model: { inputSize: 1, layers: [{ kind: 'GRU', units: 8 }, { kind: 'Dense', units: 1 }] },
 *   training: { optimizer: { kind: 'Adam' }, loss: { kind: 'MeanSquaredError' }, epochs: 5 },
 *   data: { loader: 'rows', x: [[[0], [1]]], y: [[1]] },
 * };
 * readJob(job).key.length;                                    // 32
 * readJob({ ...job, name: 'shop 7' }).key === readJob(job).key; // true
 * readJob({ ...job, seed: 1 }).key === readJob(job).key;        // false
 * ```
 */
export function readJob(job: Job): KeyedJob {
  const where = 'readJob';
  const { value } = canonicalJson<Job>(where, 'job', job);
  const { model, training, data, seed, name } = readOptions(where, value, JOB, 'job');
  const checked = { model: requireModel(where, model), training: requireTraining(where, training), data, seed };
  const { text } = canonicalJson<Json>(where, 'job', { version: VERSION, ...checked });
  const key = builtin(where, 'node:crypto').createHash('sha256').update(text).digest('hex').slice(0, KEY_DIGITS);
  return { key, job: { ...checked, ...(name !== undefined && { name }) } };
}

/** @internal Whether a text has the form of a key. */
export const isKey = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value);
