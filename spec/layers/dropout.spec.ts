import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  Dense,
  Dropout,
  GRU,
  LSTM,
  MeanSquaredError,
  Network,
  randomNormal,
  Sequential,
  SimpleRNN,
  type Tensor,
  zeros,
} from '../../lib/index.ts';
import { gradcheck } from '../../lib/verify/index.ts';
import { expectBits } from '../support/bits.ts';

const [B, T, F] = [5, 7, 3];
const ones = (shape: readonly number[]): Tensor => {
  const tensor = zeros(shape);
  tensor.data.fill(1);
  return tensor;
};

/** The mask [B, T, F] or [B, F] of a layer, from its output for ones. */
function maskOf(layer: Dropout, trainingStep = 0, shape: readonly number[] = [B, T, F], options: object = {}): Tensor {
  return layer.forward(ones(shape), { trainingStep, ...options });
}

describe('Dropout', () => {
  test.prop([fc.double({ min: 0.02, max: 0.98, noNaN: true }), fc.nat()], { numRuns: 20 })(
    'drops elements with the rate, and keeps the mean',
    (rate, trainingStep) => {
      const n = 20_000;
      const mask = maskOf(new Dropout({ rate }), trainingStep, [2, 100, 100]).data;
      const dropped = mask.filter((m) => m === 0).length;
      expect(mask.every((m) => m === 0 || m === Math.fround(1 / (1 - rate)))).toBe(true);
      expect(Math.abs(dropped - rate * n)).toBeLessThan(5 * Math.sqrt(n * rate * (1 - rate))); // five standard deviations
    },
  );

  it('is the identity with rate 0, and gives zeros with rate 1', () => {
    const x = randomNormal([B, T, F], { seed: 1 });
    expectBits(new Dropout({ rate: 0 }).forward(x), x);
    const all = new Dropout({ rate: 1 });
    expect(all.forward(x).data.every((y) => y === 0)).toBe(true);
    expect(all.backward(x).dx.data.every((d) => d === 0)).toBe(true);
  });

  it('is off at inference, in predictions, evaluations and streams', () => {
    const x = randomNormal([B, T, F], { seed: 1 });
    expectBits(new Dropout({ rate: 0.5 }).forward(x, { inference: true }), x);
    const plain = new Sequential([new GRU({ units: 4, returnSequences: true }), new Dense({ units: 2 })], {
      inputSize: F,
    });
    const model = new Sequential(
      [
        new Dropout({ rate: 0.5 }),
        new GRU({ units: 4, returnSequences: true }),
        new Dropout({ rate: 0.9 }),
        new Dense({ units: 2 }),
      ],
      { inputSize: F },
    );
    plain.build();
    model.build();
    for (const { name, value } of plain.parameters) model.parameters.get(name).assign(value);
    expectBits(model.predict(x), plain.predict(x));
    expectBits(model.predict(x, { lengths: [7, 0, 3, 5, 1] }), plain.predict(x, { lengths: [7, 0, 3, 5, 1] }));
    const [a, b] = [model, plain].map((each) => {
      each.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
      return each.evaluate(x, zeros([B, T, 2]));
    });
    expect(a).toBe(b);
    const [first, second] = [model, plain].map((each) => {
      const stream = each.stream();
      return stream.step(randomNormal([1, F], { seed: 4 }), stream.zeroState() as never).copy();
    });
    expectBits(first!, second!);
    expect(model.forward(x).data).not.toEqual(plain.forward(x).data);
  });

  it('draws a mask for each time step, or one for the sequence', () => {
    const [step, sequence] = (['step', 'sequence'] as const).map((per) => {
      return maskOf(new Dropout({ rate: 0.5, per }), 0, [B, T, 40]);
    }) as [Tensor, Tensor];
    for (let t = 1; t < T; t++) {
      expect(step.pick(null, t, null).copy().data).not.toEqual(step.pick(null, 0, null).copy().data);
      expectBits(sequence.pick(null, t, null).copy(), sequence.pick(null, 0, null).copy());
    }
    for (let b = 1; b < B; b++) expect(sequence.pick(b).copy().data).not.toEqual(sequence.pick(0).copy().data);
  });

  it('has the same bits in every process and on every engine', () => {
    const [first, second] = [
      [2, 1],
      [3, 4],
    ].map(([seed, trainingStep]) => {
      return [...maskOf(new Dropout({ rate: 0.5, seed: seed! }), trainingStep, [2, 2, 5]).data]
        .map((m) => m / 2)
        .join('');
    });
    expect([first, second]).toEqual(['10110101010000001011', '01000110100000111100']);
  });

  it('draws its own mask for each row of one feature', () => {
    expect(new Set(maskOf(new Dropout({ rate: 0.5 }), 0, [64, 1]).data)).toEqual(new Set([0, 2]));
  });

  it('depends on the training step, on the seed and on the layer, and on nothing else', () => {
    const layer = new Dropout({ rate: 0.5, seed: 3 });
    const mask = maskOf(layer, 4);
    maskOf(layer, 5, [2, 9, F]);
    expectBits(maskOf(layer, 4), mask);
    expectBits(maskOf(new Dropout({ rate: 0.5, seed: 3 }), 4), mask);
    expect(maskOf(layer, 5).data).not.toEqual(mask.data);
    expect(maskOf(layer, 4 + 2 ** 32).data).not.toEqual(mask.data);
    expect(maskOf(new Dropout({ rate: 0.5, seed: 4 }), 4).data).not.toEqual(mask.data);
    const twice = new Network([new Dropout({ rate: 0.5 }), new Dropout({ rate: 0.5 })], { inputSize: 64 });
    const kept = twice.forward(ones([64, 64])).data.filter((y) => y > 0).length / 4096;
    expect(Math.abs(kept - 0.25)).toBeLessThan(0.04); // 0.5 if both layers had the same masks
    const nested = new Network([new Network([new Dropout({ rate: 0.5 })]), new Dropout({ rate: 0.5 })]);
    const inner = nested.forward(ones([64, 64])).data.filter((y) => y > 0).length / 4096;
    expect(Math.abs(inner - 0.25)).toBeLessThan(0.04);
  });

  test.prop([fc.constantFrom(1, 2, 3, 8), fc.constantFrom<'step' | 'sequence'>('step', 'sequence'), fc.nat(9)])(
    'gives a row the mask of its number, however long the batch and the rows are',
    (units, per, trainingStep) => {
      const layer = new Dropout({ rate: 0.4, per });
      const whole = maskOf(layer, trainingStep, [B, T, units]);
      const shorter = maskOf(layer, trainingStep, [3, 4, units]);
      expectBits(whole.lo(0, 0, 0).hi(3, 4, units).copy(), shorter);
      const lengths = [2, 0, 7, 4, 7];
      const packed = maskOf(layer, trainingStep, [B, T, units], { lengths, zeroOutputForMask: true });
      lengths.forEach((length, row) => {
        for (let t = 0; t < T; t++) {
          const at = packed.pick(row, t).copy();
          if (t < length) expectBits(at, whole.pick(row, t).copy());
          else expect(at.data.every((y) => y === 0)).toBe(true);
        }
      });
    },
  );

  it('counts time steps that count, so that a row with gaps has the masks of a row without', () => {
    const layer = new Dropout({ rate: 0.5 });
    const mask = [[false, true, true, false, true, false, true]];
    const gaps = maskOf(layer, 1, [1, T, F], { mask, zeroOutputForMask: true });
    const without = maskOf(layer, 1, [1, 4, F]);
    [1, 2, 4, 6].forEach((time, t) => {
      expectBits(gaps.pick(0, time).copy(), without.pick(0, t).copy());
    });
  });

  it.each([
    ['a time axis', [new Dropout({ rate: 0.5, dtype: 'float64' })], [2, 5, 3]],
    ['no time axis', [new Dropout({ rate: 0.5 }), new Dense({ units: 2 })], [4, 3]],
    [
      'layers around it',
      [
        new Dropout({ rate: 0.2, per: 'sequence' }),
        new LSTM({ units: 3, returnSequences: true }),
        new Dropout({ rate: 0.3 }),
        new SimpleRNN({ units: 3 }),
        new Dropout({ rate: 0.4 }),
        new Dense({ units: 2 }),
      ],
      [3, 6, 2],
    ],
  ] as const)('passes gradcheck with %s', (_, layers, shape) => {
    const network = layers.length === 1 ? layers[0] : new Network(layers as never, { dtype: 'float64' });
    const x = randomNormal(shape, { seed: 1, dtype: 'float64' });
    expect(gradcheck(network as never, { x }).passed).toBe(true);
  });
});

