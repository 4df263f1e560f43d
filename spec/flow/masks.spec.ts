import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { gradientFlow, recordFlow } from '../../lib/flow/index.ts';
import {
  Bidirectional,
  Dense,
  GRU,
  LSTM,
  MeanSquaredError,
  randomNormal,
  Sequential,
  SGD,
  type Tensor,
} from '../../lib/index.ts';
import { compact, maskOf, masks, padded, type Rows } from '../support/ragged.ts';

const [I, H] = [2, 3];

const model = (): Sequential =>
  new Sequential(
    [
      new LSTM({ units: H, returnSequences: true }),
      new GRU({ units: H, returnSequences: true }),
      new Dense({ units: 1 }),
    ],
    {
      dtype: 'float64',
      inputSize: I,
    },
  ).compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: new MeanSquaredError({ reduction: 'sum' }) });

const cases = fc
  .record({ B: fc.integer({ min: 1, max: 3 }), T: fc.integer({ min: 1, max: 6 }) })
  .chain(({ B, T }) => fc.record({ rows: masks(B, T), seed: fc.nat(1000) }));

describe('gradientFlow of a batch with a mask', () => {
  test.prop([cases], { numRuns: 40 })('measures each row as by itself, and 0 after its end', ({ rows, seed }) => {
    fc.pre(rows.some((row) => row.some(Boolean)));
    const x = padded(rows, I, seed, 'float64', Number.NaN);
    const y = padded(rows, 1, seed + 1, 'float64', Number.NaN);
    const net = model();
    const flow = gradientFlow(net, x, y, { mask: maskOf(rows) });
    const longest = Math.max(...rows.map((row) => row.filter(Boolean).length));
    rows.forEach((row, b) => {
      const own = compact(x, rows, b);
      const n = row.filter(Boolean).length;
      const alone = own && gradientFlow(net, own, compact(y, rows, b)!);
      flow.layers.forEach((layer, k) => {
        expect(layer.T).toBe(longest);
        for (const [state, norms] of Object.entries(layer.stateGradients)) {
          for (let t = 0; t <= longest; t++) {
            const expected = t <= n ? (alone?.layers[k]?.stateGradients[state]?.get(t, 0) ?? 0) : 0;
            expect(norms.get(t, b)).toBe(expected);
          }
        }
      });
    });
  });

  it('computes Jacobians of a longest row, and refuses those of others', () => {
    const rows: Rows = [
      [true, false, true, false],
      [true, true, false, true],
    ];
    const x = padded(rows, I, 1, 'float64', 7);
    const y = padded(rows, 1, 2, 'float64', 7);
    const net = model();
    const flow = gradientFlow(net, x, y, { mask: maskOf(rows), jacobians: 'last', rows: [1] });
    const alone = gradientFlow(net, compact(x, rows, 1)!, compact(y, rows, 1)!, { jacobians: 'last' });
    const norms = (of: typeof flow) => of.layers.map(({ jacobians }) => jacobians.h!.map(({ norm }) => norm));
    expect(norms(flow)).toEqual(norms(alone));
    expect(() => gradientFlow(net, x, y, { mask: maskOf(rows), jacobians: 'last' })).toThrow('Choose rows: [1]');
  });

  it('takes the mean of gates over the rows that have a step', () => {
    const rows: Rows = [
      [true, true, true],
      [true, false, false],
    ];
    const x = padded(rows, I, 1, 'float64', 7);
    const y = padded(rows, 1, 2, 'float64', 7);
    const net = model();
    const mean = (of: Tensor) => of.toArray() as number[][];
    const flow = gradientFlow(net, x, y, { mask: maskOf(rows) });
    const alone = gradientFlow(net, compact(x, rows, 0)!, compact(y, rows, 0)!);
    expect(mean(flow.layers[0]!.gates.forget!.mean).slice(1)).toEqual(
      mean(alone.layers[0]!.gates.forget!.mean).slice(1),
    );
  });

  it('is recorded during a fit with masks, with Jacobians where a row is a longest one', async () => {
    const net = model();
    const recorder = recordFlow(net, { every: 1, jacobians: 'last', rows: [0, 1] });
    const x = randomNormal([4, 3, I], { dtype: 'float64' });
    await net.fit(x, randomNormal([4, 3, 1], { dtype: 'float64' }), {
      lengths: [3, 1, 2, 3],
      batchSize: 2,
      shuffle: false,
      callbacks: [recorder],
    });
    const traced = recorder.records.map(({ flow }) => [...new Set(flow.layers[0]!.jacobians.h!.map(({ row }) => row))]);
    expect(traced).toEqual([[0], [1]]);
  });

  it('measures both directions of a bidirectional layer', () => {
    const gru = () => new GRU({ units: H, returnSequences: true });
    const net = new Sequential([new Bidirectional({ layers: [gru(), gru()] }), new Dense({ units: 1 })], {
      dtype: 'float64',
      inputSize: I,
    }).compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const x = randomNormal([2, 4, I], { seed: 1, dtype: 'float64' });
    const flow = gradientFlow(net, x, randomNormal([2, 4, 1], { dtype: 'float64' }), { lengths: [4, 2] });
    expect(flow.layers.map(({ name }) => name)).toEqual(['bidirectional1.forward', 'bidirectional1.backward']);
    for (const { stateGradients } of flow.layers) {
      const norms = stateGradients.h!;
      expect([norms.get(2, 1) > 0, norms.get(3, 1), norms.get(4, 0) > 0]).toEqual([true, 0, true]);
    }
  });
});
