import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { shapeOf } from '../../lib/engine/signal.ts';
import type { Values } from '../../lib/engine/visit.ts';
import {
  Adam,
  Bidirectional,
  Conv1D,
  Dense,
  Dropout,
  EncoderDecoder,
  GRU,
  GRUCell,
  type Layer,
  LSTM,
  MeanSquaredError,
  type PairMaskOptions,
  RNN,
  randomNormal,
  SGD,
  SimpleRNN,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import { requirePairInputs } from '../../lib/layers/pair-inputs.ts';
import { assertPairGradients } from '../support/pair-gradients.ts';

const dtype = 'float64';
type Options = Partial<ConstructorParameters<typeof EncoderDecoder>[0]>;

/** A small model that reads 3 features and writes 2. */
function make(options: Options = {}): EncoderDecoder {
  return new EncoderDecoder({
    encoder: [new GRU({ units: 5 })],
    decoder: [new GRU({ units: 5, returnSequences: true }), new Dense({ units: 2 })],
    seed: 3,
    ...options,
  });
}

function pairs(B: number, S: number, U: number, type: 'float32' | 'float64' = 'float32') {
  const source = randomNormal([B, S, 3], { seed: 1, dtype: type });
  return { source, target: randomNormal([B, U, 2], { seed: 2, dtype: type }) };
}

function compiled(model: EncoderDecoder): EncoderDecoder {
  return model.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss: new MeanSquaredError() });
}

/** Rows of a tensor. */
function rows(x: Tensor, from: number, to: number): Tensor {
  return x.hi(to).lo(from);
}

const NETS: Readonly<Record<string, () => Options>> = {
  GRU: () => ({}),
  'LSTM, two layers': () => {
    const net = (returnSequences: boolean) => [
      new LSTM({ units: 3, returnSequences: true }),
      new LSTM({ units: 4, returnSequences }),
    ];
    return { encoder: net(false), decoder: [...net(true), new Dense({ units: 2, activation: 'tanh' })] };
  },
  'encoder that reads backwards': () => ({ encoder: [new GRU({ units: 5, goBackwards: true })] }),
  'SimpleRNN, Dense around, start': () => ({
    encoder: [new Dense({ units: 4 }), new SimpleRNN({ units: 4, returnSequences: true }), new Dense({ units: 3 })],
    decoder: [new Dense({ units: 3 }), new SimpleRNN({ units: 4, returnSequences: true }), new Dense({ units: 2 })],
    start: [0.5, -1],
  }),
  'dropout everywhere': () => ({
    encoder: [new Dropout({ rate: 0.3 }), new GRU({ units: 5, recurrentDropout: 0.2 })],
    decoder: [
      new GRU({ units: 5, returnSequences: true, dropout: 0.2 }),
      new Dropout({ rate: 0.2 }),
      new Dense({ units: 2 }),
    ],
  }),
};

const MASKS: Readonly<Record<string, PairMaskOptions>> = {
  'no mask': {},
  lengths: { source: { lengths: [3, 6, 0, 1] }, target: { lengths: [5, 1, 3, 2] } },
  'holes in target': {
    target: {
      mask: [
        [1, 0, 1, 0, 1],
        [0, 0, 1, 1, 0],
        [0, 0, 0, 0, 0],
        [1, 1, 1, 1, 1],
      ].map((row) => row.map(Boolean)),
    },
  },
};

