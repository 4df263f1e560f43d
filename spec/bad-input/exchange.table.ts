import { readNpy, readNpz, toFloat32, toTensor, writeNpy, writeNpz } from '../../lib/exchange/numpy.ts';
import { loadStateDict, readPt, toStateDict } from '../../lib/exchange/pytorch.ts';
import { readSafetensors, writeSafetensors } from '../../lib/exchange/safetensors.ts';
import { Dense, GRU, Sequential } from '../../lib/index.ts';
import { type BadCall, type CallWith, each, notInteger } from '../support/bad-values.ts';
import { ptBytes } from '../support/pt-bytes.ts';
import type { Table } from '../support/refusals.ts';

const make = (): Sequential =>
  new Sequential([new GRU({ units: 2, resetAfter: true }), new Dense({ units: 1 })], { inputSize: 3 }).build();
const model = make();
const other = make();
const names = { rnn: 'gru1', fc: 'dense1' } as const;
const arrays = toStateDict(model, names);
const one = { shape: [2], dtype: 'float32', data: Float32Array.of(1, 2) } as const;
const array = new Map([['a', one]]);

const notBytes = (call: CallWith): BadCall[] =>
  each('bytes', call, [
    undefined,
    null,
    1,
    'bytes',
    [],
    {},
    new ArrayBuffer(8),
    new Float32Array(4),
    new Uint8Array(0),
    new Uint8Array(99),
  ]);

/** What is no array. */
const notArrays = (argument: string, call: CallWith): BadCall[] => [
  ...each(argument, call, [undefined, null, 1, 'array', true]),
  ...each(`${argument}.shape`, call, [
    {},
    [],
    { ...one, shape: [2.5] },
    { ...one, shape: [1, 1, 1, 1, 1, 1, 1, 1, 2] },
  ]),
  ...each(`${argument}.dtype`, call, [
    { ...one, dtype: undefined },
    { ...one, dtype: 4 },
  ]),
  ...each(`${argument}.data`, call, [
    { ...one, data: [1, 2] },
    { ...one, data: new Float32Array(3) },
    { ...one, data: undefined },
  ]),
  ...each(argument, call, [
    { ...one, stride: [1] },
    { data: [1, 'a'], shape: [2], stride: [1], offset: 0 },
  ]),
];

/** What is no Map of arrays. */
const notMaps = (call: CallWith): BadCall[] => [
  ...each('arrays', call, [undefined, null, 1, {}, [], new Set([1]), new Map([[1, one]])]),
  ...notArrays('arrays.get("a")', (bad) => call(new Map([['a', bad]]) as never)),
];

/** What no file of a format has. */
const notElements = (argument: string, call: CallWith): BadCall[] =>
  each(argument, call, [
    { ...one, dtype: 'complex64' },
    { ...one, dtype: 'int32' },
    { ...one, dtype: 'float16', data: Float32Array.of(1, 0.1) },
    { ...one, dtype: 'bool', data: Uint8Array.of(1, 2) },
  ]);

