import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  type ForeignArray,
  type ForeignArrays,
  loadStateDict,
  readPt,
  toStateDict,
} from '../../lib/exchange/pytorch.ts';
import { readSafetensors } from '../../lib/exchange/safetensors.ts';
import {
  Bidirectional,
  Conv1D,
  Dense,
  Embedding,
  GRU,
  GRUCell,
  type Layer,
  LayerNormalization,
  LSTM,
  LSTMCell,
  Network,
  SimpleRNN,
} from '../../lib/index.ts';
import { type DType, Tensor } from '../../lib/tensor/tensor.ts';
import { misfit } from '../support/compare.ts';

// State dicts and checkpoints that PyTorch 2.11 (BSD-3-Clause) and safetensors 0.8 (Apache-2.0) wrote, with outputs that
// PyTorch computed in float64.
const HERE = new URL('statedicts/', import.meta.url);
const BESIDE = new URL('../../../shared/golden/statedicts/', import.meta.url);
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, HERE)));

interface Numbers {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly (number | string)[];
}

interface Case {
  readonly name: string;
  readonly files: readonly { readonly file: string; readonly sha256: string }[];
  readonly tensors: Readonly<Record<string, Numbers>>;
  readonly inputs: Readonly<Record<string, Numbers>>;
  readonly expected: Readonly<Record<string, Numbers>>;
  readonly metadata?: object;
  readonly model_tensors: Readonly<Record<string, Numbers>>;
  readonly optimizer_exp_avg_of_first: Numbers;
}

const { cases } = JSON.parse(readFileSync(new URL('cases.json', HERE), 'utf8')) as { cases: readonly Case[] };
const caseOf = (name: string): Case => cases.find((c) => c.name === name)!;
const values = ({ shape, data }: Numbers): Tensor => new Tensor({ data: Float64Array.from(data as number[]) }, shape);

const numbersOf = ({ data }: ForeignArray): number[] => Array.from(data as Float32Array, Number);

/** The arrays of both files of a case. */
const sources = (c: Case): readonly (readonly [string, ForeignArrays])[] =>
  c.files.map(({ file }) => [
    file,
    file.endsWith('.pt') ? readPt(read(file)).arrays : readSafetensors(read(file)).arrays,
  ]);

const TOLERANCE: Readonly<Record<DType, { abs: number; rel: number }>> = {
  float64: { abs: 1e-12, rel: 1e-10 },
  float32: { abs: 2e-6, rel: 2e-6 }, // two float32 roundings a step
};

it.each(cases.flatMap(({ files }) => files.map(({ file, sha256 }) => [file, sha256] as const)))(
  'the file %s is as it was written',
  (file, sha256) => {
    expect(createHash('sha256').update(read(file)).digest('hex')).toBe(sha256);
  },
);

const present = existsSync(BESIDE);
(present ? it : it.skip)(`the files are those of ../shared/golden${present ? '' : ', skipped: it is absent'}`, () => {
  for (const { files } of cases) {
    for (const { file } of files) expect(readFileSync(new URL(file, BESIDE)).equals(read(file))).toBe(true);
  }
});

interface Subject {
  readonly layers: (dtype: DType) => readonly Layer[];
  readonly batchFirst?: boolean;
  readonly inputSize: number;
}

const both = (make: () => GRU | LSTM): Bidirectional => new Bidirectional({ layers: [make(), make()] });
const SUBJECTS: Readonly<Record<string, Subject>> = {
  lstm: { layers: () => [new LSTM({ units: 4, returnSequences: true })], inputSize: 3 },
  gru_bi2_batch_first: {
    layers: () => [0, 1].map(() => both(() => new GRU({ units: 3, resetAfter: true, returnSequences: true }))),
    batchFirst: true,
    inputSize: 2,
  },
  rnn_relu: { layers: () => [new SimpleRNN({ units: 3, activation: 'relu', returnSequences: true })], inputSize: 3 },
  lstm_proj_bi: {
    layers: () => [both(() => new LSTM({ units: 4, projectionSize: 2, returnSequences: true }))],
    inputSize: 3,
  },
  gru_no_bias: {
    layers: () => [new GRU({ units: 3, resetAfter: true, useBias: false, returnSequences: true })],
    inputSize: 2,
  },
};

type Tree = { readonly [name: string]: Tensor | Tree };

/** States of a network, by layer and direction, from PyTorch's [layers·directions, B, H]. */
function stateOf(network: Network, { inputs: { h0, c0 } }: Case): Tree {
  let index = 0;
  const next = (): Tree => {
    const k = index++;
    return { h: values(h0!).pick(k), ...(c0 && { c: values(c0).pick(k) }) };
  };
  const entries = network.layers.map((layer, k) => {
    const name = network.layerNames[k]!;
    return [name, layer instanceof Bidirectional ? { forward: next(), backward: next() } : next()] as const;
  });
  return Object.fromEntries(entries);
}

