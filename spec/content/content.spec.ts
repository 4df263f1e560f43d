import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { ContentError } from '../../lib/content/content.ts';
import { readContent } from '../../lib/content/read-content.ts';
import { formatOf } from '../../lib/content/recognize.ts';
import { statisticsOf } from '../../lib/content/statistics.ts';
import { writeNpy, writeNpz } from '../../lib/exchange/numpy.ts';
import { toOnnx } from '../../lib/exchange/onnx.ts';
import { writeSafetensors } from '../../lib/exchange/safetensors.ts';
import { Dense, GRU, Sequential } from '../../lib/index.ts';

const model = new Sequential([new GRU({ units: 3 }), new Dense({ units: 2 })], { inputSize: 4, seed: 1 }).build();
const arrays = new Map([['w', { shape: [2, 2], dtype: 'float32' as const, data: new Float32Array([1, 2, 3, 4]) }]]);
const bytesOf = (...parts: readonly (string | number)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : [part])));
const none = () => {
  throw new Error('no file beside it is asked for');
};

describe('the format of a file', () => {
  it.each([
    ['models of bptt', 'x.bin', model.toBytes()],
    ['safetensors', 'x.bin', writeSafetensors(arrays)],
    ['.npz', 'x.bin', writeNpz(arrays)],
    ['.npy', 'x.bin', writeNpy(arrays.get('w')!)],
    ['Keras', 'x.bin', bytesOf(0x89, 'HDF', '\r\n')],
    ['TensorFlow.js', 'x.bin', bytesOf('{"modelTopology": {}}')],
    ['ONNX', 'X.ONNX', toOnnx(model)],
    ['.pt', 'x.pt', bytesOf('no zip')], // the name decides, and the reader refuses it
    ['models of bptt', 'x.npz', model.toBytes()], // bytes count more than names
  ])('is %s, of %s', (name, file, bytes) => {
    expect(formatOf(file, bytes).name).toBe(name);
  });

  it.each([
    ['x.tflite', bytesOf(28, 0, 0, 0, 'TFL3'), /^x\.tflite: it is a TensorFlow Lite file/],
    ['x.pt', bytesOf(0x80, 2, '}q'), /^x\.pt: it is a pickle of Python, which could run any program/],
    ['x.txt', bytesOf('hello'), /^x\.txt: the format is not known; bptt reads models of bptt, Keras, \.pt, \.npz/],
    ['x.npy', bytesOf('hello'), /^x\.npy: the format is not known/], // it would begin with NUMPY
  ])('%s is refused with a reason', (file, bytes, reason) => {
    expect(() => formatOf(file, bytes)).toThrow(ContentError);
    expect(() => formatOf(file, bytes)).toThrow(reason);
  });
});

describe('the content of a file', () => {
  it('is a model with its parameters', async () => {
    const content = await readContent('m.safetensors', model.toBytes(), '', none);
    expect(content.model?.toBytes()).toEqual(model.toBytes());
    expect([...content.arrays.keys()]).toEqual(model.parameters.names);
    const { value } = model.parameters.get('gru1.kernel');
    expect([...content.arrays.get('gru1.kernel')!.data].map(Number)).toEqual([...value.copy().data]);
  });

  it('is arrays, or a sentence with the name of the file', async () => {
    const { arrays: read } = await readContent('a.npz', writeNpz(arrays), '', none);
    expect([...read.get('w')!.data].map(Number)).toEqual([1, 2, 3, 4]);
    await expect(readContent('a.npz', new Uint8Array(), '', none)).rejects.toThrow(/^a\.npz: it is empty$/);
    const cut = writeSafetensors(arrays).slice(0, -3);
    await expect(readContent('a.safetensors', cut, '', none)).rejects.toThrow(/^a\.safetensors: /);
    await expect(readContent('a.safetensors', cut, '', none)).rejects.toThrow(ContentError);
  });
});

describe('figures of arrays', () => {
  test.prop([fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), fc.nat(5)])(
    'are those of the finite elements',
    (values, bad) => {
      const data = Float64Array.from([...new Array(bad).fill(NaN), ...values, ...new Array(bad).fill(-Infinity)]);
      const { least, most, mean, deviation, nonFinite } = statisticsOf({
        shape: [data.length],
        dtype: 'float64',
        data,
      });
      const expected = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - expected) ** 2, 0) / values.length;
      expect(nonFinite).toBe(2 * bad);
      expect([least, most].map((value) => value + 0)).toEqual([Math.min(...values) + 0, Math.max(...values) + 0]);
      expect(mean).toBeCloseTo(expected, 4);
      expect(Math.abs(deviation - Math.sqrt(squares))).toBeLessThan(1e-6 * (1 + Math.sqrt(squares)));
    },
  );

  it('are NaN where there is none', () => {
    const data = new Float64Array([NaN]);
    expect(statisticsOf({ shape: [1], dtype: 'float64', data })).toEqual({
      least: NaN,
      most: NaN,
      mean: NaN,
      deviation: NaN,
      nonFinite: 1,
    });
  });
});
