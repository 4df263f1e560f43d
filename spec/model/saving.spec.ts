import { Buffer } from 'node:buffer';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  backend,
  Dense,
  GRU,
  GRUCell,
  type Layer,
  LSTM,
  LSTMCell,
  Network,
  RNN,
  randomNormal,
  Sequential,
  SimpleRNN,
  SimpleRNNCell,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';
import { LeakyCell } from '../support/leaky-cell.ts';
import { parts, small } from './files.ts';

/** A layer around a cell, whatever its states. */
const rnn = (cell: LSTMCell | GRUCell | SimpleRNNCell): Layer => new RNN({ cell: cell as GRUCell });

const LAYERS: Readonly<Record<string, () => Layer>> = {
  SimpleRNN: () => new SimpleRNN({ units: 3 }),
  'SimpleRNN, relu, no bias': () => new SimpleRNN({ units: 3, activation: 'relu', useBias: false }),
  LSTM: () => new LSTM({ units: 3 }),
  'LSTM, all else': () => new LSTM({ units: 3, unitForgetBias: false, useBias: false, returnSequences: true }),
  GRU: () => new GRU({ units: 3, returnSequences: true }),
  'GRU, reset after': () => new GRU({ units: 3, resetAfter: true }),
  'GRU, reset after, no bias': () => new GRU({ units: 3, resetAfter: true, useBias: false }),
  'RNN, LSTMCell': () => rnn(new LSTMCell({ units: 3, unitForgetBias: false, useBias: false })),
  'RNN, every step': () => new RNN({ cell: new LSTMCell({ units: 3 }), returnSequences: true }),
  'RNN, GRUCell': () => rnn(new GRUCell({ units: 3 })),
  'RNN, GRUCell, reset after': () => rnn(new GRUCell({ units: 3, resetAfter: true })),
  'RNN, SimpleRNNCell, relu': () => rnn(new SimpleRNNCell({ units: 3, activation: 'relu' })),
  ...Object.fromEntries(
    (['linear', 'sigmoid', 'tanh', 'relu', 'softmax'] as const).map((activation) => [
      `Dense, ${activation}`,
      () => new Dense({ units: 3, activation, useBias: activation !== 'relu' }),
    ]),
  ),
};

const x = randomNormal([2, 4, 5], { seed: 1 });

describe.each(Object.entries(LAYERS))('a saved model of %s', (_, make) => {
  it.each(['float32', 'float64'] as const)('is loaded with the same bits, in %s', (dtype) => {
    const model = new Sequential([make()], { inputSize: 5, dtype, seed: 2 }).build();
    const bytes = model.toBytes();
    const copy = Sequential.fromBytes(bytes);
    expect(copy.parameters.names).toEqual(model.parameters.names);
    for (const { name, value } of model.parameters) {
      expectBits(copy.parameters.get(name).value, value, `${name}: `);
      expect(copy.parameters.get(name).value.dtype).toBe(dtype);
    }
    expect(copy.layers[0]!.config('f')).toEqual(model.layers[0]!.config('f'));
    expectBits(copy.predict(x), model.predict(x));
    expectBits(copy.toBytes(), bytes);
  });
});

describe('toBytes', () => {
  it.each<[string, () => LSTMCell | LeakyCell]>([
    ['LeakyCell', () => new LeakyCell({ units: 3 })],
    ['MyCell', () => new (class MyCell extends LSTMCell {})({ units: 3 })],
  ])('refuses a cell that files cannot name, %s', (name, make) => {
    const model = new Sequential([rnn(make() as LSTMCell)], { inputSize: 5 }).build();
    expect(() => model.toBytes()).toThrow(
      `Sequential.toBytes: "layers" must be around cells whose class defines config, to be saved; received an object (${name})`,
    );
  });

  it('refuses layers of other kinds, and models', () => {
    const saved = (layer: Layer) => new Sequential([layer]).build(5).toBytes();
    const other = new RNN({ cell: new GRUCell({ units: 1 }) }, 'Other');
    expect(() => saved(other)).toThrow(
      'Sequential.toBytes: "layers" must be of the library, or of a class with the static kind "Other", to be saved; received an object (RNN)',
    );
    for (const kind of ['LSTM', 'Dense']) {
      expect(() => saved(new RNN({ cell: new GRUCell({ units: 1 }) }, kind))).toThrow(
        `Sequential.toBytes: "layers" must be of the classes that their kinds name, to be saved; received "${kind}"`,
      );
    }
    expect(() => saved(new Sequential([new Dense({ units: 1 })]))).toThrow(
      'Sequential.toBytes: "layers" must be plain layers, not models, to be saved; received an object (Sequential)',
    );
  });

  const bytes = small().toBytes();
  const { header, text, data } = parts(bytes);

  it('writes safetensors: a header whose length is a multiple of 8, then the data without gaps', () => {
    expect(text.length % 8).toBe(0);
    expect(text.trimEnd().length).toBeGreaterThan(text.length - 8);
    const { __metadata__, ...entries } = header;
    expect(__metadata__.format).toBe('bptt');
    let end = 0;
    for (const { dtype, shape, data_offsets } of Object.values(entries)) {
      const size = shape.reduce((a, b) => a * b, 1) * 4;
      expect([dtype, data_offsets]).toEqual(['F32', [end, end + size]]);
      end += size;
    }
    expect(end).toBe(data.length);
  });

  it('writes little-endian values in row-major order', () => {
    const model = small();
    const [start] = header['dense1.kernel']!.data_offsets;
    const view = new DataView(data.buffer, data.byteOffset + start);
    expect(view.getFloat32(4, true)).toBe(model.parameters.get('dense1.kernel').value.get(1, 0));
  });

  it('describes only the layers: no optimizer, no seed', () => {
    expect(JSON.parse(header.__metadata__.architecture!)).toEqual({
      version: 1,
      inputSize: 2,
      layers: [
        { kind: 'LSTM', units: 2, useBias: true, unitForgetBias: true, returnSequences: false },
        { kind: 'Dense', units: 1, activation: 'linear', useBias: true },
      ],
    });
  });

  it('returns a copy, which later training does not change', () => {
    const model = small();
    const before = model.toBytes();
    const copy = before.slice();
    model.parameters.get('dense1.bias').value.set(0, 5);
    expectBits(before, copy);
  });
});

