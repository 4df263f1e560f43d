import {
  type Callbacks,
  Checkpoint,
  CsvLog,
  checkpointToBytes,
  Dense,
  EarlyStopping,
  MeanSquaredError,
  Parameters,
  progressEvents,
  ReduceLROnPlateau,
  resumeFromBytes,
  Sequential,
  SGD,
  tensor,
  WeightAverage,
} from '../../lib/index.ts';
import { type BadCall, each, notBoolean, notFunction, notInteger, notNumber, notOneOf } from '../support/bad-values.ts';
import type { Table } from '../support/refusals.ts';
import { revoked } from '../support/unreadable.ts';

const write = (): void => {};

/** Bad values of what a callback that watches a figure takes. */
const notMonitor = (make: (options: object) => unknown): BadCall[] => [
  ...each('monitor', (monitor) => make({ monitor, mode: 'max' }), [null, 0, true, '', [], {}]),
  ...notOneOf('mode', (mode) => make({ mode }), 'auto', 'Min'),
  ...each('mode', (mode) => make({ monitor: 'accuracy', mode }), [undefined, null]),
];

const checkpoint = new Checkpoint({ save: write });
const notRun = (call: (run: never) => unknown): BadCall[] =>
  each('run', call, [undefined, null, 1, {}, { stop: write }, revoked({})]);
/** A tensor whose members cannot be read. */
const lookalike = (): object => new Proxy(tensor([1]), { get: (): never => (revoked({}) as { x: never }).x });

/** Calls within a training. */
async function withRun(call: (run: never) => unknown): Promise<void> {
  const model = new Sequential([new Dense({ units: 1 })]).compile({
    optimizer: new SGD(),
    loss: new MeanSquaredError(),
  });
  const callback: Callbacks = { onTrainBegin: (run) => void call(run as never) };
  await model.fit(tensor([[1]]), tensor([[1]]), { callbacks: [callback] });
}

const stopping = new EarlyStopping();
const plateau = new ReduceLROnPlateau();
const log = new CsvLog({ write });

const setting =
  (self: { state: unknown }) =>
  (state: unknown): void => {
    self.state = state;
  };
const averaged = Parameters.of({ w: tensor([1, 2]) });
const average = new WeightAverage();
average.add(averaged);
const ofAverage = setting(average as { state: unknown });
const [ofStopping, ofPlateau, ofLog, ofCheckpoint] = [stopping, plateau, log, checkpoint].map((self) =>
  setting(self as { state: unknown }),
);

