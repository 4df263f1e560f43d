import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  Attention,
  type AttentionOptions,
  AttentionRNN,
  Bidirectional,
  Dense,
  EncoderDecoder,
  GRU,
  MeanSquaredError,
  randomNormal,
  Sequential,
  SGD,
  type Tensor,
} from '../../lib/index.ts';
import { assertGradients } from '../../lib/verify/index.ts';
import { expectBits } from '../support/bits.ts';
import { assertPairGradients } from '../support/pair-gradients.ts';

const dtype = 'float64';

/** `before`: attends before each time step, with that output. */
type Kind = AttentionOptions & { readonly before?: 'concat' | 'state' };

const KINDS: readonly Kind[] = [
  { score: 'dot' },
  { score: 'scaledDot', output: 'context' },
  { score: 'general' },
  { score: 'additive', units: 3 },
  { score: 'additive', output: 'context' },
  { score: 'dot', before: 'concat' },
  { score: 'general', before: 'state' },
  { score: 'additive', units: 3, before: 'concat' },
];

function make({ before, ...attention }: Kind, options: object = {}): EncoderDecoder {
  const gru = (units: number) => new GRU({ units, returnSequences: true });
  const units = attention.score === 'general' || attention.score === 'additive' ? 6 : 4;
  const passState = units === 4;
  return new EncoderDecoder({
    encoder: [gru(4)],
    decoder: [
      ...(before === undefined
        ? [gru(units), new Attention(attention)]
        : [new AttentionRNN({ layer: gru(units), attention: new Attention(attention), output: before })]),
      new Dense({ units: 3, activation: 'tanh' }),
      new Dense({ units: 2 }),
    ],
    passState,
    seed: 3,
    ...options,
  });
}

const masks = { source: { lengths: [3, 6, 1, 2] }, target: { lengths: [5, 1, 3, 2] } };
const pairs = (type: 'float32' | 'float64' = 'float32') => ({
  source: randomNormal([4, 6, 3], { seed: 1, dtype: type }),
  target: randomNormal([4, 5, 2], { seed: 2, dtype: type }),
});

describe.each(KINDS)('Attention %j', (options) => {
  it.each([{}, masks])('has the gradients of finite differences, masks %j', (given) => {
    const model = make(options, { dtype });
    const { source, target } = pairs(dtype);
    model.forward(source, target);
    assertPairGradients(model, source, target, given);
  });

  it('has weights that sum to 1 over the steps that count', () => {
    const model = make(options);
    const { source, target } = pairs();
    model.attention(source, target, { ...masks, source: { lengths: [6, 6, 6, 5] } }); // leaves other weights behind
    const weights = model.attention(source, target, masks);
    for (let b = 0; b < 4; b++) {
      for (let u = 0; u < 5; u++) {
        const row = Array.from({ length: 6 }, (_, s) => weights.get(b, u, s));
        const counts = u < masks.target.lengths[b]!;
        expect(row.reduce((sum, w) => sum + w, 0)).toBeCloseTo(counts ? 1 : 0, 5);
        for (let s = masks.source.lengths[b]!; s < 6; s++) expect(row[s]).toBe(0);
        if (counts && masks.source.lengths[b] === 1) expect(row[0]).toBe(1);
      }
    }
  });

  it('reads each source anew', () => {
    const model = make(options);
    const { source, target } = pairs();
    const other = randomNormal([4, 6, 3], { seed: 5 });
    model.forward(source, target);
    expectBits(model.forward(other, target), make(options).forward(other, target));
    expectBits(model.forward(source, target), make(options).forward(source, target));
  });

  it('gives a row the bits of the row alone, whatever the padding', () => {
    const model = make(options);
    const { source, target } = pairs();
    const all = model.forward(source, target, masks);
    for (let b = 0; b < 4; b++) {
      const [S, U] = [masks.source.lengths[b]!, masks.target.lengths[b]!];
      const row = (x: Tensor, n: number) => x.lo(b).hi(1, n);
      expectBits(model.forward(row(source, S), row(target, U)).copy(), row(all, U).copy());
    }
  });

  it('writes freely what it would write with its own outputs as the target', () => {
    const model = make(options);
    const { source } = pairs();
    const written = model.freeRun(source, { steps: 4, source: masks.source });
    expectBits(model.forward(source, written, { source: masks.source }), written);
  });

  it('goes on after it was saved, to the bit', () => {
    const { source, target } = pairs();
    const compiled = (of: EncoderDecoder) => of.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const model = compiled(make(options));
    model.trainStep(source, target, masks);
    const copy = compiled(EncoderDecoder.fromBytes(model.toBytes(), { classes: [Attention, AttentionRNN] }));
    expect([copy.trainStep(source, target), copy.toBytes()]).toEqual([
      model.trainStep(source, target),
      model.toBytes(),
    ]);
  });

  it('has the same bits with checkpoints', () => {
    const { source, target } = pairs();
    const results = [{}, { checkpoint: 2 as const }].map((through) => {
      const model = make(options).compile({ optimizer: new SGD(), loss: new MeanSquaredError(), ...through });
      for (let k = 0; k < 3; k++) model.trainStep(source, target, masks);
      return model.toBytes();
    });
    expect(results[1]).toEqual(results[0]);
  });

  it('computes in float32 what it computes in float64', () => {
    const [single, double] = [make(options), make(options, { dtype })];
    const { source, target } = pairs();
    const [y, z] = [single.forward(source, target, masks), double.forward(source, target, masks)];
    for (const [k, v] of y.data.entries()) expect(v).toBeCloseTo(z.data[k]!, 5);
  });
});

