import { type Executor, folderStore, type Job, local, nextValues, readJob, trainFleet } from '../../lib/fleet/index.ts';
import { Dense, Sequential } from '../../lib/index.ts';
import { each, notBoolean, notFunction, notInteger, notNumber } from '../support/bad-values.ts';
import type { Table } from '../support/refusals.ts';

const { NaN: none } = Number;
const job: Job = {
  model: { inputSize: 1, layers: [{ kind: 'Dense', units: 1 }] },
  training: { optimizer: { kind: 'Adam' }, loss: { kind: 'MeanSquaredError' }, epochs: 2 },
  data: { loader: 'rows', x: [[1]], y: [[1]] },
};
const executor: Executor = { capacity: 1, run: () => Promise.reject(new Error('no job')), close: async () => {} };

const model = Object.assign(new Sequential([new Dense({ units: 1 })], { inputSize: 1 }).build(), {
  metadata: { input: 3 },
});

const withModel = (model: object): unknown => readJob({ ...job, model: { ...job.model, ...model } });
const withTraining = (training: object): unknown => readJob({ ...job, training: { ...job.training, ...training } });
const withData = (data: object): unknown => readJob({ ...job, data: { ...job.data, ...data } });
const deep = Array.from({ length: 40 }).reduce<unknown>((inner) => [inner], 1);

export const jobs: Table = {
  subjects: [
    {
      of: 'readJob',
      calls: [
        ...each('job', readJob, [undefined, null, 1, 'job', [], () => job, { ...job, more: 1 }]),
        ...each('job.model', (model) => readJob({ ...job, model }), [undefined, null, 1, [], new Map()]),
        ...notInteger('job.model.inputSize', (inputSize) => withModel({ inputSize }), undefined, none, 0, 65_537),
        ...each('job.model.layers', (layers) => withModel({ layers }), [
          undefined,
          null,
          'LSTM',
          [],
          {},
          Array.from({ length: 65 }, () => ({ kind: 'Dense', units: 1 })),
        ]),
        ...each('job.training', (training) => readJob({ ...job, training }), [undefined, null, 1, []]),
        ...each('job.training.optimizer', (optimizer) => withTraining({ optimizer }), [undefined, null, 'Adam', []]),
        ...each('job.training.loss', (loss) => withTraining({ loss }), [undefined, null, 'mse', []]),
        ...each('job.training.clip', (clip) => withTraining({ clip }), [null, 1, [], { norms: 1 }]),
        ...notInteger('job.training.epochs', (epochs) => withTraining({ epochs }), undefined, 0, 10_001),
        ...notInteger('job.training.batchSize', (batchSize) => withTraining({ batchSize }), 0, -1),
        ...notBoolean('job.training.shuffle', (shuffle) => withTraining({ shuffle })),
        ...notNumber('job.training.validationSplit', (validationSplit) => withTraining({ validationSplit }), 0, 1),
        ...notInteger('job.training.patience', (patience) => withTraining({ patience }), 0),
        ...each('job.data', (data) => readJob({ ...job, data }), [undefined, null, 1, []]),
        ...each('job.data.loader', (loader) => withData({ loader }), [undefined, null, 1, {}]),
        ...each('job.data.x', (x) => withData({ x }), [none, Infinity, new Float32Array(1), () => 1, 1n, new Date(0)]),
        ...each('job.data.x[1]', (x) => withData({ x: [1, x] }), [none, undefined, Symbol('x')]),
        ['what is nested too deep', `job.data.x${'[0]'.repeat(31)}`, () => withData({ x: deep })],
        ['a member __proto__', 'job.data.x', () => withData({ x: JSON.parse('{"__proto__": 1}') })],
        ['a long text', 'job', () => withData({ x: 'x'.repeat(1 << 20) })],
        ['many values', 'job.data.x[131068]', () => withData({ x: Array.from({ length: 1 << 17 }, () => 1) })],
        ...notInteger('job.seed', (seed) => readJob({ ...job, seed }), -1),
        ...each('job.name', (name) => readJob({ ...job, name }), [null, 1, {}, 'x'.repeat(201)]),
      ],
    },
    {
      of: 'local',
      withOptions: (options) => local(options),
      calls: [
        ...notInteger('workers', (workers) => local({ workers }), 0, -1, 1025),
        ...each('loaders', (loaders) => local({ loaders }), [null, 1, {}, [], './loaders.mjs', () => 1]),
        ...each('folder', (folder) => local({ folder }), [null, 1, '', {}]),
      ],
    },
    {
      of: 'folderStore',
      calls: each('folder', folderStore, [undefined, null, 1, '', {}, 'a\0b']),
    },
    {
      of: 'nextValues',
      calls: [
        ...each('model', (model) => nextValues(model, [1, 2, 3]), [undefined, null, 1, {}, new Dense({ units: 1 })]),
        ['a model of another kind', undefined, () => nextValues(new Sequential([new Dense({ units: 1 })]), [1])],
        ...each('values', (values) => nextValues(model, values), [undefined, null, 1, {}, [], [1, 2]]),
        ...each('values[2]', (value) => nextValues(model, [1, 2, value]), [undefined, null, '1', none, Infinity]),
      ],
    },
    {
      of: 'trainFleet',
      withOptions: (options) => trainFleet([job], options),
      calls: [
        ...each('jobs', (bad) => trainFleet(bad, { executor }), [undefined, null, 1, 'jobs', {}, job]),
        ...each('executor', (bad) => trainFleet([job], { executor: bad }), [undefined, null, 1, {}, local]),
        ...notInteger('executor.capacity', (capacity) => trainFleet([], { executor: { ...executor, capacity } }), 0),
        ...each('store', (store) => trainFleet([job], { executor, store }), [null, 'folder', {}, folderStore]),
        ...notInteger('attempts', (attempts) => trainFleet([job], { executor, attempts }), 0, 1001),
        ...notNumber('timeout', (timeout) => trainFleet([job], { executor, timeout }), 0, -1),
        ...notNumber('checkpointEvery', (checkpointEvery) => trainFleet([job], { executor, checkpointEvery }), 0),
        ...notInteger('total', (total) => trainFleet([job], { executor, total }), -1),
        ...each('signal', (signal) => trainFleet([job], { executor, signal }), [null, 1, {}, new AbortController()]),
        ...notFunction('onProgress', (onProgress) => trainFleet([job], { executor, onProgress })),
        ...notFunction('onEpoch', (onEpoch) => trainFleet([job], { executor, onEpoch })),
      ],
    },
  ],
};
