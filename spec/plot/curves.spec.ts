import { describe, expect, it } from '@jest/globals';
import type { LayerFlow } from '../../lib/flow/gradient-flow.ts';
import { gradientNorms, lossCurve, stateGradients } from '../../lib/plot/index.ts';
import { tensor } from '../../lib/tensor/create.ts';
import { batchLogs, flowOf, historyOf, lstmFlow, simpleRnnFlow } from '../support/flow-specimens.ts';
import { all, type Drawn, groups, read, runsOf, ticksOf, wordsOf } from '../support/svg.ts';

/** Points of the n-th line, run by run. */
const line = (drawn: Drawn, n = 0): [number, number][][] => {
  const [path] = groups(drawn, 'line')[n]!.children;
  return path === undefined ? [] : runsOf(path);
};
const legend = (drawn: Drawn): string[] => all(drawn, (e) => e.attributes.class === 'legend').map((e) => e.text.trim());

describe('lossCurve', () => {
  it('has a point for each epoch in each line, and the batches behind', () => {
    const drawn = read(lossCurve(historyOf(8), { batches: batchLogs(8, 5) }));
    expect(legend(drawn)).toEqual(['each batch', 'training', 'validation']);
    expect([0, 1, 2].map((n) => line(drawn, n)[0]!.length)).toEqual([40, 8, 8]);
    expect(wordsOf(drawn)).toEqual(expect.arrayContaining(['epoch', 'loss (log scale)']));
  });

  it('has each epoch at its number and each loss at its value', () => {
    const { epochs } = historyOf(3);
    const losses = [
      [1, 10],
      [0.1, 100],
      [0.01, 1000],
    ];
    const history = {
      epochs: epochs.map((log, i) => ({ ...log, loss: losses[i]![0]!, validationLoss: losses[i]![1]! })),
    };
    const drawn = read(lossCurve(history));
    const [xs, ys] = [Object.fromEntries(ticksOf(drawn, 'x')), Object.fromEntries(ticksOf(drawn, 'y'))];
    const places = (values: readonly string[]): number[][] => values.map((v, i) => [xs[i + 1]!, ys[v]!]);
    expect(line(drawn, 0)[0]).toEqual(places(['1', '0.1', '0.01']));
    expect(line(drawn, 1)[0]).toEqual(places(['10', '100', '1000']));
  });

  it('puts the last batch of an epoch where the epoch is', () => {
    const drawn = read(lossCurve(historyOf(8), { batches: batchLogs(8, 5) }));
    const [batches, epochs] = [line(drawn, 0)[0]!, line(drawn, 1)[0]!];
    epochs.forEach(([x], k) => {
      expect(Math.abs(x - batches[5 * k + 4]![0])).toBeLessThan(0.02);
    });
  });

  it('has no line for validation where there was none, and says when it was best', () => {
    expect(legend(read(lossCurve(historyOf(8, false))))).toEqual(['training']);
    expect(lossCurve(historyOf(20))).toMatch(/lowest validation loss 0\.\d+,\s+after epoch 15/);
  });
});

describe('gradientNorms', () => {
  it('has both norms of every step, the clipped one never higher up', () => {
    const drawn = read(gradientNorms(batchLogs(4, 20)));
    const [before, after] = [line(drawn, 0)[0]!, line(drawn, 1)[0]!];
    expect([before.length, after.length]).toEqual([80, 80]);
    expect(before.filter(([, y], i) => after[i]![1] < y - 0.01)).toEqual([]);
    expect(wordsOf(drawn)).toEqual(expect.arrayContaining(['training step', 'global norm (log scale)']));
  });

  it('marks skipped steps', () => {
    const skip = { skipped: true, gradientNorm: Number.NaN, clippedNorm: Number.NaN };
    const drawn = read(gradientNorms(batchLogs(2, 20).map((log) => (log.step % 9 === 4 ? { ...log, ...skip } : log))));
    expect(legend(drawn)).toEqual(['before clipping', 'after clipping', 'skipped (4)']);
    expect(groups(drawn, 'dot').at(-1)!.children).toHaveLength(4);
    expect(wordsOf(drawn).join()).not.toContain('NaN');
  });

  it('counts how many steps were clipped', () => {
    const logs = batchLogs(1, 10).map((log, i) => ({ ...log, gradientNorm: 2, clippedNorm: i < 3 ? 1 : 2 }));
    expect(wordsOf(read(gradientNorms(logs)))).toContain('Clipped in 30 % of the steps.');
  });
});

describe('stateGradients', () => {
  const rnn = simpleRnnFlow({ T: 12, B: 3, H: 4 });

  it('has T + 1 points for each layer that has the state, and a band between the rows', () => {
    const drawn = read(stateGradients(flowOf([rnn, lstmFlow({ T: 12, B: 2, H: 3 })])));
    expect(legend(drawn)).toEqual(['simpleRNN1', 'lstm1']);
    expect([line(drawn, 0)[0]!.length, line(drawn, 1)[0]!.length]).toEqual([13, 13]);
    expect(groups(drawn, 'area')).toHaveLength(2);
    expect(legend(read(stateGradients(flowOf([rnn, lstmFlow({ T: 12, B: 2, H: 3 })]), { state: 'c' })))).toEqual([
      'lstm1',
    ]);
  });

  it('draws the median over the rows, on a logarithmic axis', () => {
    const stateGradients_ = {
      h: tensor(
        [
          [1e-4, 1e-3, 1e3],
          [0.1, 0.1, 0.1],
        ],
        { dtype: 'float64' },
      ),
    };
    const layer: LayerFlow = { ...rnn, T: 1, B: 3, stateGradients: stateGradients_ };
    const drawn = read(stateGradients(flowOf([layer])));
    const at = Object.fromEntries(ticksOf(drawn, 'y'));
    const steps = Object.fromEntries(ticksOf(drawn, 'x'));
    expect(line(drawn)[0]).toEqual([
      [steps[0], at['0.001']],
      [steps[1], at['0.1']],
    ]);
  });

  it('notes that a gradient of 0 is below the axis', () => {
    const layer: LayerFlow = {
      ...rnn,
      T: 2,
      B: 1,
      stateGradients: { h: tensor([[0], [1e-30], [1]], { dtype: 'float64' }) },
    };
    const drawn = read(stateGradients(flowOf([layer])));
    expect(wordsOf(drawn)).toContain('▼ 1 value is 0, below the axis.');
    expect(line(drawn)[0]).toHaveLength(2);
  });
});