const flat = (tree: Tree, name: string): Tensor[] =>
  Object.entries(tree).flatMap(([key, value]) =>
    value instanceof Tensor ? (key === name ? [value] : []) : flat(value, name),
  );

describe.each(Object.keys(SUBJECTS))('%s', (name) => {
  const c = caseOf(name);
  const { layers, batchFirst = false, inputSize } = SUBJECTS[name]!;
  const turned = (x: Tensor): Tensor => (batchFirst ? x : x.transpose(1, 0, 2));

  it.each(['float64', 'float32'] as const)('computes what PyTorch does, in %s', (dtype) => {
    for (const [file, arrays] of sources(c)) {
      const network = new Network(layers(dtype), { dtype, inputSize }).build();
      loadStateDict(network, arrays, { '': network.layers });
      const initialState = stateOf(network, c) as never;
      const { output, state } = network.forward(turned(values(c.inputs.x!)), { initialState, returnState: true });
      const check = (what: string, got: Tensor, expected: Tensor): void =>
        expect(misfit(`${file}: ${what}`, got, expected, TOLERANCE[dtype])).toBe('');
      check('y', turned(output), values(c.expected.y!));
      flat(state as Tree, 'h').forEach((h, k) => {
        check(`hn ${k}`, h, values(c.expected.hn!).pick(k));
      });
      flat(state as Tree, 'c').forEach((cell, k) => {
        check(`cn ${k}`, cell, values(c.expected.cn!).pick(k));
      });
    }
  });

  it('comes back with the sum of both biases in the first', () => {
    const [, arrays] = sources(c)[0]!;
    const network = new Network(layers('float64'), { dtype: 'float64', inputSize }).build();
    loadStateDict(network, arrays, { '': network.layers });
    const back = toStateDict(network, { '': network.layers });
    expect([...back.keys()].sort()).toEqual([...arrays.keys()].sort());
    for (const [key, { shape }] of back) {
      expect(shape).toEqual(arrays.get(key)!.shape);
      if (!key.startsWith('bias')) expect(numbersOf(back.get(key)!)).toEqual(numbersOf(arrays.get(key)!));
    }
    for (const key of back.keys()) {
      if (!key.startsWith('bias_ih')) continue;
      const other = key.replace('_ih', '_hh');
      const sum = (of: ForeignArrays) => numbersOf(of.get(key)!).map((v, j) => v + numbersOf(of.get(other)!)[j]!);
      expect(sum(back)).toEqual(sum(arrays));
    }
  });
});

describe.each([
  ['lstm_cell', () => new LSTMCell({ units: 4, dtype: 'float64' }).build(3)],
  ['gru_cell', () => new GRUCell({ units: 3, resetAfter: true, dtype: 'float64' }).build(2)],
] as const)('%s', (name, make) => {
  it('steps as PyTorch does', () => {
    const c = caseOf(name);
    for (const [, arrays] of sources(c)) {
      const cell = make();
      loadStateDict(cell, arrays, { '': cell });
      const { x, ...state } = Object.fromEntries(Object.entries(c.inputs).map(([key, each]) => [key, values(each)]));
      const [, next] = cell.step(x!, state as never);
      for (const [key, expected] of Object.entries(c.expected)) {
        expect(misfit(key, (next as Readonly<Record<string, Tensor>>)[key]!, values(expected), TOLERANCE.float64)).toBe(
          '',
        );
      }
      expect([...toStateDict(cell, { '': cell }).keys()]).toEqual(['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh']);
    }
  });
});

describe('net', () => {
  const c = caseOf('net');
  const make = (dtype: DType): Network =>
    new Network(
      [
        new Embedding({ inputDim: 6, outputDim: 3 }),
        new Conv1D({ filters: 4, kernelSize: 3, padding: 'causal' }),
        new LayerNormalization(),
        both(() => new GRU({ units: 4, resetAfter: true, returnSequences: true })),
        new Dense({ units: 4, activation: 'tanh' }),
        new Dense({ units: 6 }),
      ],
      { dtype },
    ).build();
  const names = {
    step: null,
    embedding: 'embedding1',
    conv: 'conv1D1',
    norm: 'layerNormalization1',
    'encoder.rnn': 'bidirectional1',
    'head.0': 'dense1',
    'head.2': 'dense2',
  };

  it.each(['float64', 'float32'] as const)('computes the logits, in %s', (dtype) => {
    for (const [file, arrays] of sources(c)) {
      const network = make(dtype);
      loadStateDict(network, arrays, names);
      const logits = network.forward(values(c.inputs.ids!));
      expect(misfit(file, logits, values(c.expected.logits!), TOLERANCE[dtype])).toBe('');
      const { step: _, ...kept } = names;
      const back = toStateDict(network, kept);
      for (const [key, array] of arrays) {
        if (key === 'step') continue;
        expect(back.get(key)?.shape).toEqual(array.shape);
        if (!key.includes('bias_')) expect(numbersOf(back.get(key)!)).toEqual(numbersOf(array));
      }
    }
  });
});