export const exchange: Table = {
  watch: () => [model.parameters.arena.data],
  subjects: [
    { of: 'readSafetensors', calls: notBytes((bytes) => readSafetensors(bytes)) },
    {
      of: 'writeSafetensors',
      withOptions: (options) => writeSafetensors(array, options),
      calls: [
        ...notMaps((bad) => writeSafetensors(bad)),
        ...notElements('arrays.get("a")', (bad) => writeSafetensors(new Map([['a', bad]]))),
        ...each('arrays', (name) => writeSafetensors(new Map([[name, one]])), ['__metadata__', '__proto__']),
        ...each('arrays', (bad) => writeSafetensors(bad), [
          new Map(Array.from({ length: 8193 }, (_, k) => [`${k}`, one])),
        ]),
        ...each('metadata', (metadata) => writeSafetensors(array, { metadata }), [null, 1, 'pt', []]),
        ...each('metadata.a', (a) => writeSafetensors(array, { metadata: { a } }), [1, null, undefined, {}]),
      ],
    },
    { of: 'readNpy', calls: notBytes((bytes) => readNpy(bytes)) },
    {
      of: 'writeNpy',
      calls: [
        ...notArrays('array', (bad) => writeNpy(bad)),
        ...notElements('array', (bad) => writeNpy(bad)),
        ...each('array', (bad) => writeNpy(bad), [{ ...one, dtype: 'bfloat16' }]),
      ],
    },
    {
      of: 'readNpz',
      withOptions: (options) => readNpz(writeNpz(array), options),
      calls: [
        ...notBytes((bytes) => readNpz(bytes)),
        ...notInteger('maxBytes', (maxBytes) => readNpz(writeNpz(array), { maxBytes }), -1),
      ],
    },
    {
      of: 'writeNpz',
      calls: [
        ...notMaps((bad) => writeNpz(bad)),
        ...notElements('arrays.get("a")', (bad) => writeNpz(new Map([['a', bad]]))),
        ...each('arrays', (bad) => writeNpz(bad), [
          new Map(Array.from({ length: 8193 }, (_, k) => [`${k}`, one])),
          new Map([['a'.repeat(1001), one]]),
        ]),
      ],
    },
    {
      of: 'toFloat32',
      calls: [
        ...notMaps((bad) => toFloat32(bad)),
        ...each('arrays.get("a")', (bad) => toFloat32(new Map([['a', bad]])), [
          { ...one, data: Float64Array.of(1, 1e39) },
        ]),
      ],
    },
    {
      of: 'toTensor',
      withOptions: (options) => toTensor(one, options),
      calls: [
        ...notArrays('array', (bad) => toTensor(bad)),
        ...each('array', (bad) => toTensor(bad), [
          { ...one, data: Float64Array.of(1, 0.1) },
          { ...one, data: BigInt64Array.of(1n, 2n ** 60n + 1n) },
        ]),
        ...each('dtype', (dtype) => toTensor(one, { dtype }), [null, 'float16', 32]),
      ],
    },
    {
      of: 'readPt',
      withOptions: (options) => readPt(ptBytes(array), options),
      calls: [
        ...notBytes((bytes) => readPt(bytes)),
        ...each('at', (at) => readPt(ptBytes(array), { at }), [null, 1, {}, [1], [undefined]]),
        ...each('bytes', (at) => readPt(ptBytes(array), { at }), ['b', ['a', 'shape']]),
      ],
    },
    {
      of: 'loadStateDict',
      calls: [
        ...each('model', (bad) => loadStateDict(bad, arrays, names), [undefined, null, 1, 'gru1', {}, names]),
        ...each('model', (bad) => loadStateDict(bad, arrays, names), [new Dense({ units: 1 })]),
        ...notMaps((bad) => loadStateDict(model, bad, names)),
        ...each('names', (bad) => loadStateDict(model, arrays, bad), [
          undefined,
          null,
          1,
          'gru1',
          [],
          {},
          { rnn: 'gru1' },
        ]),
        ...each('names.rnn', (rnn) => loadStateDict(model, arrays, { ...names, rnn }), [
          undefined,
          1,
          'gru2',
          {},
          [],
          [undefined],
          other.layers[0],
          new Dense({ units: 1 }),
          ['gru1', 'gru1'],
        ]),
        ...each('names.gone', (gone) => loadStateDict(model, arrays, { ...names, gone }), [null]),
        ...each(
          'rnn.weight_ih_l0',
          (bad) => loadStateDict(model, new Map([...arrays, ['rnn.weight_ih_l0', bad]]), names),
          [one, { ...one, shape: [1, 2] }],
        ),
        ...each('fc.bias', (bad) => loadStateDict(model, new Map([...arrays, ['fc.bias', bad]]), names), [
          { shape: [1], dtype: 'float64', data: Float64Array.of(0.1) },
          { shape: [1], dtype: 'float32', data: Float32Array.of(Number.NaN) },
        ]),
        ...each('arrays', (bad) => loadStateDict(model, new Map([...arrays, ['more', bad]]), names), [one]),
      ],
    },
    {
      of: 'toStateDict',
      calls: [
        ...each('model', (bad) => toStateDict(bad, names), [undefined, null, 1, 'gru1', {}]),
        ...each('names', (bad) => toStateDict(model, bad), [
          undefined,
          null,
          1,
          [],
          {},
          { rnn: 'gru1' },
          { ...names, again: 'gru1' },
        ]),
        ...each('names.fc', (fc) => toStateDict(model, { ...names, fc }), [
          undefined,
          1,
          'dense2',
          [],
          other.layers[1],
          ['gru1', 'dense1'],
        ]),
      ],
    },
  ],
};
