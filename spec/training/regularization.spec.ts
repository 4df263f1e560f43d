import { describe, expect, it } from '@jest/globals';
import { gradientFlow } from '../../lib/flow/index.ts';
import {
  Adam,
  constrainParameters,
  Dense,
  GRU,
  LSTM,
  l2,
  MeanSquaredError,
  maxNorm,
  NonFiniteError,
  type Optimizer,
  RNN,
  randomNormal,
  Sequential,
  SGD,
  SimpleRNN,
  StateError,
  unitNorm,
} from '../../lib/index.ts';
import { differentiate } from '../../lib/verify/stencil.ts';
import { expectBits } from '../support/bits.ts';
import { LeakyCell } from '../support/leaky-cell.ts';

const [x, y] = [randomNormal([5, 4, 3], { seed: 1 }), randomNormal([5, 2], { seed: 2 })];
const regularizers = { kernelRegularizer: l2(0.3), recurrentRegularizer: l2(0.2), biasRegularizer: l2(0.7) };
const biasInitializer = (shape: readonly number[]) => Array.from({ length: shape[0]! }, (_, i) => Math.sin(i + 1));

const RECURRENT = {
  LSTM: () => new LSTM({ units: 3, ...regularizers, biasInitializer }),
  GRU: () => new GRU({ units: 3, resetAfter: true, ...regularizers, biasInitializer }),
  SimpleRNN: () => new SimpleRNN({ units: 3, ...regularizers, biasInitializer }),
  'a cell of a user': () => new RNN({ cell: new LeakyCell({ units: 3, ...regularizers, biasInitializer }) }),
} as const;

function modelOf(
  layer: LSTM | GRU | SimpleRNN | RNN,
  options: { optimizer?: Optimizer; reduction?: 'mean' | 'sum'; clip?: { globalNorm: number } } = {},
  dtype: 'float32' | 'float64' = 'float64',
): Sequential {
  const { optimizer = new SGD({ learningRate: 0 }), reduction = 'mean', ...rest } = options;
  const dense = new Dense({ units: 2, kernelRegularizer: l2(0.05), biasInitializer });
  const model = new Sequential([layer as LSTM, dense], { inputSize: 3, seed: 4, dtype });
  return model.compile({ optimizer, loss: new MeanSquaredError({ reduction }), ...rest }).build();
}

/** λΣw² of every regularized parameter, by hand. */
function penalty({ parameters }: Sequential): number {
  let sum = 0;
  for (const { regularizer, value } of parameters) {
    for (const w of value.copy().data) sum += (regularizer?.factor ?? 0) * w * w;
  }
  return sum;
}

/** The loss without penalties. */
function dataLoss(model: Sequential, reduction: 'mean' | 'sum' = 'mean'): number {
  return new MeanSquaredError({ reduction }).evaluate(model.predict(x), y).loss;
}

describe.each(Object.entries(RECURRENT))('l2 in %s', (kind, make) => {
  it('is that of every parameter, by option', () => {
    const { parameters } = modelOf(make());
    const factors = [...parameters].map(({ name, regularizer }) => [name.split('.')[1], regularizer?.factor]);
    expect(factors).toEqual([
      ['recurrentKernel', 0.2],
      ['kernel', 0.3],
      ['bias', 0.7],
      ...(kind === 'GRU' ? [['recurrentBias', 0.7]] : []),
      ['kernel', 0.05],
      ['bias', undefined],
    ]);
  });

  it.each(['mean', 'sum'] as const)('is in the loss of a step and of evaluate, with reduction %s', (reduction) => {
    const model = modelOf(make(), { reduction });
    const expected = dataLoss(model, reduction) + penalty(model);
    expect(model.trainStep(x, y).loss).toBeCloseTo(expected, 12);
    for (const batchSize of [2, 5]) expect(model.evaluate(x, y, { batchSize })).toBeCloseTo(expected, 12);
  });

  it('has the gradient of the reported loss', () => {
    const model = modelOf(make());
    const { arena } = model.parameters;
    model.trainStep(x, y);
    const gradients = [...model.parameters].map(({ gradient }) => Array.from(gradient.copy().data));
    for (const [k, { name, at, size }] of [...model.parameters].entries()) {
      const analytic = gradients[k]!;
      const largest = Math.max(...analytic.map(Math.abs));
      for (let j = 0; j < size; j++) {
        const loss = (into: Float64Array) => into.fill(model.trainStep(x, y).loss);
        const numeric = differentiate(() => arena.data, at + j, 3e-4, loss, 1)[0]!;
        expect([name, j, Math.abs(numeric - analytic[j]!) <= 1e-9 * largest]).toEqual([name, j, true]);
      }
    }
  });
});