export const callbacks: Table = {
  subjects: [
    {
      of: 'EarlyStopping',
      withOptions: (options) => new EarlyStopping(options),
      calls: [
        ...notMonitor((options) => new EarlyStopping(options)),
        ...notInteger('patience', (patience) => new EarlyStopping({ patience }), 0, -1),
        ...notNumber('minDelta', (minDelta) => new EarlyStopping({ minDelta }), -1),
        ...notNumber('baseline', (baseline) => new EarlyStopping({ baseline })),
        ...notBoolean('restoreBest', (restoreBest) => new EarlyStopping({ restoreBest })),
      ],
    },
    {
      of: 'EarlyStopping.state',
      where: 'EarlyStopping',
      calls: [
        ...each('state', ofStopping!, [undefined, null, 1, 'a', [], { wait: 1, more: 1 }]),
        ...notInteger('state.wait', (wait) => ofStopping!({ wait }), undefined, -1),
        ...each('state.best', (best) => ofStopping!({ wait: 0, best }), [null, '1', Number.NaN, {}]),
        ...notInteger('state.bestEpoch', (bestEpoch) => ofStopping!({ wait: 0, bestEpoch }), -1),
        ...each('state.weights', (weights) => ofStopping!({ wait: 0, weights }), [
          null,
          1,
          [1],
          { data: [1] },
          lookalike(),
        ]),
      ],
    },
    {
      of: 'WeightAverage',
      withOptions: (options) => new WeightAverage(options),
      calls: [
        ...each('decay', (decay) => new WeightAverage({ decay }), [null, '1', true, {}, [], 1, -0.1, Number.NaN]),
        ...notBoolean('validate', (validate) => new WeightAverage({ validate })),
        ...each('decay(0)', (decay) => new WeightAverage({ decay: () => decay }).add(averaged), [null, '1', 1, -0.1]),
      ],
    },
    {
      of: 'WeightAverage.state',
      where: 'WeightAverage',
      calls: [
        ...each('state', ofAverage, [undefined, null, 1, 'a', [], { updates: 1, product: 1, more: 1 }]),
        ...notInteger('state.updates', (updates) => ofAverage({ updates, product: 1 } as never), undefined, -1),
        ...notNumber('state.product', (product) => ofAverage({ updates: 1, product } as never), undefined, -1, 1.1),
        ...each('state.weights', (weights) => ofAverage({ updates: 1, product: 1, weights } as never), [
          null,
          1,
          [1],
          lookalike(),
        ]),
        ...each('state.raw', (raw) => ofAverage({ updates: 1, product: 1, raw } as never), [null, 1, [1], lookalike()]),
      ],
    },
    ...(['add', 'swap'] as const).map((method) => ({
      of: `WeightAverage.${method}`,
      calls: [
        ...each('parameters', (bad) => average[method](bad), [undefined, null, 1, {}, [averaged]]),
        ...each(method === 'swap' ? 'weights' : 'parameters', (bad) => average[method](bad), [
          Parameters.of({ w: tensor([1]) }),
        ]),
      ],
    })),
    {
      of: 'WeightAverage.use',
      calls: [
        ...notFunction('call', (call) => average.use(averaged, call)),
        ['an average of nothing', undefined, () => new WeightAverage().use(averaged, () => 1)],
      ],
    },
    {
      of: 'ReduceLROnPlateau',
      withOptions: (options) => new ReduceLROnPlateau(options),
      calls: [
        ...notMonitor((options) => new ReduceLROnPlateau(options)),
        ...notNumber('factor', (factor) => new ReduceLROnPlateau({ factor }), 0, 1, -1),
        ...notInteger('patience', (patience) => new ReduceLROnPlateau({ patience }), -1),
        ...notNumber('threshold', (threshold) => new ReduceLROnPlateau({ threshold }), -1),
        ...notOneOf('thresholdMode', (thresholdMode) => new ReduceLROnPlateau({ thresholdMode }), 'rel'),
        ...notInteger('cooldown', (cooldown) => new ReduceLROnPlateau({ cooldown }), -1),
        ...notNumber('minLearningRate', (minLearningRate) => new ReduceLROnPlateau({ minLearningRate }), -1),
        ...notNumber('epsilon', (epsilon) => new ReduceLROnPlateau({ epsilon }), -1),
      ],
    },
    {
      of: 'ReduceLROnPlateau.state',
      where: 'ReduceLROnPlateau',
      calls: [
        ...each('state', ofPlateau!, [undefined, null, 1, 'a', [], { wait: 1, cooling: 1, more: 1 }]),
        ...notInteger('state.wait', (wait) => ofPlateau!({ wait, cooling: 0 }), undefined, -1),
        ...notInteger('state.cooling', (cooling) => ofPlateau!({ wait: 0, cooling }), undefined, -1),
        ...each('state.best', (best) => ofPlateau!({ wait: 0, cooling: 0, best }), [null, '1', Number.NaN, {}]),
      ],
    },
    {
      of: 'CsvLog',
      withOptions: (options) => new CsvLog(options),
      calls: [
        ...notFunction('write', (bad) => new CsvLog({ write: bad })),
        ...notBoolean('batches', (batches) => new CsvLog({ write, batches })),
      ],
    },
    {
      of: 'CsvLog.state',
      where: 'CsvLog',
      calls: [
        ...each('state', ofLog!, [undefined, null, 1, 'a', [], { more: 1 }]),
        ...each('state.columns', (columns) => ofLog!({ columns }), [null, 'a', [1], tensor([1])]),
      ],
    },
    {
      of: 'Checkpoint',
      withOptions: (options) => new Checkpoint(options),
      calls: [
        ...notFunction('save', (save) => new Checkpoint({ save })),
        ...notInteger('everyEpochs', (everyEpochs) => new Checkpoint({ save: write, everyEpochs }), 0, -1),
        ...notInteger('everySteps', (everySteps) => new Checkpoint({ save: write, everySteps }), 0, -1),
        ...notMonitor((options) => new Checkpoint({ save: write, ...options } as never)),
        ...notBoolean('bestOnly', (bestOnly) => new Checkpoint({ save: write, monitor: 'loss', bestOnly })),
        ['bestOnly without a figure', 'bestOnly', () => new Checkpoint({ save: write, bestOnly: true })],
        ...each('resume', (resume) => new Checkpoint({ save: write, resume }), [null, 'a', [1], new Float32Array(1)]),
      ],
    },
    {
      of: 'Checkpoint.state',
      where: 'Checkpoint',
      calls: [
        ...each('state', ofCheckpoint!, [undefined, null, 1, 'a', [], { more: 1 }]),
        ...each('state.best', (best) => ofCheckpoint!({ best }), [null, '1', {}]),
      ],
    },
    { of: 'checkpointToBytes', calls: notRun((run) => checkpointToBytes(run)) },
    {
      of: 'resumeFromBytes',
      calls: [
        ...notRun((run) => resumeFromBytes(run, new Uint8Array(8))),
        ...each('bytes', (bytes) => withRun((run) => resumeFromBytes(run, bytes)), [undefined, null, 1, 'a', [1]]),
      ],
    },
    {
      of: 'progressEvents',
      withOptions: (options) => progressEvents(options),
      calls: [
        ...each('to', (to) => progressEvents({ to }), [undefined, null, 1, 'body', {}, { dispatchEvent: 1 }]),
        ...notNumber('interval', (interval) => progressEvents({ to: write, interval }), -1),
      ],
    },
  ],
};
