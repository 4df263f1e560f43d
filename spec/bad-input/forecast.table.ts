import {
  Dense,
  Embedding,
  type ForecastOptions,
  forecast,
  GaussianNLL,
  GRU,
  QuantileLoss,
  Sequential,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { each, notArray, notInteger } from '../support/bad-values.ts';
import type { Table } from '../support/refusals.ts';

const make = (inputSize: number, units: number) =>
  new Sequential([new GRU({ units: 3 }), new Dense({ units })], { inputSize }).build();
const model = make(2, 2);
const history = zeros([3, 4, 2]);
const run = (options: object) => forecast(model, history, { horizon: 2, ...options });
const gaussian = { loss: new GaussianNLL(), future: zeros([3, 1, 1]) };
const known = make(3, 2);
const residuals = zeros([5, 2]);
const embedding = new Sequential([new Embedding({ inputDim: 3, outputDim: 2 }), new Dense({ units: 1 })]).build(1);
const detached = new Float64Array(3);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const notLengths = [null, 3, [1, 2], [1, 2, 3, 4], {}, detached];

export const forecasts: Table = {
  subjects: [
    {
      of: 'forecast',
      withOptions: (options) => forecast(model, history, options),
      calls: [
        ...each('options', (options) => forecast(model, history, options), [undefined]),
        ...each('model', (bad) => forecast(bad, history, { horizon: 2 }), [
          undefined,
          null,
          1,
          {},
          new GRU({ units: 2 }),
        ]),
        ['an Embedding', 'model', () => forecast(embedding, zeros([1, 2, 1]), { horizon: 2 })],
        ['more outputs than inputs', 'model', () => forecast(make(1, 2), zeros([1, 2, 1]), { horizon: 2 })],
        [
          'an odd number of outputs',
          'model',
          () => forecast(make(3, 3), zeros([1, 2, 3]), { horizon: 2, ...gaussian }),
        ],
        [
          'quantiles that do not divide the outputs',
          'model',
          () => run({ loss: new QuantileLoss({ quantiles: [0.1, 0.5, 0.9] }) }),
        ],
        ...notArray('history', (bad) => forecast(model, bad, { horizon: 2 })),
        ...each('history', (bad) => forecast(model, bad, { horizon: 2 }), [
          zeros([3, 4, 1]),
          zeros([3, 2]),
          zeros([0, 4, 2]),
          zeros([3, 0, 2]),
          [[[1, Infinity]]],
        ]),
        ...notInteger('horizon', (horizon) => run({ horizon }), undefined, 0, -1),
        ...each('loss', (loss) => run({ loss }), [null, 'mse', {}, GaussianNLL]),
        ...notInteger('paths', (paths) => run({ residuals, paths }), -1),
        ['paths of values', 'paths', () => run({ paths: 3 })],
        ...each('quantiles', (quantiles) => run({ residuals, paths: 2, quantiles }), [null, 0.5, [], [0.9, 0.1]]),
        ...each('quantiles[0]', (quantiles) => run({ residuals, paths: 2, quantiles }), [
          [0],
          [1],
          ['0.5'],
          [Number.NaN],
        ]),
        ['quantiles without paths', 'quantiles', () => run({ residuals, quantiles: [0.5] })],
        ...notArray('residuals', (bad) => run({ residuals: bad })).filter(([what]) => !/undefined|nested/.test(what)),
        ...each('residuals', (bad) => run({ residuals: bad }), [zeros([5, 1]), zeros([2]), zeros([0, 2])]),
        ['residuals of a distribution', 'residuals', () => run({ ...gaussian, residuals: zeros([5, 2]) })],
        ...notArray('future', (bad) => forecast(known, zeros([3, 4, 3]), { horizon: 2, future: bad })),
        ...each('future', (future) => forecast(known, zeros([3, 4, 3]), { horizon: 3, future }), [
          zeros([3, 1, 1]),
          zeros([2, 2, 1]),
          zeros([3, 2, 2]),
          zeros([3, 2]),
        ]),
        ['a future without further inputs', 'future', () => run({ future: zeros([3, 2, 1]) })],
        ...each('lengths', (lengths) => run({ lengths }), notLengths),
        ...each('lengths[1]', (lengths) => run({ lengths }), [
          [1, 0, 2],
          [1, 5, 2],
          [1, '2', 2],
          [1, 1.5, 2],
        ]),
        ...notInteger('seed', (seed) => run({ seed }), -1),
        ...notInteger('firstRow', (firstRow) => run({ firstRow }), -1),
      ],
    },
  ],
  afterwards: () => {
    const options: ForecastOptions = { horizon: 1 };
    if (forecast(model, tensor([[[1, 2]]]), options).point.shape.length !== 3) throw new Error('no forecast');
  },
};
