import { Dense, LSTM, RNN, Sequential } from '../../lib/index.ts';
import { each, notClasses, notOneOf, notThreads } from '../support/bad-values.ts';
import { LeakyCell } from '../support/leaky-cell.ts';
import type { Subject, Table } from '../support/refusals.ts';

const fresh = () => new Sequential([new LSTM({ units: 5 }), new Dense({ units: 2 })]);
const model = fresh().build(3);
const mine = new Sequential([new RNN({ cell: new LeakyCell({ units: 1 }) })]).build(1);

const many = (layers: number) => Array.from({ length: layers }, () => new Dense({ units: 1 }));

function withMetadata(metadata: unknown): Sequential {
  const model = fresh().build(3);
  model.metadata = metadata as never;
  return model;
}

function spoiled(value: number): Sequential {
  const model = fresh().build(3);
  model.parameters.get('lstm1.bias').value.set(7, value);
  return model;
}

const subjects: Subject[] = [
  {
    of: 'Sequential.toBytes',
    calls: [
      ['before any input', undefined, () => fresh().toBytes()],
      ['more layers than a file may have', 'layers', () => new Sequential(many(65)).build(1).toBytes()],
      [
        'more units than a file may have',
        'units',
        () => new Sequential([new Dense({ units: 65_537 })]).build(1).toBytes(),
      ],
      ['a larger input than a file may have', 'units', () => new Sequential(many(1)).build(65_537).toBytes()],
      ...each('metadata', (bad) => withMetadata(bad).toBytes(), [null, 1, 'text', [1], () => 1]),
      ...each('metadata.a', (a) => withMetadata({ a }).toBytes(), [
        Number.NaN,
        Infinity,
        1n,
        () => 1,
        new Map(),
        new Float32Array(2),
        Symbol('a'),
      ]),
      ...each('metadata', (bad) => withMetadata(bad).toBytes(), [
        { a: 'x'.repeat(2 ** 19) },
        { a: new Array(2 ** 17 + 1).fill(0) },
        JSON.parse('{"__proto__":1}'),
      ]),
      ...[Number.NaN, -Infinity].map((bad) => [`${bad}`, 'lstm1.bias', () => spoiled(bad).toBytes()] as const),
    ],
  },
  {
    of: 'Sequential.toBytes, a cell of your own',
    where: 'Sequential.toBytes',
    calls: [['saved', 'layers', () => mine.toBytes()]],
  },
  {
    of: 'Sequential.astype',
    calls: [
      ['before any input', undefined, () => fresh().astype('float64')],
      ...notOneOf('dtype', (dtype) => model.astype(dtype), undefined, 'int8'),
    ],
  },
  {
    of: 'Sequential.fromBytes',
    withOptions: (options) => Sequential.fromBytes(model.toBytes(), options),
    calls: [
      ...each('bytes', (bytes) => Sequential.fromBytes(bytes), [
        undefined,
        null,
        1,
        'bytes',
        {},
        [1],
        new ArrayBuffer(9),
      ]),
      ...each('bytes', (bytes) => Sequential.fromBytes(bytes), [
        new Int8Array(9),
        new Float32Array(9),
        new Uint8Array(0),
      ]),
      ...each('bytes', (bytes) => Sequential.fromBytes(bytes), [{ [Symbol.toStringTag]: 'Uint8Array' }]),
      ...notOneOf('dtype', (dtype) => Sequential.fromBytes(model.toBytes(), { dtype }), 'int8'),
      ...notOneOf('backend', (backend) => Sequential.fromBytes(model.toBytes(), { backend }), 'webgl'),
      ...notThreads((name) => (value) => Sequential.fromBytes(model.toBytes(), { [name]: value })),
      ...notClasses('classes', (classes) => Sequential.fromBytes(model.toBytes(), { classes })),
    ],
  },
];

export const saving: Table = { subjects, watch: () => [model.parameters.arena.data, model.parameters.arena.pass] };
