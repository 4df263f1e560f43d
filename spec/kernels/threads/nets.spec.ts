// Random nets whose calls are divided between simulated threads give the bits of one thread.

import { describe, expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import {
  Activation,
  Adam,
  Attention,
  AttentionRNN,
  Bidirectional,
  Conv1D,
  Dense,
  Embedding,
  EncoderDecoder,
  GRU,
  type Layer,
  LayerNormalization,
  LayerNormLSTM,
  LSTM,
  MeanSquaredError,
  MGU,
  Residual,
  randomNormal,
  Sequential,
  SimpleRNN,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
} from '../../../lib/index.ts';
import { takeTeamsFrom } from '../../../lib/kernels/threads/with-threads.ts';
import { SimulatedTeam } from '../../support/simulated-team.ts';

type Make = (returnSequences: boolean) => Layer;

const units = fc.integer({ min: 1, max: 9 });
const common = {
  units,
  dropout: fc.constantFrom(0, 0.3),
  recurrentDropout: fc.constantFrom(0, 0.3),
};
const zoneout = fc.constantFrom(0, 0.3);
const activation = fc.constantFrom('tanh' as const, 'softsign' as const, 'hardSigmoidSixth' as const);

const RECURRENT: readonly Arbitrary<Make>[] = [
  fc.record({ ...common, zoneout, activation, peepholes: fc.boolean(), unitForgetBias: fc.boolean() }).map(
    ({ zoneout: share, ...own }) =>
      (returnSequences) =>
        new LSTM({ ...own, returnSequences, zoneout: { h: share, c: share } }),
  ),
  fc
    .record({ ...common, coupledGate: fc.constantFrom('input' as const, 'forget' as const), clip: fc.constant(0.9) })
    .map((own) => (returnSequences) => new LSTM({ ...own, projectionSize: 1, returnSequences })),
  fc
    .record({ ...common, resetAfter: fc.boolean(), activation })
    .map((own) => (returnSequences) => new GRU({ ...own, returnSequences })),
  fc
    .record({ ...common, resetAfter: fc.boolean() })
    .map((own) => (returnSequences) => new GRU({ ...own, returnSequences })),
  fc.record(common).map((own) => (returnSequences) => new LSTM({ ...own, returnSequences })),
  fc.record({ ...common, activation }).map((own) => (returnSequences) => new SimpleRNN({ ...own, returnSequences })),
  fc.record(common).map((own) => (returnSequences) => new MGU({ ...own, returnSequences })),
  fc
    .record({
      ...common,
      normalized: fc.constantFrom('gatesAndState' as const, 'productsAndState' as const, 'products' as const),
    })
    .map((own) => (returnSequences) => new LayerNormLSTM({ ...own, returnSequences })),
  units.map(
    (n) => (returnSequences) =>
      new Bidirectional({ layers: [new GRU({ units: n, returnSequences }), new LSTM({ units: n, returnSequences })] }),
  ),
  fc.constant(() => new Residual({ layers: [new LSTM({ units: 3, returnSequences: true })], merge: 'concat' })),
  fc.constant(() => new Conv1D({ filters: 4, kernelSize: 3, padding: 'causal' })),
  fc.constant(() => new Conv1D({ filters: 4, kernelSize: 2, padding: 'same' })),
  fc.constant(() => new LayerNormalization()),
  fc.constant(() => new Activation({ activation: 'softmax' })),
];

interface Case {
  readonly layers: () => Layer[];
  readonly B: number;
  readonly T: number;
  readonly lengths: readonly number[] | undefined;
  readonly threads: number;
  readonly seed: number;
}

const cases: Arbitrary<Case> = fc
  .record({
    makes: fc.array(fc.oneof(...RECURRENT), { minLength: 1, maxLength: 3 }),
    B: fc.integer({ min: 1, max: 9 }),
    T: fc.integer({ min: 1, max: 7 }),
    ragged: fc.boolean(),
    threads: fc.constantFrom(2, 3, 5, 16),
    seed: fc.integer({ min: 0, max: 9999 }),
  })
  .map(({ makes, B, T, ragged, seed, threads }) => ({
    layers: () => [...makes.map((make) => make(true)), new Dense({ units: 2 })],
    B,
    T,
    lengths: ragged ? Array.from({ length: B }, (_, b) => 1 + ((seed >> b) % T)) : undefined,
    threads,
    seed,
  }));

/** What training on some threads gives. */
function trained({ layers, B, T, lengths, seed }: Case, threads: number): unknown {
  const model = new Sequential(layers(), { seed, threads });
  model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
  const x: Tensor = randomNormal([B, T, 3], { seed });
  const rows = lengths === undefined ? {} : { lengths };
  const y = randomNormal(model.predict(x, rows).shape, { seed: seed + 1 });
  const losses = [1, 2].map(() => model.trainStep(x, y, rows).loss);
  return [losses, [...model.toBytes()].join(), String(model.predict(x, rows))];
}

/** What training an encoder-decoder on some threads gives. */
function translated(decoder: () => Layer[], threads: number): unknown {
  const encoder = [
    new Embedding({ inputDim: 7, outputDim: 3 }),
    new Bidirectional({
      layers: [new GRU({ units: 4, returnSequences: true }), new GRU({ units: 4, returnSequences: true })],
    }),
    new GRU({ units: 5, returnSequences: true }),
  ];
  const model = new EncoderDecoder({ encoder, decoder: decoder(), passState: false, start: 0, seed: 3, threads });
  model.compile({ optimizer: new Adam(), loss: new SoftmaxCrossEntropy() });
  const tokens = (T: number) =>
    tensor([1, 2, 3, 4, 5].map((b) => Array.from({ length: T }, (_, t) => (b * (t + 3)) % 7)));
  const [source, target] = [tokens(6), tokens(4)];
  const losses = [1, 2].map(() => model.trainStep(source, target).loss);
  return [
    losses,
    [...model.toBytes()].join(),
    JSON.stringify(model.generate(source, { steps: 4, stop: 1, strategy: 'beam', beamWidth: 2 })),
  ];
}

describe('training and inference on several threads give the bits of one', () => {
  test('any net', () => {
    let byRows = 0;
    const property = fc.property(cases, (each) => {
      const team = new SimulatedTeam(each.threads);
      takeTeamsFrom(team);
      expect(trained(each, each.threads)).toEqual(trained(each, 1));
      byRows += team.counts.byRows;
    });
    fc.assert(property, { numRuns: Number(process.env.COMBINATIONS ?? 300) });
    expect(byRows).toBeGreaterThan(1000);
  });

  const embedding = () => new Embedding({ inputDim: 7, outputDim: 3 });
  const gru = () => new GRU({ units: 5, returnSequences: true });
  const decoders: Readonly<Record<string, () => Layer[]>> = {
    'with attention after each step': () => [
      embedding(),
      gru(),
      new Attention({ score: 'general' }),
      new Dense({ units: 7 }),
    ],
    'with attention before each step': () => [
      embedding(),
      new AttentionRNN({ layer: gru(), attention: new Attention({ score: 'additive' }) }),
      new Dense({ units: 7 }),
    ],
  };
  test.each(Object.entries(decoders))('an encoder-decoder %s', (_, decoder) => {
    for (const threads of [2, 5]) {
      takeTeamsFrom(new SimulatedTeam(threads));
      expect(translated(decoder, threads)).toEqual(translated(decoder, 1));
    }
  });
});