describe('penalties in training', () => {
  it('are in the gradient that is clipped', () => {
    const model = modelOf(RECURRENT.LSTM(), { clip: { globalNorm: 0.01 } });
    const free = modelOf(RECURRENT.LSTM());
    const { gradientNorm, clippedNorm } = model.trainStep(x, y);
    expect(gradientNorm).toBe(free.trainStep(x, y).gradientNorm);
    expect(clippedNorm).toBeCloseTo(0.01, 12);
  });

  it('give the updates of weight decay in SGD, with λ twice as large', () => {
    const decayed = new Sequential([new Dense({ units: 2, useBias: false })], { inputSize: 3 });
    const penalized = new Sequential([new Dense({ units: 2, useBias: false, kernelRegularizer: l2(0.25) })], {
      inputSize: 3,
    });
    const [rows, loss] = [x.pick(null, 0).copy(), new MeanSquaredError()];
    decayed.compile({ optimizer: new SGD({ learningRate: 0.125, weightDecay: 0.5 }), loss });
    penalized.compile({ optimizer: new SGD({ learningRate: 0.125 }), loss: new MeanSquaredError() });
    for (const model of [decayed, penalized]) for (let k = 0; k < 3; k++) model.trainStep(rows, y);
    const [a, b] = [decayed, penalized].map(({ parameters }) => parameters.get('dense1.kernel').value.copy().data);
    for (let j = 0; j < a!.length; j++) expect(a![j]).toBeCloseTo(b![j]!, 6);
  });

  it('are in the history, once in each mean and in each validation', async () => {
    const model = modelOf(RECURRENT.GRU());
    const { epochs } = await model.fit(x, y, { epochs: 1, batchSize: 2, validationData: [x, y] });
    const expected = dataLoss(model) + penalty(model);
    expect(epochs[0]!.loss).toBeCloseTo(expected, 12);
    expect(epochs[0]!.validationLoss).toBeCloseTo(expected, 12);
  });

  it('are in what gradientFlow measures', () => {
    const model = modelOf(RECURRENT.LSTM());
    const { loss, gradientNorm } = gradientFlow(model, x, y);
    const step = model.trainStep(x, y);
    expect([loss, gradientNorm]).toEqual([step.loss, step.gradientNorm]);
  });

  it('that overflow are named, and change nothing', () => {
    const layer = new LSTM({ units: 3, recurrentRegularizer: l2(1e38), recurrentConstraint: unitNorm() });
    const model = modelOf(layer, { optimizer: new Adam() }, 'float32');
    model.parameters.get('lstm1.recurrentKernel').value.set(1, 2, 100);
    const before = model.parameters.arena.data.slice();
    const { at, size } = model.parameters.runs[0]!;
    let error: unknown;
    try {
      model.trainStep(x, y);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(NonFiniteError);
    expect((error as NonFiniteError).place).toMatchObject({
      phase: 'backward',
      layer: 'lstm1',
      tensor: 'recurrentKernel',
      index: [1, 2],
      value: Infinity,
    });
    expectBits(model.parameters.arena.data.slice(at, at + size), before.slice(at, at + size));
  });
});

describe('constraints in training', () => {
  const constrained = (optimizer: Optimizer) =>
    modelOf(new LSTM({ units: 3, kernelConstraint: unitNorm(), recurrentConstraint: maxNorm(0.5) }), { optimizer });
  const norms = (model: Sequential, name: string): number[] => {
    const { value } = model.parameters.get(name);
    return Array.from({ length: 12 }, (_, k) => Math.hypot(...value.pick(null, k).copy().data));
  };

  it.each<[string, Optimizer]>([
    ['SGD', new SGD({ learningRate: 0.1 })],
    ['SGD with decay and momentum', new SGD({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.1 })],
    ['Adam', new Adam({ learningRate: 0.1 })],
  ])('hold after every update of %s', (_, optimizer) => {
    const model = constrained(optimizer);
    for (let k = 0; k < 3; k++) {
      expect(model.trainStep(x, y).skipped).toBe(false);
      for (const norm of norms(model, 'lstm1.kernel')) expect(norm).toBeCloseTo(1, 14);
      for (const norm of norms(model, 'lstm1.recurrentKernel')) expect(norm).toBeLessThan(0.5 + 1e-14);
    }
  });

  it('do not change the initial weights', () => {
    const model = constrained(new SGD());
    model.predict(x);
    expect(Math.min(...norms(model, 'lstm1.kernel').map((norm) => Math.abs(norm - 1)))).toBeGreaterThan(1e-6);
  });

  it('act after the update: w is the plain update, scaled', () => {
    const [plain, model] = [
      modelOf(new LSTM({ units: 3 })),
      modelOf(new LSTM({ units: 3, kernelConstraint: unitNorm() })),
    ];
    for (const each of [plain, model]) {
      each.compile({ optimizer: new SGD({ learningRate: 0.5 }), loss: new MeanSquaredError() });
      each.trainStep(x, y);
    }
    const scale = norms(plain, 'lstm1.kernel');
    const [a, b] = [plain, model].map((each) => each.parameters.get('lstm1.kernel').value);
    for (let i = 0; i < 3; i++)
      for (let k = 0; k < 12; k++) expect(b!.get(i, k)).toBeCloseTo(a!.get(i, k) / scale[k]!, 14);
  });

  it('are seen by streams and by the next pass', () => {
    const model = constrained(new SGD({ learningRate: 0.1 }));
    const stream = model.stream({ batchSize: 5 });
    const state = stream.zeroState();
    stream.step(x.pick(null, 0), state);
    model.trainStep(x, y);
    const fresh = stream.zeroState();
    let out = stream.step(x.pick(null, 0), fresh);
    for (let t = 1; t < 4; t++) out = stream.step(x.pick(null, t), fresh);
    expectBits(out.copy(), model.predict(x));
  });

  it('by hand end the pass, and are seen by streams', () => {
    const layer = new LSTM({ units: 3, recurrentConstraint: unitNorm(), kernelConstraint: unitNorm() });
    const stream = layer.build(3).stream({ batchSize: 5 });
    stream.step(x.pick(null, 0), stream.zeroState());
    layer.forward(x);
    constrainParameters(layer.parameters);
    expect(() => layer.backward()).toThrow(StateError);
    const out = stream.step(x.pick(null, 0), stream.zeroState()).copy();
    expectBits(out, layer.forward(x.lo(null, 0).hi(null, 1)));
  });

  it('by hand without any change nothing', () => {
    const layer = new LSTM({ units: 3 });
    layer.forward(x);
    constrainParameters(layer.parameters);
    expect(layer.backward().dx.shape).toEqual([5, 4, 3]);
  });

  it('are left out with a skipped step', () => {
    const model = modelOf(new LSTM({ units: 3, kernelConstraint: unitNorm() }));
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), onNonFinite: 'skip' });
    const before = model.parameters.get('lstm1.kernel').value.copy();
    const bad = x.copy();
    bad.set(0, 0, 0, Number.NaN);
    expect(model.trainStep(bad, y).skipped).toBe(true);
    expectBits(model.parameters.get('lstm1.kernel').value.copy(), before);
  });

  it('are left out with an update that overflows', () => {
    const model = modelOf(new LSTM({ units: 3, kernelConstraint: unitNorm() }), {}, 'float32');
    model.compile({ optimizer: new SGD({ learningRate: 1e300 }), loss: new MeanSquaredError(), onNonFinite: 'skip' });
    const before = model.parameters.get('lstm1.kernel').value.copy();
    expect(model.trainStep(x, y).skipped).toBe(true);
    expectBits(model.parameters.get('lstm1.kernel').value.copy(), before);
  });
});

describe('a saved model', () => {
  it('keeps regularizers and constraints, and trains on with the same bits', () => {
    const layer = new GRU({ units: 3, ...regularizers, recurrentConstraint: maxNorm(0.7, { axis: 1 }) });
    const model = modelOf(layer, { optimizer: new SGD({ learningRate: 0.1 }) }, 'float32');
    model.trainStep(x, y);
    const copy = Sequential.fromBytes(model.toBytes());
    copy.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: new MeanSquaredError() });
    expect([...copy.parameters].map(({ regularizer, constraint }) => [regularizer, constraint])).toEqual(
      [...model.parameters].map(({ regularizer, constraint }) => [regularizer, constraint]),
    );
    expect(copy.trainStep(x, y)).toEqual(model.trainStep(x, y));
    expectBits(copy.toBytes(), model.toBytes());
  });

  it('does not name them without any', () => {
    const model = new Sequential([new LSTM({ units: 2 }), new Dense({ units: 1 })]).build(3);
    expect(Buffer.from(model.toBytes()).toString('latin1')).not.toMatch(/egularizer|onstraint/);
  });
});