/** An array with plain numbers. */
const plain = ({ shape, dtype, data }: ForeignArray): Numbers => ({
  shape,
  dtype,
  data: Array.from(data as Float32Array, (v) => (Number.isFinite(Number(v)) ? Number(v) : String(v))),
});

describe('storages and types', () => {
  it('of a .pt file: views, strides, shared storages, every type', () => {
    const c = caseOf('storages');
    const { arrays, others } = readPt(read('storages.pt'));
    expect(others.size).toBe(0);
    expect(Object.fromEntries([...arrays].map(([name, array]) => [name, plain(array)]))).toEqual(
      Object.fromEntries(
        Object.entries(c.tensors).map(([name, { shape, dtype, data }]) => [name, { shape, dtype, data }]),
      ),
    );
    expect(arrays.get('shared_a')!.data.buffer).toBe(arrays.get('shared_b')!.data.buffer);
    expect(arrays.get('transposed')!.data.buffer).not.toBe(arrays.get('shared_b')!.data.buffer);
  });

  it('of a safetensors file', () => {
    const c = caseOf('dtypes');
    const { arrays, metadata } = readSafetensors(read('dtypes.safetensors'));
    expect({ ...metadata }).toEqual(c.metadata);
    expect(Object.fromEntries([...arrays].map(([name, array]) => [name, plain(array)]))).toEqual(
      Object.fromEntries(
        Object.entries(c.tensors).map(([name, { shape, dtype, data }]) => [name, { shape, dtype, data }]),
      ),
    );
  });
});

describe('a checkpoint', () => {
  const c = caseOf('checkpoint_wrapped');
  const file = read('checkpoint_wrapped.pt');

  it('without a way to pick lists what may be picked', () => {
    expect(() => readPt(file)).toThrow(
      'readPt: "bytes" must hold a state dict, or "at" say where it is in a checkpoint; received a dictionary of epoch, step, best, ' +
        "note, flags, model, optimizer. Pick one: { at: 'model' } (4 tensors)",
    );
    expect(() => readPt(file, { at: 'modle' })).toThrow(
      'readPt: "bytes" must contain "modle" of "at"; received a dictionary of epoch, step, best, note, flags, model, optimizer',
    );
    expect(() => readPt(file, { at: ['model', 'weight_ih_l0', 'x'] })).toThrow(
      'must contain "x" of "at"; received an object',
    );
    expect(() => readPt(file, { at: 'epoch' })).toThrow('must hold a dictionary of tensors; received 3');
  });

  it('gives the state dict, the other values, and the state of the optimizer', () => {
    const { arrays } = readPt(file, { at: 'model' });
    expect(Object.fromEntries([...arrays].map(([name, array]) => [name, plain(array)]))).toEqual(c.model_tensors);
    const { others } = readPt(file, { at: [] });
    expect([...others.keys()]).toEqual(['epoch', 'step', 'best', 'note', 'flags', 'model', 'optimizer']);
    expect([3, 1234567890123, 0.5, 'café']).toEqual(['epoch', 'step', 'best', 'note'].map((key) => others.get(key)));
    expect(others.get('flags')).toEqual([true, null, [1, 2.5]]);
    const first = readPt(file, { at: ['optimizer', 'state', '0'] });
    expect(plain(first.arrays.get('exp_avg')!)).toEqual(c.optimizer_exp_avg_of_first);
  });
});

it.each([
  [
    'legacy_not_zip.pt',
    'readPt: "bytes" must be a zip archive, as torch.save writes since PyTorch 1.6; received the format of PyTorch before 1.6. ' +
      'In Python: torch.save(torch.load(path), other)',
  ],
  [
    'whole_module.pt',
    'readPt: "bytes" must hold only tensors, dictionaries, lists, numbers and texts; received "torch.nn.modules.linear.Linear", ' +
      'which would have to be executed. In Python: torch.save(model.state_dict(), path)',
  ],
  [
    'torchscript.pt',
    'readPt: "bytes" must hold a state dict; received a TorchScript archive, whose code would have to be executed. ' +
      'In Python: torch.save(torch.jit.load(path).state_dict(), other)',
  ],
])('%s is refused with the reason', (file, message) => {
  expect(() => readPt(read(file))).toThrow(message);
});
