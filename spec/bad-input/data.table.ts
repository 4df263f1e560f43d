import { MinMaxScaler, StandardScaler, tensor, Vocabulary, windows, zeros } from '../../lib/index.ts';
import { each, notArray, notBoolean, notInteger } from '../support/bad-values.ts';
import type { Subject, Table } from '../support/refusals.ts';
import { masks } from './through-time.ts';

const x = zeros([3, 4, 2]);
const vocabulary = new Vocabulary(['a', 'b']);
const notText = [undefined, null, 1, true, {}, new Set(['a'])];
const series = zeros([9, 2]);
const { NaN: none } = Number;
const notRows = (call: (bad: never) => unknown) => notArray('x', call).filter(([what]) => what !== 'x: nested arrays');

/** An array of one number that looks like 2⁵² of them. */
const huge = { data: new Float32Array(1), shape: [2 ** 26, 2 ** 26], stride: [0, 0], offset: 0 };

function scaler(kind: 'StandardScaler' | 'MinMaxScaler', fields: readonly string[]): Subject[] {
  const Class = { StandardScaler, MinMaxScaler }[kind] as typeof StandardScaler;
  const fitted = new Class().fit(x);
  const json = JSON.parse(JSON.stringify(fitted));
  return [
    {
      of: `${kind}.fit`,
      withOptions: (options) => new Class().fit(x, options),
      calls: [
        ...notRows((bad) => new Class().fit(bad)),
        ...each('x', (bad) => new Class().fit(bad), [[], [[]], [[1], [2, 3]], [[[1, Infinity]], []]]),
        ...each('x[1]', (bad) => new Class().fit(bad), [[[[1]], [[2, 3]]]]),
        ...each('x', (bad) => new Class().fit(bad), [zeros([2]), zeros([1, 2, 3, 4]), zeros([0, 2]), zeros([3, 0])]),
        ...each('x', (bad) => new Class().fit(bad), [huge]),
        ...each('x', (bad) => new Class().fit({ data: [1, bad], shape: [1, 2], stride: [2, 1], offset: 0 }), [
          Infinity,
          -Infinity,
        ]),
        ...masks((options) => new Class().fit(x, options), [3, 4]),
      ],
    },
    ...(['transform', 'inverseTransform'] as const).map((method) => ({
      of: `${kind}.${method}`,
      calls: [
        ['before fit', undefined, () => new Class()[method](x)] as const,
        ...notRows((bad) => fitted[method](bad)),
        ...each('x', (bad) => fitted[method](bad), [[], [[1]], [[[1, 2]], []]]),
        ...each('x', (bad) => fitted[method](bad), [zeros([2, 1]), zeros([3]), zeros([])]),
      ],
    })),
    {
      of: `${kind}.select`,
      calls: [
        ['before fit', undefined, () => new Class().select([0])],
        ...each('features', (bad) => fitted.select(bad), [undefined, null, 0, [], {}]),
        ...each('features[1]', (bad) => fitted.select(bad), [
          [0, 2],
          [0, -1],
          [0, 0.5],
          [0, '1'],
        ]),
      ],
    },
    { of: `${kind}.toJSON`, calls: [['before fit', undefined, () => new Class().toJSON()]] },
    {
      of: `${kind}.fromJSON`,
      calls: [
        ...each('json', (bad) => Class.fromJSON(bad), [undefined, null, 1, 'json', [], { more: 1 }]),
        ...fields.flatMap((field) => [
          ...each(`json.${field}`, (bad) => Class.fromJSON({ ...json, [field]: bad }), [undefined, null, 1, 'NaN', []]),
          ...each(`json.${field}[0]`, (bad) => Class.fromJSON({ ...json, [field]: bad }), [
            [null, 1],
            ['1', 1],
            ['Infinity', 1],
          ]),
        ]),
      ],
    },
  ];
}

