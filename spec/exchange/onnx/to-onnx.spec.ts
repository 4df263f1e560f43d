import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readGraph } from '../../../lib/exchange/onnx/graph.ts';
import { recurrentNodes, toOnnx } from '../../../lib/exchange/onnx.ts';
import type { Sequential, Tensor } from '../../../lib/index.ts';
import * as bptt from '../../../lib/index.ts';

interface Computed {
  readonly outputs: Readonly<Record<string, Tensor>>;
}

interface Description {
  readonly name: string;
  readonly options?: { readonly lengths?: boolean; readonly states?: boolean };
}

interface Recorded {
  readonly description: Description;
  readonly bytes: number;
  readonly sha256: string;
  readonly outputs: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>>;
}

const { computed, descriptions, modelOf } = (await import('../../../bench/peers/onnx-models.mjs' as string)) as {
  computed(library: object, description: Description, model: Sequential): Computed;
  modelOf(library: object, description: Description): Sequential;
  descriptions: readonly Description[];
};
const file = new URL('../../golden/onnxruntime/exports.json', import.meta.url);
const { records } = JSON.parse(readFileSync(file, 'utf8')) as { readonly records: readonly Recorded[] };

/** Largest difference, relative to the largest number above 1, as bench/peers/onnx-export.mjs measures it. */
function difference(ours: Tensor, theirs: readonly number[]): number {
  const values = Array.from(ours.copy().data);
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return values.reduce((most, value, k) => {
    const d = Math.abs(value - theirs[k]!) / scale;
    return d <= most ? most : d; // NaN stays
  }, 0);
}

// ONNX Runtime ran these very bytes. It rounds to float32 in another order: 2e-6, the tolerance of its golden files.
describe('models that ONNX Runtime ran', () => {
  it('are those of bench/peers', () => {
    const plain = JSON.parse(JSON.stringify(descriptions)) as unknown;
    expect(records.map(({ description }) => description)).toEqual(plain);
  });

  it.each(records.map((record) => [record.description.name, record] as const))('%s', (_, record) => {
    const { description, outputs } = record;
    const model = modelOf(bptt, description);
    const bytes = toOnnx(model, description.options);
    const ours = computed(bptt, description, model).outputs;
    expect(Object.keys(ours)).toEqual(Object.keys(outputs));
    for (const [name, { shape, data }] of Object.entries(outputs)) {
      expect(ours[name]!.shape).toEqual(shape);
      expect(difference(ours[name]!, data)).toBeLessThanOrEqual(2e-6);
    }
    expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([record.bytes, record.sha256]);
  });
});

describe('the graph', () => {
  const { Bidirectional, Dense, Embedding, GRU, LSTM, Sequential } = bptt;

  it('has the names of layers and states', () => {
    const directions = [
      new GRU({ units: 3, returnSequences: true }),
      new LSTM({ units: 2, returnSequences: true }),
    ] as const;
    const model = new Sequential([new Bidirectional({ layers: directions }), new LSTM({ units: 4 })], { inputSize: 2 });
    const bytes = toOnnx(model.build(), { lengths: true, states: true });
    const { inputs, outputs } = readGraph('spec', bytes);
    expect(inputs).toEqual([
      'x',
      'lengths',
      'initial.bidirectional1.forward.h',
      'initial.bidirectional1.backward.h',
      'initial.bidirectional1.backward.c',
      'initial.lstm1.h',
      'initial.lstm1.c',
    ]);
    expect(outputs).toEqual([
      'y',
      'final.bidirectional1.forward.h',
      'final.bidirectional1.backward.h',
      'final.bidirectional1.backward.c',
      'final.lstm1.h',
      'final.lstm1.c',
    ]);
    expect(recurrentNodes(bytes).map(({ name, op, direction }) => [name, op, direction])).toEqual([
      ['bidirectional1.forward', 'GRU', 'forward'],
      ['bidirectional1.backward', 'LSTM', 'reverse'],
      ['lstm1', 'LSTM', 'forward'],
    ]);
  });

  it('leaves batch and time open, and says what they are called', () => {
    const model = new Sequential([new LSTM({ units: 4, returnSequences: true }), new Dense({ units: 5 })]).build(3);
    const text = Buffer.from(toOnnx(model)).toString('latin1');
    expect([...text.matchAll(/batch|time/g)].map(([word]) => word)).toEqual(['batch', 'time', 'batch', 'time']);
  });

  it('has one node for directions that fit, and the weights of both', () => {
    const layers = [new LSTM({ units: 3 }), new LSTM({ units: 3, peepholes: true })] as const;
    const model = new Sequential([new Bidirectional({ layers })], { inputSize: 2 }).build();
    expect(recurrentNodes(toOnnx(model))).toMatchObject([
      { name: 'bidirectional1', direction: 'bidirectional', units: 3, inputSize: 2, peepholes: true },
    ]);
  });

  it('is the same for a model from its file, and leaves the model as it was', () => {
    const model = new Sequential([new Embedding({ inputDim: 5, outputDim: 2 }), new GRU({ units: 3 })]).build(1);
    const before = model.toBytes();
    const bytes = toOnnx(model);
    expect(model.toBytes()).toEqual(before);
    expect(toOnnx(Sequential.fromBytes(before, { classes: [Embedding] }))).toEqual(bytes);
    expect(toOnnx(bptt.Network.fromBytes(before, { classes: [Embedding] }))).toEqual(bytes);
  });
});