describe('Attention', () => {
  it('attends to a source in any order alike', () => {
    const model = new EncoderDecoder({
      encoder: [new Dense({ units: 4 })],
      decoder: [new GRU({ units: 4, returnSequences: true }), new Attention(), new Dense({ units: 2 })],
      passState: false,
    });
    const [source, target] = [randomNormal([1, 3, 3], { seed: 1 }), randomNormal([1, 2, 2], { seed: 2 })];
    const turned = source.step(1, -1).copy();
    const [a, b] = [model.attention(source, target), model.attention(turned, target)];
    for (let u = 0; u < 2; u++) for (let s = 0; s < 3; s++) expect(a.get(0, u, s)).toBeCloseTo(b.get(0, u, 2 - s), 6);
  });

  it('learns where to look: to copy a sequence in reverse', async () => {
    const model = new EncoderDecoder({
      encoder: [new GRU({ units: 12, returnSequences: true })],
      decoder: [
        new GRU({ units: 12, returnSequences: true }),
        new Attention({ score: 'general' }),
        new Dense({ units: 1 }),
      ],
    });
    model.compile({
      optimizer: new Adam({ learningRate: 0.01 }),
      loss: new MeanSquaredError(),
      clip: { globalNorm: 1 },
    });
    const source = randomNormal([128, 5, 1], { seed: 1 });
    const target = source.step(1, -1).copy();
    const before = model.evaluate(source, target);
    await model.fit(source, target, { epochs: 40, batchSize: 16 });
    expect(model.evaluate(source, target)).toBeLessThan(0.35 * before);
  });

  it('attends to an encoder of both directions', () => {
    const gru = () => new GRU({ units: 3, returnSequences: true });
    const model = new EncoderDecoder({
      encoder: [new Bidirectional({ layers: [gru(), gru()] })],
      decoder: [gru(), new Attention({ score: 'general' }), new Dense({ units: 2 })],
      passState: false,
      dtype,
    });
    const { source, target } = pairs(dtype);
    model.forward(source, target, masks);
    assertGradients(
      {
        variables: { source },
        forward: () => ({ y: model.forward(source, target, masks) }),
        backward: ({ y }) => ({ source: model.backward(y!).dSource }),
      },
      { cotangents: 2 },
    );
    const { parameters } = model;
    const before = parameters.get('encoder.bidirectional1.backward.kernel').gradient;
    expect(before.copy().data.some((v) => v !== 0)).toBe(true);
  });

  it('before a step is refused for a layer of another kind, which it does not call that of another copy', () => {
    const gru = () => new GRU({ units: 3, returnSequences: true });
    const layer = new Bidirectional({ layers: [gru(), gru()] }) as never;
    expect(() => new AttentionRNN({ layer, attention: new Attention() })).toThrow(
      /received an object \(Bidirectional\)$/,
    );
  });

  it('is refused outside a decoder, or where sizes do not fit', () => {
    expect(() => new Attention().build(3)).toThrow(/part of the decoder of an EncoderDecoder/);
    const alone = new Sequential([new GRU({ units: 3, returnSequences: true }), new Attention()]);
    expect(() => alone.predict(randomNormal([2, 3, 2]))).toThrow(/part of the decoder of an EncoderDecoder/);
    expect(() => new Attention({ score: 'dot', units: 3 })).toThrow(/"units" must be given with score 'additive'/);
    const gru = (units: number) => new GRU({ units, returnSequences: true });
    const wrong = () =>
      new EncoderDecoder({
        encoder: [gru(4)],
        decoder: [gru(5), new Attention(), new Dense({ units: 2 })],
        passState: false,
      }).build(3);
    expect(wrong).toThrow(/'general' or 'additive' for 5 features of queries and 4 of keys/);
    const last = () =>
      new EncoderDecoder({
        encoder: [new GRU({ units: 4 })],
        decoder: [gru(4), new Attention(), new Dense({ units: 2 })],
      });
    expect(last).toThrow(/"encoder" must return sequences/);
    const model = make({ score: 'dot' });
    const { source, target } = pairs();
    expect(() => model.forward(source, target, { source: { lengths: [1, 0, 1, 1] } })).toThrow(
      /a time step that counts/,
    );
  });
});