describe.each(Object.entries(NETS))('EncoderDecoder, %s', (_, options) => {
  it.each(Object.entries(MASKS))('has the gradients of finite differences, %s', (_name, masks) => {
    const model = make({ ...options(), dtype });
    const { source, target } = pairs(4, 6, 5, dtype);
    model.forward(source, target);
    assertPairGradients(model, source, target, { ...masks, trainingStep: 4 });
  });

  it('gives a row the bits of the row alone, whatever the batch and the padding', () => {
    const model = make(options());
    const { source, target } = pairs(4, 6, 5);
    const masks = { source: { lengths: [3, 6, 2, 1] }, target: { lengths: [5, 1, 3, 2] } };
    if ([model.networks.encoder, model.networks.decoder].some(({ random }) => random)) return; // rows have own masks
    const all = model.forward(source, target, masks);
    for (let b = 0; b < 4; b++) {
      const [S, U] = [masks.source.lengths[b]!, masks.target.lengths[b]!];
      const x = rows(source, b, b + 1).hi(null, S);
      const y = rows(target, b, b + 1).hi(null, U);
      expect(model.forward(x, y).copy()).toEqual(
        rows(all, b, b + 1)
          .hi(null, U)
          .copy(),
      );
    }
  });

  it('returns outputs, and takes gradients, in the shape of the target, even if its last time steps count in no row', () => {
    const model = make(options());
    for (const U of [6, 4]) {
      const { source, target } = pairs(2, 5, U);
      const y = model.forward(source, target, { target: { lengths: [3, 2] } });
      expect(y.shape.slice(0, 2)).toEqual([2, U]);
      expect(
        y
          .lo(0, 3)
          .copy()
          .data.every((value) => value === 0),
      ).toBe(true);
      expect(model.backward(y).dSource.shape.slice(0, 2)).toEqual([2, 5]);
    }
  });

  it('gives the same bits with checkpoints', () => {
    const { source, target } = pairs(3, 9, 7);
    const [plain, saving] = [make(options()), make(options())];
    plain.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    saving.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), checkpoint: 2 });
    const norm = (model: EncoderDecoder) => model.trainStep(source, target).gradientNorm;
    for (let k = 0; k < 2; k++) expect(norm(saving)).toBe(norm(plain));
    expect(saving.toBytes()).toEqual(plain.toBytes());
  });

  it('goes on after it was saved, to the bit', () => {
    const { source, target } = pairs(4, 6, 5);
    const model = compiled(make(options()));
    for (let k = 0; k < 2; k++) model.trainStep(source, target);
    const loaded = EncoderDecoder.fromBytes(model.toBytes());
    expect(loaded.toBytes()).toEqual(model.toBytes());
    const sgd = () => ({ optimizer: new SGD({ learningRate: 0.1 }), loss: new MeanSquaredError() });
    const steps = [model, loaded].map((each) => each.compile(sgd()).trainStep(source, target));
    expect(steps[1]).toEqual(steps[0]);
    expect(loaded.trainingStep).toBe(model.networks.encoder.random ? 3 : 1);
  });

  it('writes freely what it would write with its own outputs as the target', () => {
    const model = make(options());
    if (model.networks.decoder.random) return; // forward is for training
    const { source } = pairs(3, 6, 5);
    const written = model.freeRun(source, { steps: 4, source: { lengths: [6, 2, 3] } });
    expect(model.forward(source, written, { source: { lengths: [6, 2, 3] } })).toEqual(written);
  });
});

