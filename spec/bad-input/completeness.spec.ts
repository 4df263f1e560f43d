import { describe, expect, it } from '@jest/globals';
import { Stream } from '../../lib/engine/stream.ts';
import * as bullmqEntry from '../../lib/fleet/bullmq/index.ts';
import * as fleetEntry from '../../lib/fleet/index.ts';
import * as flowEntry from '../../lib/flow/index.ts';
import * as bptt from '../../lib/index.ts';
import * as ndarrayEntry from '../../lib/ndarray.ts';
import * as nodeEntry from '../../lib/node.ts';
import * as plot from '../../lib/plot/index.ts';
import { EXCHANGED } from '../support/exchange-entries.ts';
import { type Class, internal, isClass, methodsOf } from '../support/public-names.ts';
import { allCalls, knownOptions } from '../support/refusals.ts';
import { attentions } from './attention.table.ts';
import { branches } from './branches.table.ts';
import { bullmqTable } from './bullmq.table.ts';
import { callbacks } from './callbacks.table.ts';
import { cells } from './cells.table.ts';
import { clip } from './clip.table.ts';
import { convolutions } from './convolutions.table.ts';
import { data } from './data.table.ts';
import { embeddings } from './embedding.table.ts';
import { encoderDecoders } from './encoder-decoder.table.ts';
import { exchange } from './exchange.table.ts';
import { files } from './files.table.ts';
import { fleet } from './fleet.table.ts';
import { flow } from './flow.table.ts';
import { forecasts } from './forecast.table.ts';
import { jobs } from './jobs.table.ts';
import { keras } from './keras.table.ts';
import { kernels } from './kernels.table.ts';
import { layers } from './layers.table.ts';
import { losses } from './losses.table.ts';
import { metrics } from './metrics.table.ts';
import { models } from './model.table.ts';
import { networks } from './network.table.ts';
import { onnx } from './onnx.table.ts';
import { plots } from './plot.table.ts';
import { pointwise } from './pointwise.table.ts';
import { progress } from './progress-bar.table.ts';
import { randomness } from './random.table.ts';
import { rates } from './rates.table.ts';
import { regularization } from './regularization.table.ts';
import { sampling } from './sampling.table.ts';
import { saving } from './saving.table.ts';
import { sequences } from './sequences.table.ts';
import { streams } from './streams.table.ts';
import { tensors } from './tensors.table.ts';
import { tfjs } from './tfjs.table.ts';
import { training } from './training.table.ts';

// The tables cannot fall behind: every export, every method and every option has an entry, or a reason for none.

const subjects = [
  tensors,
  randomness,
  cells,
  layers,
  training,
  losses,
  metrics,
  clip,
  models,
  networks,
  saving,
  streams,
  progress,
  callbacks,
  exchange,
  files,
  fleet,
  jobs,
  bullmqTable,
  flow,
  keras,
  onnx,
  tfjs,
  plots,
  kernels,
  regularization,
  sequences,
  attentions,
  embeddings,
  encoderDecoders,
  branches,
  convolutions,
  pointwise,
  sampling,
  data,
  forecasts,
  rates,
].flatMap((t) => t.subjects);
const covered = new Set(subjects.map(({ of }) => of));

const exported = Object.entries<unknown>({
  ...EXCHANGED,
  ...bptt,
  ...ndarrayEntry,
  ...nodeEntry,
  ...bullmqEntry,
  ...fleetEntry,
  ...flowEntry,
  ...plot,
});
const classes = exported.filter((entry): entry is [string, Class & (typeof entry)[1]] => isClass(entry[1]));