/** A model with dropout between all layers. */
function model(seed = 0): Sequential {
  const layers = [
    new Dropout({ rate: 0.2 }),
    new GRU({ units: 5, returnSequences: true }),
    new Dropout({ rate: 0.3, per: 'sequence' }),
    new LSTM({ units: 4 }),
    new Dropout({ rate: 0.5 }),
    new Dense({ units: 1 }),
  ];
  return new Sequential(layers, { inputSize: F, seed });
}

describe('training with dropout', () => {
  const [x, y] = [randomNormal([B, T, F], { seed: 1 }), randomNormal([B, 1], { seed: 2 })];
  const compile = (each: Sequential): Sequential =>
    each.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss: new MeanSquaredError() });
  const valuesOf = ({ parameters }: Sequential): Tensor[] => [...parameters].map(({ value }) => value.copy());

  it('draws new masks in each step, and counts the steps', () => {
    const each = new Sequential([new Dropout({ rate: 0.5 }), new Dense({ units: 1 })], { inputSize: F });
    each.compile({ optimizer: new Adam({ learningRate: 1e-30 }), loss: new MeanSquaredError() });
    const flat = randomNormal([B, F], { seed: 1 });
    const losses = [0, 1, 2, 3].map(() => each.trainStep(flat, y).loss);
    expect(new Set(losses).size).toBe(4);
    expect(each.trainingStep).toBe(4);
  });

  it('does not count a step that is skipped or throws', () => {
    const each = model();
    each.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), onNonFinite: 'skip' });
    const bad = zeros([B, T, F]);
    bad.data.fill(Number.NaN);
    expect(each.trainStep(bad, y).skipped).toBe(true);
    expect(each.trainingStep).toBe(0);
    compile(each);
    expect(() => each.trainStep(bad, y)).toThrow('x');
    expect(each.trainingStep).toBe(0);
  });

  it('has the bits of a training that was saved, loaded and continued', () => {
    const [through, first] = [compile(model(7)), compile(model(7))];
    const whole = [1, 2, 3, 4].map(() => through.trainStep(x, y).loss);
    first.trainStep(x, y);
    first.trainStep(x, y);
    const loaded = Sequential.fromBytes(first.toBytes());
    expect(loaded.trainingStep).toBe(2);
    expect(compile(loaded).trainStep(x, y).loss).toBe(whole[2]); // before the optimizer's state matters
    expect(Network.fromBytes(first.toBytes()).toBytes()).toEqual(first.toBytes());
    expect(first.astype('float64').trainingStep).toBe(2);
  });

  it.each([
    ['seed', -1],
    ['trainingStep', 0.5],
    ['trainingStep', 1e300],
  ])('refuses a file whose %s is %d', (name, value) => {
    const text = new TextDecoder('latin1').decode(compile(model(7)).build().toBytes());
    const field = name === 'seed' ? '\\"seed\\":7' : '\\"trainingStep\\":0';
    const changed = text.replace(field, field.replace(/\d$/, `${value}`));
    const size = (k: number): number => text.charCodeAt(k);
    const length = size(0) + 256 * size(1) + changed.length - text.length;
    const bytes = Uint8Array.from([length % 256, length >> 8, ...changed.slice(2)], (each) =>
      typeof each === 'number' ? each : each.charCodeAt(0),
    );
    expect(() => Sequential.fromBytes(bytes)).toThrow(`have a ${name} from 0 to 2^53 − 1`);
  });

  it('leaves the file of a network without dropout as it is', () => {
    const plain = compile(new Sequential([new Dense({ units: 1 })], { inputSize: F, seed: 4 }));
    plain.trainStep(randomNormal([B, F]), y);
    const text = new TextDecoder().decode(plain.toBytes());
    expect(text).not.toContain('trainingStep');
    expect(text).not.toContain('seed');
    expect(Sequential.fromBytes(plain.toBytes()).trainingStep).toBe(0);
  });

  it.each(['sqrt', 1, 2, 3, { memory: 30_000 }] as const)('has the same bits with checkpoint %j', (checkpoint) => {
    const [plain, recomputed] = [model(), model()];
    compile(plain);
    recomputed.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss: new MeanSquaredError(), checkpoint });
    for (let k = 0; k < 3; k++) expect(recomputed.trainStep(x, y)).toEqual(plain.trainStep(x, y));
    valuesOf(plain).forEach((value, k) => {
      expectBits(valuesOf(recomputed)[k]!, value);
    });
  });

  it('finds the first NaN with the masks of the step', () => {
    const each = new Sequential([new Dropout({ rate: 0.5 }), new Dense({ units: 1, useBias: false })], {
      inputSize: 64,
    });
    compile(each);
    each.trainStep(ones([1, 64]), ones([1, 1]));
    const masks = new Network([new Dropout({ rate: 0.5 })], { inputSize: 64 });
    const [first, second] = [0, 1].map((trainingStep) => masks.forward(ones([1, 64]), { trainingStep }).data);
    const unit = second!.findIndex((m, k) => m > 0 && first![k] === 0);
    const huge = ones([1, 64]);
    huge.set(0, unit, 3e38); // which overflows, since the second step keeps it
    expect(() => each.trainStep(huge, ones([1, 1]))).toThrow(
      `Infinity in the forward pass of "dropout1": "output", row 0, unit ${unit}`,
    );
  });
});
