import { describe, expect, it } from '@jest/globals';
import { gradientFlow } from '../../lib/flow/index.ts';
import { MeanSquaredError, randomNormal, Sequential, SGD, SimpleRNN, zeros } from '../../lib/index.ts';
import {
  attentionMap,
  eigenvalues,
  flowTriangle,
  gateActivations,
  gradientNorms,
  histograms,
  lineChart,
  lossCurve,
  report,
  stateGradients,
} from '../../lib/plot/index.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';
import { batchLogs, flowOf, historyOf, simpleRnnFlow, triangle } from '../support/flow-specimens.ts';

// More elements than a call can take as arguments.

const N = 130_000;
const layer = simpleRnnFlow({ T: 1, B: 1, H: 1 });
const flow = flowOf([layer]);
const list = <T>(make: (i: number) => T): T[] => Array.from({ length: N }, (_, i) => make(i));

describe('130,000', () => {
  it('rows of a batch: their gradients have a band', () => {
    const model = new Sequential([new SimpleRNN({ units: 1 })]);
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const found = gradientFlow(model, randomNormal([N, 1, 1], { seed: 1 }), zeros([N, 1]), { jacobians: 'last' });
    expect(found.layers[0]!.stateGradients.h!.size).toBe(2 * N);
    expect(stateGradients(found)).toContain('band: from the least to the largest');
  });

  it('eigenvalues', () => {
    const values = Float64Array.from({ length: 2 * N }, (_, i) => (i % 2 === 0 ? 0.5 : 0));
    const recurrent = { ...layer.recurrent!, eigenvalues: new Tensor({ data: values }, [N, 2]) };
    expect(eigenvalues({ ...layer, recurrent })).toContain(`|λ| ≤ 1 (${N})`);
  });

  it('norms of Jacobians', () => {
    const norms = list((from) => ({ ...triangle(0, 0, () => 0.9)[0]!, from, to: N }));
    expect(flowTriangle({ ...layer, jacobians: { h: norms } })).toContain('geometric mean');
  });

  it('steps of gates, with a word above each', () => {
    const hidden = { ...layer.gates.hidden!, mean: zeros([N, 1]) };
    const input = list((i) => `w${i % 10}`);
    expect(gateActivations({ ...layer, T: N, gates: { hidden } }, { input })).toContain('Each cell is the mean over');
  });

  it('steps of a source, with a word above each, and of a target', () => {
    const words = list((i) => `w${i % 10}`);
    expect(attentionMap(zeros([1, N]), { source: words })).toContain('Each cell is the mean over');
    expect(attentionMap(zeros([N, 1]), { target: words })).toContain('Each cell is the mean over');
  });

  it('bins of a histogram', () => {
    const values = { low: 0, high: 1, counts: list((i) => i % 2) };
    const parameters = [{ ...flow.parameters[0]!, values }];
    const records = [0, 1].map((step) => ({ step, flow: { ...flow, parameters } }));
    expect(histograms(records, { of: 'values' })).toContain('</svg>');
  });

  it('points of a line, steps and epochs of a training, and verdicts', () => {
    expect(lineChart([{ name: 'a', points: list((i) => [i, i]) }])).toContain('</svg>');
    const [batch] = batchLogs(1, 1);
    const batches = list((step) => ({ ...batch!, step }));
    const [epoch] = historyOf(1).epochs;
    const history = { epochs: list((at) => ({ ...epoch!, epoch: at })) };
    expect(gradientNorms(batches)).toContain('Clipped in');
    expect(lossCurve(history, { batches })).toContain(`after ${N} epochs`);
    const html = report(historyOf(2), { ...flow, verdicts: list(() => flow.verdicts[0]!) });
    expect(html.split('<li').length - 1).toBeGreaterThanOrEqual(N);
  });
});