describe('EncoderDecoder', () => {
  it('fits batch by batch, as its training steps do', async () => {
    const { source, target } = pairs(5, 6, 4);
    const masks = { source: { lengths: [6, 2, 3, 1, 5] }, target: { lengths: [4, 1, 2, 4, 3] } };
    const [model, stepped] = [compiled(make()), compiled(make())];
    const validationData = [source, target, masks] as const;
    const { epochs } = await model.fit(source, target, {
      batchSize: 3,
      epochs: 2,
      shuffle: false,
      validationData,
      ...masks,
    });
    const losses: number[][] = [];
    for (let epoch = 0; epoch < 2; epoch++) {
      losses.push(
        [[0, 3] as const, [3, 5] as const].map(([from, to]) => {
          const part = ({ lengths }: { lengths: number[] }) => ({ lengths: lengths.slice(from, to) });
          const given = { source: part(masks.source), target: part(masks.target) };
          return stepped.trainStep(rows(source, from, to), rows(target, from, to), given).loss;
        }),
      );
    }
    expect(model.toBytes()).toEqual(stepped.toBytes());
    expect(epochs.map(({ loss }) => loss)).toEqual(losses.map(([a, b]) => (a! * 7 + b! * 7) / 14));
    expect(epochs[1]!.validationLoss).toBe(model.evaluate(source, target, { ...masks, batchSize: 3 }));
    expect(model.evaluate(source, target, masks)).toBeCloseTo(epochs[1]!.validationLoss!, 6);
  });

  it('learns to repeat a sequence', async () => {
    const source = tensor(Array.from({ length: 32 }, (_, k) => [[k & 1], [(k >> 1) & 1], [(k >> 2) & 1]]));
    const model = new EncoderDecoder({
      encoder: [new GRU({ units: 12 })],
      decoder: [new GRU({ units: 12, returnSequences: true }), new Dense({ units: 1 })],
    });
    model.compile({ optimizer: new Adam({ learningRate: 0.03 }), loss: new MeanSquaredError() });
    await model.fit(source, source, { epochs: 60, batchSize: 8 });
    const written = model.freeRun(source, { steps: 3 });
    expect(Array.from(written.data, (v) => Math.abs(Math.round(v)))).toEqual(Array.from(source.data));
  });

  it('reads the target that it is to write only up to the step before', () => {
    const model = make();
    const { source, target } = pairs(2, 4, 5);
    const before = model.forward(source, target);
    for (let t = 0; t < 5; t++) {
      const changed = target.copy();
      changed.set(0, t, 1, 99);
      const after = model.forward(source, changed);
      expect(after.hi(null, t + 1).copy()).toEqual(before.hi(null, t + 1).copy());
      if (t < 4) expect(after.get(0, t + 1, 0)).not.toBe(before.get(0, t + 1, 0));
    }
  });

  it('draws other masks in the encoder than in the decoder', () => {
    const drop = () => new Dropout({ rate: 0.5, inputSize: 2 });
    const model = new EncoderDecoder({
      encoder: [drop(), new SimpleRNN({ units: 2, returnSequences: true })],
      decoder: [drop(), new SimpleRNN({ units: 2, returnSequences: true })],
      seed: 3,
    });
    const [source, target] = [randomNormal([4, 6, 2], { seed: 1 }), randomNormal([4, 7, 2], { seed: 2 })];
    model.forward(source, target);
    const dropped: Record<string, boolean[]> = { encoder: [], decoder: [] };
    const forward = ({ layer, name, at, shape }: Values): void => {
      if (name !== 'output' || !layer!.includes('dropout')) return;
      const values = model.parameters.arena.data.subarray(at, at + shape[0]! * shape[1]!);
      dropped[layer!.split('.')[0]!]!.push(...Array.from(values, (v) => v === 0));
    };
    const inputs = requirePairInputs('', model.networks, model.start, { source, target, masks: {} });
    const shapes = [shapeOf(inputs.source), shapeOf(inputs.input)] as const;
    const pass = model.passes.begin('', { purpose: 'train', shapes, through: {}, targets: false });
    pass.start(inputs.source, inputs.input, { packings: [undefined, undefined], trainingStep: 0 });
    pass.forward({ visit: { forward, backward: () => {} } });
    const [ofSource, ofTarget] = [dropped.encoder!.slice(8), dropped.decoder!.slice(8, 48)]; // the start is zeros
    expect(ofSource).toHaveLength(40);
    expect(ofTarget).not.toEqual(ofSource);
  });

  it('names the network, the row and the step of a NaN', () => {
    const { source, target } = pairs(3, 4, 5);
    const model = compiled(make());
    model.trainStep(source, target);
    const bytes = model.toBytes();
    source.set(1, 2, 0, Number.NaN);
    const lengths = [1, 4, 2];
    expect(() => model.trainStep(source, target, { source: { lengths } })).toThrow(
      /EncoderDecoder.trainStep: .*"source", step 2, row 1.*Check the data/s,
    );
    expect(model.toBytes()).toEqual(bytes);
    model.parameters.get('decoder.gru1.kernel').value.set(0, 0, Number.NaN);
    expect(() => model.trainStep(randomNormal([3, 4, 3]), target)).toThrow(/decoder\.gru1.*kernel/s);
  });

  it('names the row of the target whose time step overflows', () => {
    const { source, target } = pairs(3, 4, 5);
    const decoder = [new Dense({ units: 2 }), new GRU({ units: 5, returnSequences: true }), new Dense({ units: 2 })];
    const model = compiled(make({ decoder })).build(3);
    model.parameters.get('decoder.dense1.kernel').value.set(0, 0, 1e10);
    target.set(2, 0, 0, 1e30);
    expect(() => model.trainStep(source, target, { target: { lengths: [1, 2, 5] } })).toThrow(
      /of "decoder\.dense1": "output", step 1, row 2/,
    );
  });

  it('keeps what it was handed and its state through refused calls', () => {
    const model = compiled(make());
    const { source, target } = pairs(3, 4, 5);
    model.trainStep(source, target);
    const bytes = model.toBytes();
    const bad: (() => unknown)[] = [
      () => model.trainStep(source, rows(target, 0, 2)),
      () => model.trainStep(source.pick(null, null, 0), target),
      () => model.trainStep(source, target, { target: { lengths: [6, 1, 1] } }),
      () => model.freeRun(source, { steps: 0 }),
      () => model.generate(source, { steps: 2 }),
      () => model.attention(source, target),
      () => model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), truncate: { every: 2, back: 2 } }),
      () => model.backward(target),
    ];
    for (const call of bad) expect(call).toThrow(/^EncoderDecoder/);
    expect(model.toBytes()).toEqual(bytes);
  });

  ptest.prop([fc.constantFrom('encoder', 'decoder')])('refuses networks that do not fit', (which) => {
    const refused: readonly [Options, RegExp][] = [
      [{ decoder: [new LSTM({ units: 5, returnSequences: true }), new Dense({ units: 2 })] }, /states of the encoder/],
      [{ decoder: [new GRU({ units: 4, returnSequences: true }), new Dense({ units: 2 })] }, /states of the encoder/],
      [{ decoder: [new GRU({ units: 5 }), new Dense({ units: 2 })] }, /return sequences/],
      [{ passState: false }, /without attention/],
      [{ start: [1] }, /2 features/],
      [{ encoder: [new Dense({ units: 2 })] }, /states of the encoder/],
      [
        { encoder: [new Conv1D({ filters: 2, kernelSize: 3, padding: 'causal' }), new GRU({ units: 5 })] },
        /states of the encoder, conv1D1\.x, gru1\.h \[5\], as/,
      ],
      [
        { decoder: [new GRU({ units: 5, returnSequences: true, inputSize: 7 }), new Dense({ units: 2 })] },
        /2 features/,
      ],
      [
        { decoder: [new GRU({ units: 5, returnSequences: true, goBackwards: true }), new Dense({ units: 2 })] },
        /in order/,
      ],
      [{ encoder: [new GRU({ units: 5, stateful: true })] }, /stateful/],
      [
        {
          decoder: [
            new Bidirectional({
              layers: [0, 1].map(() => new GRU({ units: 5, returnSequences: true })) as never,
            }) as Layer,
            new Dense({ units: 2 }),
          ],
        },
        /in order/,
      ],
      [{ [which]: [] }, /at least one layer/],
    ];
    for (const [options, message] of refused) expect(() => make(options)).toThrow(message);
  });

  it('takes a cell of its own in both networks', () => {
    const layer = (returnSequences: boolean) => new RNN({ cell: new GRUCell({ units: 5 }), returnSequences });
    const model = compiled(make({ encoder: [layer(false)], decoder: [layer(true), new Dense({ units: 2 })] }));
    const { source, target } = pairs(2, 3, 4);
    const first = model.trainStep(source, target).loss;
    for (let k = 0; k < 20; k++) model.trainStep(source, target);
    expect(model.trainStep(source, target).loss).toBeLessThan(first);
  });

  it('prints both networks', () => {
    expect(`${make().build(3)}`).toBe(
      [
        'EncoderDecoder [B, T, 3] → [B, T, 2]',
        '  layer     kind     output     parameters  state',
        '  encoder   Network  [B, 5]            135',
        '    gru1    GRU      [B, 5]            135  h 5',
        '  decoder   Network  [B, T, 2]         132',
        '    gru1    GRU      [B, T, 5]         120  h 5',
        '    dense1  Dense    [B, T, 2]          12',
        '267 parameters, float32, 1068 bytes',
      ].join('\n'),
    );
  });
});
