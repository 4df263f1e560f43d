import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { gradientFlow } from '../../lib/flow/index.ts';
import {
  Adam,
  Bidirectional,
  type Clipping,
  clipGradients,
  Dense,
  Embedding,
  GRU,
  gradientNorm,
  LSTM,
  MeanSquaredError,
  type Optimizer,
  Random,
  randomNormal,
  Sequential,
  SGD,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { assertGradients } from '../../lib/verify/index.ts';
import { expectBits } from '../support/bits.ts';

const dtype = 'float64';

/** Random indices [B, T] from `from` to below V. */
function indices(B: number, T: number, V: number, seed: number, from = 0): Tensor {
  const random = new Random(seed);
  return tensor(Array.from({ length: B }, () => Array.from({ length: T }, () => from + random.integer(V - from))));
}

/** The same as rows with a 1 at the index. */
function oneHot(x: Tensor, V: number): Tensor {
  const [B, T] = x.shape as [number, number];
  const hot = zeros([B, T, V]);
  for (let b = 0; b < B; b++) for (let t = 0; t < T; t++) hot.set(b, t, x.get(b, t), 1);
  return hot;
}

const V = 9;
const net = (maskZero = false, options: object = {}) =>
  new Sequential(
    [
      new Embedding({ inputDim: V, outputDim: 4, maskZero }),
      new LSTM({ units: 5, returnSequences: true }),
      new Dense({ units: V }),
    ],
    { seed: 3, ...options },
  );

/** The same net with a dense table, and its parameters. */
function denseNet(model: Sequential): Sequential {
  const dense = new Dense({ units: 4, useBias: false });
  const twin = new Sequential([dense, new LSTM({ units: 5, returnSequences: true }), new Dense({ units: V })], {
    dtype: model.dtype,
  });
  twin.build(V);
  const names = ['dense1.kernel', ...model.parameters.names.slice(1).map((name) => name.replace('dense1', 'dense2'))];
  for (const [k, { value }] of [...model.parameters].entries()) twin.parameters.get(names[k]!).assign(value);
  return twin;
}

describe('Embedding', () => {
  it('looks rows up, for any array of indices', () => {
    const layer = new Embedding({ inputDim: V, outputDim: 3 }).build(1);
    const table = layer.parameters.get('embeddings').value;
    const x = indices(2, 4, V, 1);
    const y = layer.forward(x);
    for (let b = 0; b < 2; b++)
      for (let t = 0; t < 4; t++) expectBits(y.pick(b, t, null), table.pick(x.get(b, t), null));
    const integers = { data: Int32Array.from(x.data), shape: [2, 4], stride: [4, 1], offset: 0 };
    expectBits(layer.forward(integers), y);
    expectBits(layer.forward(x.T.copy().T), y);
  });

  ptest.prop([fc.nat(), fc.boolean(), fc.constantFrom(undefined, 'sqrt' as const, 2)], { numRuns: 20 })(
    'has the gradients of finite differences in a net',
    (seed, maskZero, checkpoint) => {
      const model = net(maskZero, { dtype, seed }).build(1);
      const x = indices(2, 6, V, seed);
      const parameters = [...model.parameters];
      const options = checkpoint === undefined ? {} : { checkpoint };
      assertGradients(
        {
          variables: Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
          forward: () => ({ y: model.forward(x, options) }),
          backward: ({ y }) => {
            model.parameters.zeroGradients();
            model.backward(y!);
            return Object.fromEntries(parameters.map(({ name, gradient }) => [name, gradient]));
          },
        },
        { cotangents: 1 },
      );
    },
  );

  it('gradcheck knows that indices have no derivative', () => {
    assertGradients(net(false, { dtype }), { x: indices(2, 3, V, 1), cotangents: 1 });
  });

  const optimizers: Readonly<Record<string, () => Optimizer>> = {
    SGD: () => new SGD({ learningRate: 0.1 }),
    'SGD with momentum': () => new SGD({ learningRate: 0.1, momentum: 0.9 }),
    Adam: () => new Adam({ learningRate: 0.01 }),
    AMSGrad: () => new Adam({ learningRate: 0.01, amsgrad: true }),
  };
  const clips: readonly (Clipping | undefined)[] = [undefined, { globalNorm: 0.1 }, { norm: 0.05 }, { value: 0.01 }];

  it.each(Object.keys(optimizers).flatMap((name) => clips.map((clip) => [name, clip] as const)))(
    'trains as a dense table does while each batch uses all rows: %s, %j',
    (name, clip) => {
      const model = net(false, { dtype });
      model.build(1);
      const twin = denseNet(model);
      for (const each of [model, twin]) {
        each.compile({ optimizer: optimizers[name]!(), loss: new SoftmaxCrossEntropy(), ...(clip && { clip }) });
      }
      for (let k = 0; k < 5; k++) {
        const x = tensor([Array.from(new Random(k).permutation(V)), Array.from(new Random(k + 9).permutation(V))]);
        const [step, expected] = [model.trainStep(x, x), twin.trainStep(oneHot(x, V), x)];
        expect(step.loss).toBeCloseTo(expected.loss, 10);
        expect(step.gradientNorm).toBeCloseTo(expected.gradientNorm, 10);
        expect(step.clippedNorm).toBeCloseTo(expected.clippedNorm, 10);
      }
      const [table, dense] = [model.parameters.get('embedding1.embeddings'), twin.parameters.get('dense1.kernel')];
      table.value.data.subarray(table.at, table.at + table.size).forEach((v, k) => {
        expect(v).toBeCloseTo(dense.value.data[dense.at + k]!, 9);
      });
    },
  );

  it('leaves rows that a batch does not use as they are, and their means too', () => {
    const model = net();
    model.compile({ optimizer: new Adam({ learningRate: 0.1, weightDecay: 0.1 }), loss: new SoftmaxCrossEntropy() });
    const [all, some] = [indices(4, 8, V, 1), tensor([[2, 5, 2, 2, 5, 2]])];
    for (let k = 0; k < 3; k++) model.trainStep(all, all);
    const table = model.parameters.get('embedding1.embeddings');
    const before = table.value.copy();
    model.trainStep(some, some);
    const changed = Array.from({ length: V }, (_, row) => row).filter(
      (row) => table.value.get(row, 0) !== before.get(row, 0),
    );
    expect(changed).toEqual([2, 5]);
    const { gradient } = table;
    const used = Array.from({ length: V }, (_, row) => row).filter((row) => gradient.get(row, 0) !== 0);
    expect(used).toEqual([2, 5]);
    model.parameters.zeroGradients();
    expect(Array.from(table.gradient.data).every((v) => v === 0)).toBe(true);
  });

  it('adds up over backward passes with other rows, and clips them together', () => {
    const layer = new Embedding({ inputDim: V, outputDim: 2, dtype });
    const dy = (seed: number) => randomNormal([1, 3, 2], { seed, dtype });
    const [a, b] = [tensor([[7, 1, 7]]), tensor([[1, 0, 3]])];
    layer.forward(a);
    layer.backward(dy(1));
    layer.forward(b);
    layer.backward(dy(2));
    const expected = zeros([V, 2], { dtype });
    for (const [x, d] of [
      [a, dy(1)],
      [b, dy(2)],
    ] as const) {
      for (let t = 0; t < 3; t++)
        for (let f = 0; f < 2; f++) expected.set(x.get(0, t), f, expected.get(x.get(0, t), f) + d.get(0, t, f));
    }
    const { gradient } = layer.parameters.get('embeddings');
    for (const [k, v] of gradient.data.entries()) expect(v).toBeCloseTo(expected.data[k]!, 12);
    const norm = Math.hypot(...expected.data);
    expect(gradientNorm(layer.parameters)).toBeCloseTo(norm, 12);
    expect(clipGradients(layer.parameters, { globalNorm: 0.5 })).toBeCloseTo(norm, 12);
    expect(gradientNorm(layer.parameters)).toBeCloseTo(0.5, 12);
    expect(layer.backward(dy(2)).dx).toEqual(zeros([1, 3, 1], { dtype }));
  });

  it('gives a row the bits of the row alone, in batches, streams, with padding and checkpoints', () => {
    const model = net(true);
    const x = indices(3, 7, V, 1, 1);
    for (const [b, length] of [7, 3, 5].entries()) for (let t = length; t < 7; t++) x.set(b, t, 0);
    const y = model.predict(x, { zeroOutputForMask: true });
    for (const [b, length] of [7, 3, 5].entries()) {
      expectBits(model.predict(x.lo(b).hi(1, length)), y.lo(b).hi(1, length).copy());
    }
    expect([y.get(1, 2, 0) === 0, y.get(1, 3, 0), y.get(2, 6, 1)]).toEqual([false, 0, 0]);
    const stream = model.stream({ batchSize: 3 });
    const state = stream.zeroState();
    for (let t = 0; t < 3; t++) expectBits(stream.step(x.pick(null, t), state), y.pick(null, t, null));
    const [whole, saving] = [net(true), net(true)];
    whole.compile({ optimizer: new SGD(), loss: new SoftmaxCrossEntropy() });
    saving.compile({ optimizer: new SGD(), loss: new SoftmaxCrossEntropy(), checkpoint: 2 });
    for (let k = 0; k < 2; k++) for (const each of [whole, saving]) each.trainStep(x, x);
    expect(saving.toBytes()).toEqual(whole.toBytes());
  });

  it('is saved and loaded, and goes on to the bit', () => {
    const model = net(true);
    const x = indices(3, 7, V, 1, 1);
    const compiled = (of: Sequential) => of.compile({ optimizer: new SGD(), loss: new SoftmaxCrossEntropy() });
    compiled(model).trainStep(x, x);
    const copy = compiled(Sequential.fromBytes(model.toBytes(), { classes: [Embedding] }));
    expect([copy.trainStep(x, x), copy.toBytes()]).toEqual([model.trainStep(x, x), model.toBytes()]);
    expect((copy.layers[0] as Embedding).maskZero).toBe(true);
  });

  it('fits, in streams of chunks too', async () => {
    const model = net();
    model.compile({
      optimizer: new Adam({ learningRate: 0.05 }),
      loss: new SoftmaxCrossEntropy(),
      truncate: { every: 4, back: 6 },
    });
    const x = indices(16, 8, V, 1);
    const { epochs } = await model.fit(x, x, { epochs: 12, batchSize: 8 });
    expect(epochs.at(-1)!.loss).toBeLessThan(0.5 * epochs[0]!.loss);
    const { timeSteps } = await model.fitStream(
      [0, 1, 2].map((k) => [indices(4, 4, V, k), indices(4, 4, V, k)] as const),
    );
    expect(timeSteps).toBe(12);
  });

  it('takes the memory of the table, its state and the rows used', () => {
    const big = new Sequential([new Embedding({ inputDim: 50_000, outputDim: 128 }), new LSTM({ units: 128 })]).build(
      1,
    );
    big.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    const { parameters, gradients, optimizer } = big.memory({ B: 32, T: 80 });
    const [table, rest] = [50_000 * 128 * 4, big.layers[1]!.parameters.size * 4];
    expect(parameters).toBe(table + rest);
    expect(optimizer).toBe(2 * (table + rest));
    expect(gradients).toBe(32 * 80 * 128 * 4 + rest);
    big.trainStep(indices(32, 80, 50_000, 1), zeros([32, 128]));
    expect(big.memory({ B: 32, T: 80 })).toMatchObject({ parameters, gradients, optimizer });
    for (let k = 0; k < 3; k++) big.trainStep(indices(32, 80, 50_000, k), zeros([32, 128]));
    expect(big.parameters.arena.usage.gradients).toBeLessThanOrEqual(2 * 32 * 80 * 128 * 4 + rest);
  });

  it('is measured by gradientFlow, which leaves its gradients as they were', () => {
    const model = net();
    model.compile({ optimizer: new Adam(), loss: new SoftmaxCrossEntropy() });
    const [x, other] = [indices(2, 5, V, 1), tensor([[1, 2]])];
    model.trainStep(other, other);
    const { gradient } = model.parameters.get('embedding1.embeddings');
    const { parameters } = gradientFlow(model, x, x);
    expect(parameters.find(({ name }) => name === 'embedding1.embeddings')!.gradientNorm).toBeGreaterThan(0);
    expect(model.parameters.get('embedding1.embeddings').gradient).toEqual(gradient);
  });

  it('moves its state with the optimizer, and tries updates that may overflow', () => {
    const model = net();
    const x = indices(2, 5, V, 1);
    model.compile({ optimizer: new SGD({ learningRate: 1e38, momentum: 0.9 }), loss: new SoftmaxCrossEntropy() });
    const table = model.build(1).parameters.get('embedding1.embeddings');
    const before = table.value.copy();
    for (let k = 0; k < 3; k++) {
      try {
        model.trainStep(x, x);
      } catch (error) {
        expect(`${error}`).toMatch(/NonFinite|finite/);
        break;
      }
    }
    expect(Array.from(table.value.copy().data).every(Number.isFinite)).toBe(true);
    expect(before.shape).toEqual(table.value.shape);
  });

  it('has norms of gradients with the same bits by every route', () => {
    const random = new Random(1);
    const tokens = () => tensor(Array.from({ length: 8 }, () => Array.from({ length: 20 }, () => random.integer(50))));
    const [x, y] = [tokens(), tokens()];
    const trained = [{}, { checkpoint: 3 }].flatMap((route) =>
      [{ globalNorm: 0.01 }, { norm: 0.01 }].map((clip) => {
        const layers = [
          new Embedding({ inputDim: 50, outputDim: 7 }),
          new GRU({ units: 9, returnSequences: true }),
          new Dense({ units: 50 }),
        ];
        const model = new Sequential(layers, { seed: 1 });
        model.compile({ optimizer: new Adam(), loss: new SoftmaxCrossEntropy(), clip, ...route });
        const norms = Array.from({ length: 6 }, () => model.trainStep(x, y)).map((step) => [
          step.gradientNorm,
          step.clippedNorm,
        ]);
        return [norms, model.toBytes()];
      }),
    );
    expect(trained.slice(2)).toEqual(trained.slice(0, 2));
  });

  it('names the row and the step of an index that is none', () => {
    const model = net().build(1);
    const bad: readonly [unknown, RegExp][] = [
      [
        tensor([
          [1, 2],
          [3, V],
        ]),
        /"x" must be indices from 0 to 8; received 9 at row 1, step 1/,
      ],
      [tensor([[0.5]]), /received 0.5 at row 0, step 0/],
      [tensor([[-1]]), /received -1/],
      [tensor([[Number.NaN]]), /received NaN/],
      [zeros([2, 3, 2]), /must be indices \[B, T\]; received \[2, 3, 2\]/],
      [zeros([3]), /must be indices/],
    ];
    for (const [x, message] of bad) expect(() => model.predict(x as Tensor)).toThrow(message);
    const stream = model.stream();
    expect(() => stream.step(tensor([V]), stream.zeroState())).toThrow(/"x\[0\]" must be an index from 0 to 8/);
    const late = () => new Sequential([new Dense({ units: 1 }), new Embedding({ inputDim: 3, outputDim: 2 })]);
    expect(late).toThrow(/be the first layer, as it reads indices/);
    const both = () =>
      new Bidirectional({ layers: [new Embedding({ inputDim: 3, outputDim: 2 }), new GRU({ units: 2 })] });
    expect(both).toThrow(/not read indices/);
  });
});