describe('fromBytes', () => {
  const model = small();
  const bytes = model.toBytes();

  it('takes a Buffer, which may share its memory', () => {
    const padded = Buffer.concat([Buffer.from('abc'), bytes, Buffer.from('xyz')]);
    const slice = padded.subarray(3, 3 + bytes.length);
    for (const buffer of [Buffer.from(bytes), slice]) expectBits(Sequential.fromBytes(buffer).toBytes(), bytes);
  });

  it('takes bytes that were read from a file', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'bptt-'));
    const file = path.join(folder, 'model.safetensors');
    try {
      writeFileSync(file, bytes);
      expectBits(Sequential.fromBytes(readFileSync(file)).toBytes(), bytes);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes bytes at any offset of their memory, and does not change them', () => {
    for (const offset of [1, 2, 3, 5]) {
      const memory = new Uint8Array(bytes.length + 8);
      memory.set(bytes, offset);
      const copy = Sequential.fromBytes(memory.subarray(offset, offset + bytes.length));
      expectBits(copy.toBytes(), bytes);
      copy.parameters.get('dense1.bias').value.set(0, 9);
      expectBits(memory.subarray(offset, offset + bytes.length), bytes);
    }
  });

  it.each([
    ['float32', 'float32'],
    ['float32', 'float64'],
    ['float64', 'float32'],
    ['float64', 'float64'],
  ] as const)('reads every element of a large file at an odd offset, %s as %s', (from, to) => {
    const large = new Sequential([new Dense({ units: 90 }), new Dense({ units: 4 })], { inputSize: 101, dtype: from });
    const file = large.build().toBytes();
    const memory = new Uint8Array(file.length + 3);
    memory.set(file, 3);
    const copy = Sequential.fromBytes(memory.subarray(3), { dtype: to });
    for (const { name, value } of large.parameters) {
      const expected = to === 'float32' ? Float32Array.from(value.copy().data) : Float64Array.from(value.copy().data);
      expectBits(copy.parameters.get(name).value.copy().data, expected, `${name}: `);
    }
  });

  it('names the element that is not finite in the type of the model', () => {
    const double = small().astype('float64');
    double.parameters.get('lstm1.kernel').value.set(1, 2, 1e300);
    expect(() => Sequential.fromBytes(double.toBytes(), { dtype: 'float32' })).toThrow(
      'Sequential.fromBytes: "bytes" must hold numbers that are finite in float32; received Infinity at element 10 of lstm1.kernel',
    );
  });

  it('makes a model that trains and does not share memory with the first', () => {
    const copy = Sequential.fromBytes(bytes);
    copy.parameters.get('dense1.bias').value.set(0, 9);
    expect(model.parameters.get('dense1.bias').value.get(0)).not.toBe(9);
    expect(copy.inputSize).toBe(2);
    expect(copy.build(2)).toBe(copy);
  });
});

describe('the limits of a file', () => {
  it.each([
    ['64 layers', () => Array.from({ length: 64 }, () => new Dense({ units: 1 })), 1],
    ['65,536 units', () => [new Dense({ units: 65_536 })], 1],
    ['65,536 inputs', () => [new Dense({ units: 1 })], 65_536],
  ])('hold for reading and writing: %s', (_, layers, inputSize) => {
    const bytes = new Sequential(layers()).build(inputSize).toBytes();
    expectBits(Sequential.fromBytes(bytes).toBytes(), bytes);
  });
});

describe('astype', () => {
  it('changes the element type, and no value', () => {
    const model = small();
    const double = model.astype('float64');
    for (const { name, value } of double.parameters) {
      expect(value.dtype).toBe('float64');
      expectBits(value, model.parameters.get(name).value, `${name}: `);
    }
    expectBits(double.astype('float32').toBytes(), model.toBytes());
    expectBits(model.astype('float32').toBytes(), model.toBytes());
    expectBits(Sequential.fromBytes(model.toBytes(), { dtype: 'float64' }).toBytes(), double.toBytes());
  });

  it('rounds once', () => {
    const model = small().astype('float64');
    model.parameters.get('dense1.bias').value.set(0, 0.1);
    expect(model.astype('float32').parameters.get('dense1.bias').value.get(0)).toBe(Math.fround(0.1));
  });
});

it('a model is loaded and copied with the backend that it asks for', () => {
  const bytes = new Sequential([new GRU({ units: 3 })], { inputSize: 2 }).build().toBytes();
  for (const Kind of [Sequential, Network]) {
    expect(Kind.fromBytes(bytes, { backend: 'reference' }).backend).toBe('reference');
    expect(Kind.fromBytes(bytes).backend).toBe(backend().name);
  }
  const model = new Sequential([new GRU({ units: 3 })], { inputSize: 2, backend: 'reference' }).build();
  expect(model.astype('float32').backend).toBe('reference');
  expect(Sequential.fromBytes(bytes).astype('float32').backend).toBe(backend().name);
});
