import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { timeSlice } from '../../lib/engine/signal.ts';
import {
  Adam,
  type CompileOptions,
  Dense,
  GRU,
  type Layer,
  LSTM,
  MeanSquaredError,
  NonFiniteError,
  randomNormal,
  Sequential,
  SGD,
  SimpleRNN,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';
import { roomOf } from '../support/heap.ts';
import { givesSequences } from '../support/streams.ts';
import { expectSame } from './trainable.ts';

const [B, I, O] = [3, 2, 2];

const STACKS: Readonly<Record<string, () => Layer[]>> = {
  'of sequences': () => [
    new Dense({ units: 3, activation: 'tanh' }),
    new LSTM({ units: 4, returnSequences: true }),
    new GRU({ units: 3, returnSequences: true }),
    new Dense({ units: O, activation: 'relu' }),
  ],
  'of the last step': () => [
    new GRU({ units: 4, returnSequences: true, resetAfter: true }),
    new LSTM({ units: 3 }),
    new Dense({ units: 3, activation: 'tanh' }),
    new Dense({ units: O }),
  ],
  'within a stack': () => [
    new Sequential([new SimpleRNN({ units: 4, returnSequences: true }), new Dense({ units: 3 })]),
    new LSTM({ units: 3, returnSequences: true }),
    new Dense({ units: O }),
  ],
};

function compiled(layers: () => Layer[], options: Partial<CompileOptions> = {}): Sequential {
  const model = new Sequential(layers(), { inputSize: I, seed: 4 });
  return model.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss: new MeanSquaredError(), ...options });
}

const data = (model: Sequential, T: number, seed: number): [Tensor, Tensor] => [
  randomNormal([B, T, I], { seed }),
  randomNormal(givesSequences(model) ? [B, T, O] : [B, O], { seed: seed + 1 }),
];

const steps = fc.integer({ min: 1, max: 40 });

describe.each(Object.entries(STACKS))('a stack %s', (_, layers) => {
  test.prop([steps, steps, fc.nat(1e6)])(
    'trains to the bits of plain backpropagation, however it is divided',
    (T, n, seed) => {
      const plain = compiled(layers);
      const { tape, total } = plain.memory({ B, T });
      const others = [
        compiled(layers, { checkpoint: n }),
        compiled(layers, { checkpoint: 'sqrt' }),
        compiled(layers, { checkpoint: { memory: Math.ceil(total - tape / 2) } }),
        compiled(layers, { truncate: { every: Math.min(n, T), back: T } }),
      ].filter((model) => fits(model, B, T));
      for (let k = 0; k < 2; k++) {
        const [x, y] = data(plain, T, seed + 2 * k);
        const expected = plain.trainStep(x, y);
        for (const model of others) {
          const { loss, ...norms } = model.trainStep(x, y);
          expect(norms).toEqual({
            gradientNorm: expected.gradientNorm,
            clippedNorm: expected.clippedNorm,
            skipped: false,
          });
          expect(Math.abs(loss - expected.loss)).toBeLessThanOrEqual(1e-14 * expected.loss); // summed in parts
        }
      }
      for (const model of others) expectSame(model, plain);
    },
  );

  it('is evaluated and goes forwards and back in segments as in one', () => {
    const [plain, divided] = [compiled(layers), compiled(layers, { checkpoint: 5 })];
    const [x, y] = data(plain, 17, 1);
    expect(divided.evaluate(x, y)).toBeCloseTo(plain.evaluate(x, y), 14);
    expectBits(divided.forward(x, { checkpoint: 5 }), plain.forward(x));
    const dy = randomNormal(y.shape, { seed: 9 });
    expectBits(divided.backward(dy).dx, plain.backward(dy).dx);
    for (const { name, gradient } of plain.parameters) expectBits(divided.parameters.get(name).gradient, gradient);
  });
});

/** Whether half of the tape suffices at all: not for two or three steps. */
function fits(model: Sequential, B: number, T: number): boolean {
  try {
    model.memory({ B, T });
    return true;
  } catch {
    return false;
  }
}