export const data: Table = {
  subjects: [
    ...scaler('StandardScaler', ['mean', 'variance', 'scale']),
    ...scaler('MinMaxScaler', ['dataMin', 'dataMax']),
    {
      of: 'windows',
      withOptions: (options) => windows(series, options),
      calls: [
        ...each('options', (bad) => windows(series, bad), [undefined]),
        ...notArray('series', (bad) => windows(bad, { length: 2 })).filter(([what]) => !/nested|typed/.test(what)),
        ...each('series[0]', (bad) => windows(bad, { length: 2 }), [[[1, 2]], [Float32Array.of(1, 2)], [[[[1]]]]]),
        ...each('series', (bad) => windows(bad, { length: 2 }), [[1, 'a'], [1], new BigInt64Array(4)]),
        ...each('series', (bad) => windows(bad, { length: 2 }), [[], zeros([]), zeros([3, 4, 2]), zeros([3, 0])]),
        ...each('series', (bad) => windows(bad, { length: 2 }), [zeros([2, 2]), [zeros([2, 2]), zeros([1, 2])]]),
        ...each('series[1]', (bad) => windows(bad, { length: 2 }), [
          [series, 1],
          [series, zeros([9, 3])],
          [series, zeros([9])],
          [series, zeros([1, 2, 3])],
        ]),
        ['NaN alone', 'series', () => windows(tensor([none, none, none]), { length: 2, skipNaN: true })],
        ...notInteger('length', (length) => windows(series, { length }), undefined, 0, -1),
        ...notInteger('horizon', (horizon) => windows(series, { length: 2, horizon }), 0, -1),
        ...notInteger('stride', (stride) => windows(series, { length: 2, stride }), 0, -1),
        ...notInteger('gap', (gap) => windows(series, { length: 2, gap }), -1),
        ...each('targets', (targets) => windows(series, { length: 2, targets }), [null, 0, [], [1, 0], [0, 0], [1, 2]]),
        ...each('targets[0]', (targets) => windows(series, { length: 2, targets }), [[-1], ['0'], [0.5]]),
        ...notBoolean('skipNaN', (skipNaN) => windows(series, { length: 2, skipNaN })),
      ],
    },
    {
      of: 'StandardScaler',
      withOptions: (options) => new StandardScaler(options),
      calls: [
        ...notBoolean('withMean', (withMean) => new StandardScaler({ withMean })),
        ...notBoolean('withStd', (withStd) => new StandardScaler({ withStd })),
      ],
    },
    {
      of: 'MinMaxScaler',
      withOptions: (options) => new MinMaxScaler(options),
      calls: [
        ...each('featureRange', (featureRange) => new MinMaxScaler({ featureRange }), [null, 1, [], [0], [0, 1, 2]]),
        ...each('featureRange[0]', (featureRange) => new MinMaxScaler({ featureRange }), [
          [none, 1],
          ['0', 1],
        ]),
        ...each('featureRange[1]', (featureRange) => new MinMaxScaler({ featureRange }), [
          [0, 0],
          [1, 0],
          [0, Infinity],
        ]),
        ...notBoolean('clip', (clip) => new MinMaxScaler({ clip })),
      ],
    },
    {
      of: 'Vocabulary',
      withOptions: (options) => new Vocabulary(['a'], options),
      calls: [
        ...each('tokens', (bad) => new Vocabulary(bad), [undefined, null, 'ab', 1, {}, [], ['a', 'a']]),
        ...each('tokens[1]', (bad) => new Vocabulary(bad), [
          ['a', 1],
          ['a', null],
          ['a', undefined],
        ]),
        ...each('separator', (separator) => new Vocabulary(['a'], { separator }), [null, 1, /a/, []]),
        ...each('unknown', (unknown) => new Vocabulary(['a'], { unknown }), [null, 1, 'b', []]),
      ],
    },
    {
      of: 'Vocabulary.fromText',
      withOptions: (options) => Vocabulary.fromText('abc', options),
      calls: [
        ...each('text', (bad) => Vocabulary.fromText(bad), [...notText, '', []]),
        ...each('text[1]', (bad) => Vocabulary.fromText(bad), [
          ['a', 1],
          ['a', null],
        ]),
        ...each('separator', (separator) => Vocabulary.fromText('abc', { separator }), [null, 1, /a/, []]),
        ...each('unknown', (unknown) => Vocabulary.fromText('abc', { unknown }), [null, 1, []]),
        ...each('first', (first) => Vocabulary.fromText('abc', { first }), [null, 'a', 1]),
        ...each('first[0]', (first) => Vocabulary.fromText('abc', { first }), [[1], [null]]),
        ...notInteger('minCount', (minCount) => Vocabulary.fromText('abc', { minCount }), 0, -1),
        ...notInteger('limit', (limit) => Vocabulary.fromText('abc', { limit }), 0, -1),
        ['a limit below the first tokens', 'limit', () => Vocabulary.fromText('abc', { first: ['x', 'y'], limit: 1 })],
        ['no token left', 'text', () => Vocabulary.fromText('abc', { minCount: 2 })],
      ],
    },
    {
      of: 'Vocabulary.encode',
      calls: [
        ...each('text', (bad) => vocabulary.encode(bad), [...notText, 'abc', ['c']]),
        ...each('text[0]', (bad) => vocabulary.encode(bad), [[1], [null]]),
      ],
    },
    {
      of: 'Vocabulary.decode',
      calls: [
        ...each('classes', (bad) => vocabulary.decode(bad), [undefined, null, 1, 'ab', {}]),
        ...each('classes[1]', (bad) => vocabulary.decode(bad), [
          [0, 2],
          [0, -1],
          [0, 0.5],
          [0, '__proto__'],
          [0, 'length'],
        ]),
      ],
    },
    {
      of: 'Vocabulary.fromJSON',
      calls: [...each('json', (bad) => Vocabulary.fromJSON(bad), [undefined, null, 1, 'json', [], { more: 1 }])],
    },
  ],
};
