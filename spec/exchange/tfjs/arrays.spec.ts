import { describe, expect, it } from '@jest/globals';
import { fromTfjs, loadBasicLSTMCell, readTfjs } from '../../../lib/exchange/tfjs.ts';
import { GRU, LSTM, LSTMCell, Tensor, tensor, zeros } from '../../../lib/index.ts';
import { changed, files } from './files.ts';

const { json, weights } = files;

describe('arrays of any model', () => {
  it('are listed by name, with the format', () => {
    const { format, generatedBy, arrays } = readTfjs(json, weights);
    expect([format, generatedBy]).toEqual(['layers-model', 'bptt']);
    expect([...arrays].map(([name, { shape, dtype }]) => [name, dtype, ...shape])).toEqual([
      ['gru1/kernel', 'float32', 3, 6],
      ['gru1/recurrent_kernel', 'float32', 2, 6],
      ['gru1/bias', 'float32', 6],
      ['dense1/kernel', 'float32', 2, 1],
      ['dense1/bias', 'float32', 1],
    ]);
    const numbers = new Float32Array(weights.slice().buffer);
    expect(arrays.get('gru1/recurrent_kernel')!.data).toEqual(numbers.subarray(18, 30));
  });

  it('are read from graphs and from manifests alone', () => {
    const graph = changed((each) => Object.assign(each, { format: 'graph-model' }));
    expect(() => fromTfjs(graph, weights)).toThrow('must hold layers');
    expect(readTfjs(graph, weights).format).toBe('graph-model');
    expect(readTfjs({ ...json, modelTopology: { node: [] } }, weights).format).toBe('graph-model');
    const alone = readTfjs(json.weightsManifest, weights);
    expect(alone).toEqual({ format: 'weights', generatedBy: undefined, arrays: readTfjs(json, weights).arrays });
  });
});

describe("TensorFlow's BasicLSTMCell", () => {
  const kernel = new Tensor({ data: Float32Array.from({ length: 24 }, (_, k) => Math.sin(k + 1)) }, [3, 8]);
  const bias = tensor(Array.from({ length: 8 }, (_, k) => Math.cos(k)));

  it('computes what tf.basicLSTMCell of TensorFlow.js 4.22 computed', () => {
    const cell = new LSTMCell({ units: 2, inputSize: 1 }).build();
    loadBasicLSTMCell(cell, { kernel, bias }, { forgetBias: 0.5 });
    const [, { h, c }] = cell.step(tensor([[0.7]]), { h: tensor([[-0.25, 0.5]]), c: tensor([[0.25, -0.5]]) });
    const theirs = { c: [0.09924867749214172, -0.8162940740585327], h: [0.06897778064012527, -0.5005905628204346] };
    for (const j of [0, 1]) {
      expect(Math.abs(c.get(0, j) - theirs.c[j]!)).toBeLessThan(2e-7);
      expect(Math.abs(h.get(0, j) - theirs.h[j]!)).toBeLessThan(2e-7);
    }
  });

  it('adds 1 to the forget gate by default, once', () => {
    const layer = new LSTM({ units: 2, inputSize: 1 }).build();
    loadBasicLSTMCell(layer, { kernel, bias });
    const forget = layer.cell.gate('forget').b!;
    expect([forget.get(0), forget.get(1)]).toEqual([4, 5].map((k) => Math.fround(Math.fround(Math.cos(k)) + 1)));
  });

  it('changes nothing if it is refused', () => {
    const layer = new LSTM({ units: 2, inputSize: 1 }).build();
    const before = layer.parameters.get('kernel').value.copy();
    expect(() => loadBasicLSTMCell(layer, { kernel, bias: zeros([6]) })).toThrow(
      'loadBasicLSTMCell: "bias" must have shape [8]; received [6] (axis 0: expected 8, got 6)',
    );
    expect(layer.parameters.get('kernel').value.copy()).toEqual(before);
    expect(() => loadBasicLSTMCell(new GRU({ units: 2, inputSize: 1 }).build(), { kernel, bias })).toThrow(
      'loadBasicLSTMCell: "target" must be an LSTM or an LSTMCell',
    );
  });
});