describe('trainStep with a state', () => {
  const layers = STACKS['of sequences']!;
  const still = () => ({ optimizer: new SGD({ learningRate: 0 }), loss: new MeanSquaredError({ reduction: 'sum' }) });

  test.prop([steps, steps, fc.constantFrom({}, { checkpoint: 3 }, { truncate: { every: 2, back: 5 } })])(
    'goes on where the step before it ended',
    (first, second, through) => {
      const [whole, parts] = [compiled(layers, { ...still() }), compiled(layers, { ...still(), ...through })];
      const [x, y] = data(whole, first + second, first);
      const [one, two] = [whole, parts].map((model) => model.stream({ batchSize: B }).zeroState()) as [Rec, Rec];
      const expected = whole.trainStep(x, y, { state: one });
      const cut = (from: number, to: number) => [timeSlice(x, from, to), timeSlice(y, from, to)] as const;
      const losses = [
        [0, first],
        [first, first + second],
      ].map(([from, to]) => parts.trainStep(...cut(from!, to!), { state: two }).loss);
      expect(losses[0]! + losses[1]!).toBeCloseTo(expected.loss, 10);
      for (const [layer, state] of Object.entries(one)) {
        for (const [name, array] of Object.entries(state)) expectBits(two[layer]![name]!, array, `${layer}.${name}: `);
      }
    },
  );

  it('leaves the state as it was when the step is refused or skipped', () => {
    for (const onNonFinite of ['throw', 'skip'] as const) {
      const model = compiled(layers, { onNonFinite });
      const state = model.stream({ batchSize: B }).zeroState();
      const [x, y] = data(model, 6, 1);
      model.trainStep(x, y, { state });
      const before = model.stream({ batchSize: B }).copyState(state);
      x.set(1, 2, 1, Number.NaN);
      if (onNonFinite === 'throw') expect(() => model.trainStep(x, y, { state })).toThrow(NonFiniteError);
      else expect(model.trainStep(x, y, { state }).skipped).toBe(true);
      for (const name of ['h', 'c']) expectBits(state.lstm1![name]!, before.lstm1![name]!);
      expectBits(state.gru1!.h!, before.gru1!.h!);
    }
  });
});

type Rec = Record<string, Record<string, Tensor>>;

describe('memory', () => {
  const config = fc.record({
    kinds: fc.array(fc.constantFrom('lstm', 'gru', 'tanh', 'dense'), { minLength: 1, maxLength: 3 }),
    units: fc.integer({ min: 1, max: 40 }),
    last: fc.boolean(),
    B: fc.integer({ min: 1, max: 9 }),
    T: fc.integer({ min: 1, max: 60 }),
    optimizer: fc.constantFrom('sgd', 'momentum', 'adam', 'amsgrad'),
    through: fc.constantFrom('none', 'sqrt', 7, 'half', 'truncated'),
    dtype: fc.constantFrom('float32' as const, 'float64' as const),
    sparse: fc.boolean(),
  });

  const MADE = {
    lstm: (units: number, returnSequences: boolean) => new LSTM({ units, returnSequences }),
    gru: (units: number, returnSequences: boolean) => new GRU({ units, returnSequences }),
    tanh: (units: number, returnSequences: boolean) => new SimpleRNN({ units, returnSequences }),
    dense: (units: number) => new Dense({ units }),
  };

  const OPTIMIZERS = {
    sgd: () => new SGD(),
    momentum: () => new SGD({ momentum: 0.9 }),
    adam: () => new Adam(),
    amsgrad: () => new Adam({ amsgrad: true }),
  };

  test.prop([config])('is what a training step then takes', (drawn) => {
    const { kinds, units, last, B, T, dtype, sparse } = drawn;
    const recurrent = kinds.lastIndexOf('dense') === kinds.length - 1 ? [...kinds, 'gru' as const] : kinds;
    const layers = recurrent.map((kind, i) => MADE[kind](units, !(last && i === recurrent.length - 1)));
    const model = new Sequential([...layers, new Dense({ units: 3 })], { inputSize: I, dtype });
    const loss = sparse ? new SoftmaxCrossEntropy() : new MeanSquaredError();
    const compile = (through: object): Sequential =>
      model.compile({ optimizer: OPTIMIZERS[drawn.optimizer](), loss, ...through });
    const whole = compile({}).memory({ B, T });
    const budget = whole.total - Math.floor(whole.tape / 3);
    const through: Readonly<Record<typeof drawn.through, object>> = {
      none: {},
      sqrt: { checkpoint: 'sqrt' },
      7: { checkpoint: 7 },
      half: { checkpoint: { memory: budget } },
      truncated: { truncate: { every: 5, back: 9 } },
    };
    compile(through[drawn.through]!);
    fc.pre(fits(model, B, T));
    const { total, segment, snapshots, recomputed, ...purposes } = model.memory({ B, T });
    expect(model.built).toBe(false); // told before anything is allocated
    const rows = givesSequences(model) ? [B, T] : [B];
    const y = sparse
      ? tensor(new Array(rows.reduce((a, b) => a * b)).fill(2))
      : randomNormal([...rows, 3], { seed: 2 });
    model.trainStep(
      randomNormal([B, T, I], { seed: 1 }),
      sparse ? { ...view(y), shape: rows, stride: rowMajor(rows) } : y,
    );
    const { arena } = model.parameters;
    expect(arena.usage).toEqual(purposes);
    expect(Object.values(arena.usage).reduce((sum, bytes) => sum + bytes)).toBe(total);
    const elements = total / arena.data.BYTES_PER_ELEMENT;
    expect(arena.data).toHaveLength(roomOf(dtype, elements));
    if (drawn.through === 'half') expect(total).toBeLessThanOrEqual(budget);
    expect([segment <= T, snapshots <= T, recomputed >= 0]).toEqual([true, true, true]);
  });

  it('of 100,000 steps with 128 units is 6.5 MB with segments of 2√T, and fits into less', () => {
    const layers = () => [new LSTM({ units: 128, returnSequences: true }), new Dense({ units: O })];
    const shape = { B: 1, T: 100_000 };
    expect(compiled(layers).memory(shape).total).toBeGreaterThan(6e8);
    expect(compiled(layers, { checkpoint: 'sqrt' }).memory(shape)).toMatchObject({ segment: 633, snapshots: 158 });
    expect(compiled(layers, { checkpoint: 'sqrt' }).memory(shape).total).toBeLessThan(6.5e6);
    const tight = compiled(layers, { checkpoint: { memory: 64e6 } }).memory(shape);
    expect(tight.total).toBeLessThanOrEqual(64e6);
    expect(tight.recomputed).toBeLessThan(shape.T); // no step more than once
  });
});