/** Names without an entry, and why. */
const WITHOUT: Readonly<Record<string, string>> = {
  Cell: 'abstract: its kinds have entries',
  'CheckpointFolder.best': 'takes nothing',
  'CheckpointFolder.latest': 'takes nothing',
  'CheckpointFolder.names': 'takes nothing',
  AUC: 'takes nothing',
  MAE: 'takes nothing',
  MAPE: 'takes nothing',
  Metric: 'abstract: its kinds have entries',
  Optimizer: 'abstract: its kinds have entries',
  RMSE: 'takes nothing',
  SMAPE: 'takes nothing',
  Parameters: 'no constructor of the public list',
  activationKinds: 'numbers by name',
  backend: 'takes nothing',
  nonNegative: 'takes nothing',
  ops: 'functions of ndarray-ops, which throw its errors, as documented',
  'Tensor.copy': 'takes nothing',
  'Parameters.zeroGradients': 'takes nothing',
  ...Object.fromEntries(
    classes
      .filter(([, value]) => methodsOf(value).includes('resetState'))
      .map(([name]) => [`${name}.resetState`, 'takes nothing']),
  ),
  'EncoderDecoder.summary': 'takes nothing',
  'Network.summary': 'takes nothing',
  'Sequential.summary': 'takes nothing',
  ...Object.fromEntries(
    classes
      .filter(([, value]) => methodsOf(value).includes('reset'))
      .flatMap(([name]) => ['reset', 'result'].map((method) => [`${name}.${method}`, 'takes nothing'])),
  ),
  'Metric.evaluate': 'abstract: its kinds have entries',
  'Metric.add': 'abstract: its kinds have entries',
  'Optimizer.step': 'abstract: its kinds have entries',
  'Optimizer.learningRate': 'abstract: its kinds have entries',
  'Stream.initialState': 'takes nothing',
  JobError: 'made by executors',
  randomSampler: 'takes nothing',
  'Study.ask': 'takes nothing',
  'Study.toCsv': 'takes nothing',
  'Study.toJSON': 'takes nothing',
  'Vocabulary.toJSON': 'takes nothing',
  'Stream.zeroState': 'takes nothing',
};

const isError = (value: Class): boolean => value === bptt.BpttError || value.prototype instanceof bptt.BpttError;
const required = [
  ...exported.filter(([, value]) => !(isClass(value) && isError(value))).map(([name]) => name),
  ...Object.keys(bptt.initializers).map((name) => `initializers.${name}`),
  ...classes
    .filter(([name, value]) => !isError(value) && name !== 'Cell')
    .flatMap(([name, value]) => methodsOf(value).map((method) => `${name}.${method}`)),
  ...methodsOf(Stream).map((method) => `Stream.${method}`), // made by layers alone: its type is public
];

describe('the tables of bad input', () => {
  it('sees the public list', () => {
    expect(required.length).toBeGreaterThan(80);
    expect(required).toEqual(expect.arrayContaining(['LSTM.backward', 'Sequential.fit', 'SGD.learningRate', 'zeros']));
    expect([...internal]).toEqual(expect.arrayContaining(['attach', 'requireInput', 'layOut', 'update']));
  });

  it.each(required)('have an entry for %s', (name) => {
    const has = covered.has(name) || (name === 'initializers' && covered.has('initializers.zeros'));
    expect(has || name in WITHOUT).toBe(true);
  });

  it('know no name that is not public', () => {
    const known = new Set([...required, 'Parameter.assign', ...classes.map(([name]) => `${name}.parameters`)]);
    expect([...covered].filter((name) => !known.has(name.split(',')[0]!))).toEqual([]);
    expect(Object.keys(WITHOUT).filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(subjects.filter(({ withOptions }) => withOptions !== undefined).map((s) => [s.of, s] as const))(
    'try every option of %s',
    async (_, subject) => {
      const options = await knownOptions(subject);
      const tried = subject.calls.map(([, argument]) => argument?.split(/[.[]/)[0]);
      expect(options.length).toBeGreaterThan(0);
      expect(options.filter((name) => !tried.includes(name))).toEqual([]);
    },
  );

  it('hold calls by the thousand', () => {
    expect(subjects.flatMap(allCalls).length).toBeGreaterThan(4000);
  });
});
