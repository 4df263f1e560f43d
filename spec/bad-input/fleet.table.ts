import { expect } from '@jest/globals';
import {
  asha,
  choice,
  crossValidation,
  gridSampler,
  haltonSampler,
  hyperband,
  integer,
  kFold,
  medianPruner,
  parameterImportance,
  Study,
  sweep,
  tpeSampler,
  uniform,
} from '../../lib/fleet/index.ts';
import { each, notBoolean, notFunction, notInteger, notNumber, notOneOf } from '../support/bad-values.ts';
import type { Subject, Table } from '../support/refusals.ts';
import { badResults, results } from '../support/study-results.ts';

const { NaN: none } = Number;
const space = { x: uniform(0, 1), n: integer(1, 9), cell: choice(['a', 'b']) };
const windows = { length: 48, horizon: 12, windows: 3 };
const study = new Study(space, { trials: 20, seed: 1 });
const trial = study.ask()!;
study.report(trial, 3, 0.5, { checkpoint: Uint8Array.of(1, 2, 3) });
const ended = study.ask()!;
study.tell(ended, 1);
const json = JSON.parse(JSON.stringify(study));
const values = json.record[0][2];

type Options = (options: never) => unknown;

/** What everything with the options of a study refuses. */
const studyOptions = (call: Options): Subject['calls'] => [
  ...each('sampler', (sampler) => call({ sampler } as never), [null, 1, 'tpe', {}, { kind: 'more' }, tpeSampler]),
  ...each('pruner', (pruner) => call({ pruner } as never), [null, 1, 'asha', {}, { kind: 'more' }, hyperband]),
  ...notOneOf('direction', (direction) => call({ direction } as never), 'min'),
  ...notInteger('trials', (trials) => call({ trials } as never), 0, -1),
  ...notInteger('seed', (seed) => call({ seed } as never), -1),
  ...notInteger('lag', (lag) => call({ lag } as never), 0, -1),
];

const spaces = (call: (bad: never) => unknown): Subject['calls'] => [
  ...each('space', call, [undefined, null, 1, 'x', [], {}, [space], { 0: space.x }]),
  ...each('space.x', (x) => call({ x } as never), [
    undefined,
    null,
    1,
    'uniform',
    [0, 1],
    {},
    { kind: 'normal' },
    uniform,
  ]),
];

const halvings = (of: 'hyperband' | 'asha'): Subject => {
  const call = { hyperband, asha }[of] as (options: object) => unknown;
  return {
    of,
    withOptions: (options) => call(options),
    calls: [
      ...notInteger('maxSteps', (maxSteps) => call({ maxSteps }), undefined, 0),
      ...notInteger('minSteps', (minSteps) => call({ maxSteps: 9, minSteps }), 0, 10),
      ...notInteger('factor', (factor) => call({ maxSteps: 9, factor }), 1),
    ],
  };
};