describe('a budget', () => {
  const layers = () => [new LSTM({ units: 8, returnSequences: true }), new Dense({ units: O })];

  it('holds for training, evaluation and prediction alike', () => {
    const shape = { B, T: 300 };
    const memory = Math.ceil(compiled(layers).memory(shape).total / 3);
    const model = compiled(layers, { checkpoint: { memory } });
    const [x, y] = data(model, 300, 1);
    for (const run of [() => model.trainStep(x, y), () => model.evaluate(x, y), () => model.predict(x)]) {
      run();
      const { usage } = model.parameters.arena;
      expect(Object.values(usage).reduce((sum, bytes) => sum + bytes)).toBeLessThanOrEqual(memory);
    }
    expectBits(model.predict(x), model.forward(x));
  });

  it('counts the state of an optimizer before this one, which stays', () => {
    const model = compiled(layers);
    const [x, y] = data(model, 20, 1);
    model.trainStep(x, y);
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    const { total, optimizer } = model.memory({ B, T: 20 });
    model.trainStep(x, y);
    const { usage } = model.parameters.arena;
    expect(usage.optimizer).toBe(optimizer);
    expect(Object.values(usage).reduce((sum, bytes) => sum + bytes)).toBe(total);
  });
});

const view = ({ data, offset }: Tensor) => ({ data, offset });
const rowMajor = (shape: readonly number[]) => shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));

it('names NaN in the state before the first step', () => {
  const model = compiled(STACKS['of sequences']!);
  const [x, y] = data(model, 5, 1);
  const state = model.stream({ batchSize: B }).zeroState();
  state.gru1!.h!.set(1, 2, Number.NaN);
  expect(() => model.trainStep(x, y, { state })).toThrow('NaN in the forward pass of "gru1": "h", row 1, unit 2');
});

describe('NaN in a segment', () => {
  const layers = () => [new GRU({ units: O, returnSequences: true })];

  test.prop([steps, steps, fc.nat(39), fc.nat(B - 1)])('is named as without segments', (T, n, at, row) => {
    fc.pre(at < T);
    const x = randomNormal([B, T, I], { seed: T });
    const y = randomNormal([B, T, O], { seed: 2 });
    const overflow = (model: Sequential): unknown => {
      model.build();
      model.parameters.get('gru1.kernel').assign(randomNormal([I, 3 * O], { seed: 3, sd: 1e30 }));
      x.set(row, at, 0, 1e38); // finite, but not what the product makes of it: σ(∞ − ∞)
      x.set(row, at, 1, 1e38);
      try {
        return model.trainStep(x, y);
      } catch (error) {
        return error instanceof NonFiniteError ? error.place : error;
      }
    };
    const plain = overflow(compiled(layers));
    expect(overflow(compiled(layers, { checkpoint: n }))).toEqual(plain);
    expect(overflow(compiled(layers, { checkpoint: n, truncate: { every: T, back: T } }))).toEqual(plain);
  });
});
