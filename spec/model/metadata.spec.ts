import { fc, it as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { encodeSafetensors } from '../../lib/formats/safetensors.ts';
import {
  Dense,
  EncoderDecoder,
  FormatError,
  GRU,
  MinMaxScaler,
  Network,
  randomNormal,
  Sequential,
  StandardScaler,
  tensor,
  Vocabulary,
} from '../../lib/index.ts';

const make = () => new Sequential([new GRU({ units: 3 }), new Dense({ units: 2 })], { inputSize: 2 }).build();
const classes = [StandardScaler, MinMaxScaler, Vocabulary];
const decoder = () => [new GRU({ units: 3, returnSequences: true }), new Dense({ units: 2 })];
const pair = () => new EncoderDecoder({ encoder: [new GRU({ units: 3 })], decoder: decoder(), inputSize: 2 }).build();

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => v + 0),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(
    fc.string().filter((key) => key !== '__proto__'),
    tie('value'),
    { maxKeys: 3 },
  ),
}));

/** The bytes of a model's file with other metadata. */
function fileWith(metadata: string): Uint8Array {
  const bytes = make().toBytes();
  const header = JSON.parse(
    new TextDecoder().decode(bytes.subarray(8, 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true)))),
  );
  const arrays = [...make().parameters].map(({ name, value }) => ({
    name,
    shape: value.shape,
    data: value.copy().data,
  }));
  return encodeSafetensors('test', { ...header.__metadata__, metadata }, arrays);
}

describe('metadata', () => {
  ptest.prop([json.object])('comes back as it was', (metadata) => {
    const model = make();
    model.metadata = metadata as object as Record<string, unknown>;
    const back = Sequential.fromBytes(model.toBytes()).metadata;
    expect(JSON.parse(JSON.stringify(back))).toEqual(JSON.parse(JSON.stringify(metadata)));
  });

  it.each(['Sequential', 'Network', 'EncoderDecoder'] as const)(
    'holds scalers and a vocabulary, ready to use: %s',
    (kind) => {
      const model = kind === 'EncoderDecoder' ? pair() : make();
      const scaler = new StandardScaler().fit(randomNormal([9, 2], { seed: 1 }));
      model.metadata = {
        scalers: [scaler, new MinMaxScaler().fit(tensor([[1], [3]]))],
        vocabulary: Vocabulary.fromText('abba'),
        note: 'v1',
      };
      const Class = { Sequential, Network, EncoderDecoder }[kind];
      const { metadata } = Class.fromBytes(model.toBytes(), { classes });
      const [standard, minMax] = metadata.scalers as [StandardScaler, MinMaxScaler];
      const x = randomNormal([2, 2], { seed: 2 });
      expect(standard).toBeInstanceOf(StandardScaler);
      expect(standard.transform(x)).toEqual(scaler.transform(x));
      expect(minMax.transform(tensor([[2]])).get(0, 0)).toBe(0.5);
      expect((metadata.vocabulary as Vocabulary).decode([1, 0])).toBe('ba');
      expect(metadata.note).toBe('v1');
      const plain = Class.fromBytes(model.toBytes()).metadata;
      expect(Vocabulary.fromJSON(plain.vocabulary as object).encode('ab')).toEqual([0, 1]);
    },
  );

  it('changes no byte of a file without any, and old files have none', () => {
    const model = make();
    const bytes = model.toBytes();
    model.metadata = {};
    expect(model.toBytes()).toEqual(bytes);
    expect(new TextDecoder().decode(bytes)).not.toContain('"metadata"');
    expect(Sequential.fromBytes(bytes).metadata).toEqual({});
  });

  it('stays with a model of another element type', () => {
    const model = make();
    const vocabulary = new Vocabulary(['a']);
    model.metadata = { vocabulary };
    expect(model.astype('float64').metadata.vocabulary).toBe(vocabulary);
  });

  it('pollutes no prototype', () => {
    const text = '{"a":{"constructor":{"prototype":{"polluted":1}},"toString":1}}';
    const { metadata } = Sequential.fromBytes(fileWith(text));
    expect(Object.getPrototypeOf(metadata.a)).toBeNull();
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    for (const bad of ['{"__proto__":{"polluted":1}}', '{"a":{"__proto__":1}}'])
      expect(() => Sequential.fromBytes(fileWith(bad))).toThrow(FormatError);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[1]'],
    ['a key twice', '{"a":1,"a":2}'],
    ['deep', `{"a":${'['.repeat(20)}${']'.repeat(20)}}`],
    ['long', JSON.stringify({ a: 'x'.repeat(2 ** 19) })],
    ['a scaler without numbers', '{"s":{"kind":"StandardScaler"}}'],
    [
      'a scaler with other numbers',
      '{"s":{"kind":"StandardScaler","withMean":true,"withStd":true,"mean":[1],"variance":[1,2],"scale":[1]}}',
    ],
    ['a vocabulary of numbers', '{"v":{"kind":"Vocabulary","tokens":[1],"separator":""}}'],
    ['a vocabulary with more', '{"v":{"kind":"Vocabulary","tokens":["a"],"separator":"","more":1}}'],
  ])('of a file is refused: %s', (_, text) => {
    expect(() => Sequential.fromBytes(fileWith(text), { classes })).toThrow(FormatError);
  });

  it('may be a vocabulary of twenty thousand words', () => {
    const model = make();
    model.metadata = { vocabulary: new Vocabulary(Array.from({ length: 20_000 }, (_, k) => `word${k}`)) };
    const { vocabulary } = Sequential.fromBytes(model.toBytes(), { classes }).metadata;
    expect((vocabulary as Vocabulary).encode(['word19999'])).toEqual([19_999]);
  });
});