export const fleet: Table = {
  subjects: [
    {
      of: 'uniform',
      withOptions: (options) => uniform(0, 1, options),
      calls: [
        ...notNumber('low', (low) => uniform(low, 1), undefined),
        ...notNumber('high', (high) => uniform(0, high), undefined, 0, -1),
        ['too wide', 'high', () => uniform(-1e308, 1e308)],
        ['log of 0', 'low', () => uniform(0, 1, { log: true })],
        ...notBoolean('log', (log) => uniform(1, 2, { log })),
        ...notNumber('step', (step) => uniform(0, 1, { step }), 0, -1, 1.5, 1e-12),
        ['a step and log', 'step', () => uniform(1, 2, { log: true, step: 0.1 })],
      ],
    },
    {
      of: 'integer',
      withOptions: (options) => integer(0, 9, options),
      calls: [
        ...notInteger('low', (low) => integer(low, 1), undefined),
        ...notInteger('high', (high) => integer(0, high), undefined, 0, -1, 2 ** 40),
        ['log of 0', 'low', () => integer(0, 1, { log: true })],
        ...notBoolean('log', (log) => integer(1, 2, { log })),
        ...notInteger('step', (step) => integer(0, 9, { step }), 0, -1, 10),
        ['a step and log', 'step', () => integer(1, 9, { log: true, step: 2 })],
      ],
    },
    {
      of: 'choice',
      calls: [
        ...each('choices', (bad) => choice(bad), [undefined, null, 'ab', 1, {}, [], new Set(['a'])]),
        ...each('choices[1]', (bad) => choice(['a', bad]), ['a', undefined, {}, [], none, Infinity, 1n, () => 1]),
      ],
    },
    {
      of: 'gridSampler',
      withOptions: (options) => gridSampler(options),
      calls: notInteger('points', (points) => gridSampler({ points }), 1, 0),
    },
    {
      of: 'haltonSampler',
      withOptions: (options) => haltonSampler(options),
      calls: notBoolean('scramble', (scramble) => haltonSampler({ scramble })),
    },
    {
      of: 'tpeSampler',
      withOptions: (options) => tpeSampler(options),
      calls: [
        ...notInteger('startupTrials', (startupTrials) => tpeSampler({ startupTrials }), 0),
        ...notInteger('candidates', (candidates) => tpeSampler({ candidates }), 0),
        ...notNumber('gamma', (gamma) => tpeSampler({ gamma }), 0, 1),
      ],
    },
    {
      of: 'medianPruner',
      withOptions: (options) => medianPruner(options),
      calls: [
        ...notInteger('startupTrials', (startupTrials) => medianPruner({ startupTrials }), 0),
        ...notNumber('warmupSteps', (warmupSteps) => medianPruner({ warmupSteps }), -1),
      ],
    },
    halvings('hyperband'),
    halvings('asha'),
    {
      of: 'Study',
      withOptions: (options) => new Study(space, options),
      calls: [
        ...spaces((bad) => new Study(bad)),
        ...studyOptions((options) => new Study(space, options)),
        [
          'a huge grid',
          'sampler',
          () => new Study({ x: integer(1, 2 ** 20), y: integer(1, 2 ** 20) }, { sampler: gridSampler() }),
        ],
      ],
    },
    {
      of: 'Study.report',
      withOptions: (options) => study.report(trial, 4, 1, options),
      calls: [
        ...each('trial', (bad) => study.report(bad, 4, 1), [undefined, null, '0', -1, 0.5, {}, 2, ended]),
        ...notNumber('step', (step) => study.report(trial, step, 1), undefined, -1, 3, 2),
        ...each('value', (value) => study.report(trial, 4, value), [undefined, null, '1', true, [], 1n]),
        ...each('checkpoint', (checkpoint) => study.report(trial, 4, 1, { checkpoint }), [
          null,
          'bytes',
          [1],
          new Float32Array(1),
          new ArrayBuffer(1),
        ]),
      ],
    },
    {
      of: 'Study.tell',
      calls: [
        ...each('trial', (bad) => study.tell(bad, 1), [undefined, null, '0', -1, 0.5, {}, 2, ended]),
        ...each('value', (value) => study.tell(trial, value), [undefined, null, 'fail', true, none, [], 1n]),
        ...each('reason', (reason) => study.tell(trial, 'failed', reason), [null, 1, {}]),
      ],
    },
    {
      of: 'Study.fromJSON',
      calls: [
        ...each('json', (bad) => Study.fromJSON(bad), [undefined, null, 1, 'json', [], { more: 1 }]),
        ...each('json.kind', (kind) => Study.fromJSON({ ...json, kind }), [undefined, 'study', 1]),
        ...each('json.record', (record) => Study.fromJSON({ ...json, record }), [undefined, null, 'begin', {}]),
        ...each('json.record[0]', (event) => Study.fromJSON({ ...json, record: [event] }), [
          null,
          'begin',
          ['begin', 0],
          ['begin', 1, values],
          ['begin', 0, { ...values, x: 2 }],
          ['begin', 0, { ...values, more: 1 }],
          ['begin', 0, { x: 0.5 }],
          ['resume', 0],
          ['report', 0, 1, 2],
          ['more', 0],
        ]),
        ...each('json.record[1]', (event) => Study.fromJSON({ ...json, record: [['begin', 0, values], event] }), [
          ['report', 0, 1],
          ['report', 0, '1', 2],
          ['report', 0, -1, 2],
          ['complete', 1, 2],
          ['resume', 0],
          ['fail', 0, 1],
        ]),
        ...each('json.record[0][1]', (k) => Study.fromJSON({ ...json, record: [['begin', k, values]] }), [
          null,
          '0',
          -1,
        ]),
        ...each('json.checkpoints', (checkpoints) => Study.fromJSON({ ...json, checkpoints }), [undefined, null, {}]),
        ...each('json.checkpoints[0]', (entry) => Study.fromJSON({ ...json, checkpoints: [entry] }), [null, 1, []]),
        ...each(
          'json.checkpoints[0].trial',
          (k) => Study.fromJSON({ ...json, checkpoints: [{ trial: k, step: 3, bytes: '' }] }),
          [null, 1, 2, -1],
        ),
        ...each(
          'json.checkpoints[0].step',
          (step) => Study.fromJSON({ ...json, checkpoints: [{ trial: 0, step, bytes: '' }] }),
          [null, '3', 4, -1],
        ),
        ...each(
          'json.checkpoints[0].bytes',
          (bytes) => Study.fromJSON({ ...json, checkpoints: [{ trial: 0, step: 3, bytes }] }),
          [null, [1], 'a', '!!!!'],
        ),
      ],
    },
    {
      of: 'crossValidation',
      withOptions: (options) => crossValidation(options),
      calls: [
        ...each('options', (bad) => crossValidation(bad), [null, 1, 'x']),
        ...notInteger('length', (length) => crossValidation({ ...windows, length }), undefined, 0, 12),
        ...notInteger('horizon', (horizon) => crossValidation({ ...windows, horizon }), undefined, 0),
        ...notInteger('windows', (count) => crossValidation({ ...windows, windows: count }), undefined, 0, 4),
        ...notInteger('step', (step) => crossValidation({ ...windows, step }), 0),
        ...notInteger('gap', (gap) => crossValidation({ ...windows, gap }), -1),
        ...notInteger('trainLength', (trainLength) => crossValidation({ ...windows, trainLength }), 0),
      ],
    },
    {
      of: 'kFold',
      withOptions: (options) => kFold(options),
      calls: [
        ...each('options', (bad) => kFold(bad), [null, 1, 'x']),
        ...notInteger('rows', (rows) => kFold({ rows }), undefined, 0, 1),
        ...notInteger('folds', (folds) => kFold({ rows: 9, folds }), 1, 10),
        ...notBoolean('shuffle', (shuffle) => kFold({ rows: 9, shuffle })),
        ...notInteger('seed', (seed) => kFold({ rows: 9, seed }), -1),
        ...each('labels', (labels) => kFold({ rows: 2, folds: 2, labels }), [null, 1, 'ab', {}, [], ['a']]),
        ...each('labels[1]', (bad) => kFold({ rows: 2, folds: 2, labels: ['a', bad] }), [
          null,
          undefined,
          none,
          {},
          true,
        ]),
      ],
    },
    {
      of: 'parameterImportance',
      withOptions: (options) => parameterImportance(results, options),
      calls: [
        ...badResults(parameterImportance),
        [
          'too few trials',
          'study.trials',
          () => parameterImportance({ ...results, trials: results.trials.slice(0, 3) }),
        ],
        ...notOneOf('valueScale', (valueScale) => parameterImportance(results, { valueScale }), 'LOG'),
        ...notInteger('trees', (trees) => parameterImportance(results, { trees }), 0),
        ...notInteger('seed', (seed) => parameterImportance(results, { seed }), -1),
      ],
    },
    {
      of: 'sweep',
      withOptions: (options) => sweep(space, () => 1, options),
      calls: [
        ...spaces((bad) => sweep(bad, () => 1)),
        ...notFunction('objective', (bad) => sweep(space, bad)),
        ...studyOptions((options) => sweep(space, () => 1, options)),
        ...notInteger('concurrency', (concurrency) => sweep(space, () => 1, { concurrency }), 0, -1, 9),
        ...each('signal', (signal) => sweep(space, () => 1, { signal }), [null, 1, {}, new AbortController()]),
        ...each('executor', (executor) => sweep(space, () => 1, { executor }), [null, 1, {}, { run: () => 1 }]),
        ...notFunction('save', (save) => sweep(space, () => 1, { save })),
        ...each('replay', (replay) => sweep(space, () => 1, { replay }), [null, 1, 'record', {}]),
        ...each('replay[0]', (event) => sweep(space, () => 1, { replay: [event] }), [null, ['more', 0]]),
        ['a replay of what has begun', 'replay', () => sweep(study, () => 1, { replay: [] })],
        ['options of a study that is there', 'options', () => sweep(study, () => 1, { trials: 3 } as object)],
      ],
    },
  ],
  watch: () => [study.record.length, study.trials.length],
  afterwards: () => {
    expect(JSON.parse(JSON.stringify(study))).toEqual(json);
    expect(study.report(trial, 4, 1)).toBe('continue');
  },
};
