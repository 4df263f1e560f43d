import { gradientFlow, recordFlow } from '../../lib/flow/index.ts';
import { Adam, Dense, GRU, MeanSquaredError, randomNormal, Sequential, tensor, zeros } from '../../lib/index.ts';
import { each, notArray, notBoolean, notInteger, notOneOf, wrongShape } from '../support/bad-values.ts';
import { expectBits } from '../support/bits.ts';
import type { Table } from '../support/refusals.ts';
import { masks } from './through-time.ts';

const [B, T, I] = [3, 4, 2];
const x = randomNormal([B, T, I], { seed: 1 });
const y = randomNormal([B, 1], { seed: 2 });
const fresh = () => new Sequential([new GRU({ units: 3 }), new Dense({ units: 1 })]);

function trained() {
  const model = fresh().compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
  model.trainStep(x, y);
  return model;
}

const model = trained();
const twin = trained();
const optimizer = new Adam();
const other = fresh().compile({ optimizer, loss: new MeanSquaredError() });
optimizer.step(fresh().build(I).parameters); // of another model

const noModels = [undefined, null, 1, 'model', {}, [], new GRU({ units: 1 }), Sequential];
const noPairs = [null, 1, true, 'all', {}, () => 1];
const noStates = [null, 1, true, 'zeros', { gru2: {} }, { h: zeros([B, 3]) }];
const jacobians = (bad: unknown) => gradientFlow(model, x, y, { jacobians: bad as 'last' });

export const flow: Table = {
  subjects: [
    {
      of: 'gradientFlow',
      withOptions: (options) => gradientFlow(model, x, y, options),
      calls: [
        ...each('model', (bad) => gradientFlow(bad, x, y), noModels),
        ['before compile', undefined, () => gradientFlow(fresh(), x, y)],
        ...notArray('x', (bad) => gradientFlow(model, bad, y)),
        ...wrongShape('x', (bad) => gradientFlow(model, bad, y), [B, T, I], [2]),
        ...notArray('y', (bad) => gradientFlow(model, x, bad)),
        ...wrongShape('y', (bad) => gradientFlow(model, x, bad), [B, 1]),
        ...each('y', (bad) => gradientFlow(model, x, bad), [tensor([[1], [Number.NaN], [2]])]),
        ...each('state', (state) => gradientFlow(model, x, y, { state }), noStates),
        ...each('state.gru1', () => gradientFlow(model, x, y, { state: {} }), [undefined]),
        ...each('state.gru1.h', (h) => gradientFlow(model, x, y, { state: { gru1: { h } } }), [
          null,
          zeros([B + 1, 3]),
        ]),
        ...masks((options) => gradientFlow(model, x, y, options), [B, T]),
        ...each('jacobians', jacobians, noPairs),
        ...each('jacobians[1]', (bad) => jacobians([[0, 1], bad]), [
          null,
          1,
          'ab',
          {},
          [],
          [1],
          [0, 1, 2],
          [2, 1],
          [-1, 2],
        ]),
        ...each('jacobians[0]', (bad) => jacobians([bad]), [
          [0, T + 1],
          [0.5, 1],
          ['0', 1],
          [0, Number.NaN],
        ]),
        ...each('rows', (rows) => gradientFlow(model, x, y, { rows }), [null, 1, '0', {}, new Set([0])]),
        ...notInteger('rows[0]', (row) => gradientFlow(model, x, y, { rows: [row] }), undefined, -1, B),
        ...notOneOf('method', (method) => gradientFlow(model, x, y, { method }), 'svd'),
        ...notBoolean('keepJacobians', (keepJacobians) => gradientFlow(model, x, y, { keepJacobians })),
        ...each('keepJacobians', (keepJacobians) => gradientFlow(model, x, y, { keepJacobians, method: 'power' }), [
          true,
        ]),
        ...notBoolean('spectrum', (spectrum) => gradientFlow(model, x, y, { spectrum })),
        ...each('recentNorms', (recentNorms) => gradientFlow(model, x, y, { recentNorms }), [null, 1, '1', {}]),
        ...each('recentNorms[0]', (norm) => gradientFlow(model, x, y, { recentNorms: [norm] }), [
          null,
          '1',
          {},
          undefined,
        ]),
      ],
    },
    {
      of: 'recordFlow',
      withOptions: (options) => recordFlow(model, options),
      calls: [
        ...each('model', (bad) => recordFlow(bad), noModels),
        ...notInteger('every', (every) => recordFlow(model, { every }), 0, -1),
        ...notInteger('keep', (keep) => recordFlow(model, { keep }), 0, -1),
        ...each('jacobians', (jacobians) => recordFlow(model, { jacobians }), noPairs),
        ...each('rows', (rows) => recordFlow(model, { rows }), [null, 1]),
        ...notOneOf('method', (method) => recordFlow(model, { method })),
        ...notBoolean('keepJacobians', (keepJacobians) => recordFlow(model, { keepJacobians })),
        ...notBoolean('spectrum', (spectrum) => recordFlow(model, { spectrum })),
        ...each('options', (options) => recordFlow(model, options), [{ recentNorms: [1] }, { state: {} }]),
      ],
    },
  ],
  watch: () => [x.data, y.data, model.parameters.arena.data.slice(0, 3 * model.parameters.size)],
  afterwards: () => {
    model.trainStep(x, y);
    twin.trainStep(x, y);
    for (const { name, value } of model.parameters) expectBits(value, twin.parameters.get(name).value, name);
  },
};

/** An optimizer that belongs to another model is refused as a training step would refuse it. */
export const withOthersOptimizer = (): unknown => gradientFlow(other, x, y);
