import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { recomputedSteps } from '../../lib/engine/checkpoint.ts';
import { windowsOf } from '../../lib/engine/truncate.ts';
import {
  Adam,
  BpttError,
  Dense,
  GRU,
  LSTM,
  MeanSquaredError,
  type NdArrayLike,
  randomNormal,
  Sequential,
  Tensor,
} from '../../lib/index.ts';
import { gradientScratch, packedSize } from '../../lib/kernels/contract.ts';
import { memoryOf as tell } from '../../lib/training/memory.ts';
import { expectBits } from '../support/bits.ts';
import { roomOf } from '../support/heap.ts';

const [I, H, O] = [3, 9, 2];

function newModel(make: () => LSTM | GRU = () => new LSTM({ units: H })): Sequential {
  const model = new Sequential([make(), new Dense({ units: O })], { inputSize: I, seed: 1 });
  return model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), clip: { globalNorm: 1 } }).build();
}

/** x [B, T, I] and y [B, O]. */
const data = (B: number, T: number): [Tensor, Tensor] => [
  randomNormal([B, T, I], { seed: 10 * B + T }),
  randomNormal([B, O], { seed: B }),
];

/** A batch that no memory holds, of one number: strides of 0. */
const endless = (...shape: number[]): NdArrayLike =>
  new Tensor(
    { data: Float32Array.of(0.5) },
    shape,
    shape.map(() => 0),
    0,
  );

const memoryOf = (model: Sequential): ArrayLike<number> => model.parameters.arena.data;
const valuesOf = (model: Sequential): Float32Array =>
  Float32Array.from([...model.parameters].flatMap(({ value }) => [...value.copy().data]));

describe('the memory of a layer', () => {
  // float64 is exact on all kernels; the vector kernels round the length of float32 up.
  it.each([
    [1, 1, 'float64'],
    [5, 7, 'float64'],
    [64, 40, 'float64'],
    [64, 40, 'float32'],
  ] as const)('of LSTM is what B = %d and T = %d need of %s', (B, T, dtype) => {
    const layer = new LSTM({ units: H, inputSize: I, dtype }).build();
    layer.forward(randomNormal([B, T, I], { seed: 1, dtype }));
    const [N, rows] = [4 * H, B * T];
    const parameters = (H + I + 1) * N;
    const parts = [parameters, parameters];
    parts.push(rows * I, rows * N, rows * H, (T + 1) * B * H, (T + 1) * B * H); // x, gates, tanh(c), h, c
    if (T > 1) parts.push(B * H); // the last output
    parts.push(rows * N, B * H, B * H, rows * I, B * H); // dGates, dh, dc, dx, dy
    parts.push(packedSize(I, N), packedSize(H, N), packedSize(N, I), packedSize(N, H));
    parts.push(gradientScratch(Math.max(H, I), N, rows));
    const elements = parts.reduce((sum, part) => sum + Math.ceil(part / 4) * 4, 0);
    expect(layer.parameters.arena.data).toHaveLength(roomOf(dtype, elements));
  });

  it('is used again, not enlarged, by smaller batches and by as large ones', () => {
    const model = newModel();
    for (let step = 0; step < 2; step++) model.trainStep(...data(33, 20)); // the first step adds the optimizer's state
    const memory = memoryOf(model);
    for (const [B, T] of [
      [1, 1],
      [5, 20],
      [33, 20],
      [20, 33],
    ] as const) {
      model.trainStep(...data(B, T));
      model.predict(data(B, T)[0]);
    }
    expect(memoryOf(model)).toBe(memory);
  });
});

describe.each([
  ['LSTM', () => new LSTM({ units: H })],
  ['GRU', () => new GRU({ units: H })],
] as const)('a model with %s that grows', (_, make) => {
  it('keeps what views of it read, written through them or not', () => {
    const model = newModel(make);
    model.trainStep(...data(2, 3));
    const { value, gradient } = model.parameters.get(model.parameters.names[0]!);
    const [values, gradients] = [value.copy(), gradient.copy()];
    const before = memoryOf(model);
    model.predict(data(64, 60)[0]);
    expect(memoryOf(model)).not.toBe(before);
    expectBits(value, values);
    expectBits(gradient, gradients);
    value.set(0, 0, 0.25);
    expect(model.parameters.get(model.parameters.names[0]!).value.get(0, 0)).toBe(0.25);
  });

  it('trains to the bits of one that began with the larger batch', () => {
    const [grows, large] = [newModel(make), newModel(make)];
    large.predict(data(64, 60)[0]);
    for (const [B, T] of [
      [2, 3],
      [5, 9],
      [64, 60],
      [3, 3],
    ] as const) {
      expect(grows.trainStep(...data(B, T))).toEqual(large.trainStep(...data(B, T)));
    }
    expectBits(valuesOf(grows), valuesOf(large));
  });
});

describe('out of memory', () => {
  const [B, T] = [2 ** 16, 2 ** 20];

  it.each([
    ['predict', (model: Sequential) => model.forward(endless(B, T, I))],
    ['trainStep', (model: Sequential) => model.trainStep(endless(B, T, I), endless(B, O))],
  ] as const)('%s of a huge batch is refused, and the model goes on with the bits it had', (_, ask) => {
    const [model, twin] = [newModel(), newModel()];
    for (const each of [model, twin]) each.trainStep(...data(5, 7));
    const memory = memoryOf(model);
    expect(() => ask(model)).toThrow(BpttError);
    expect(() => ask(model)).toThrow(/must fit into memory; received a request for \d+ bytes. Use a smaller batch/);
    expect(memoryOf(model)).toBe(memory);
    expectBits(valuesOf(model), valuesOf(twin));
    expect(model.trainStep(...data(5, 7))).toEqual(twin.trainStep(...data(5, 7)));
    expectBits(valuesOf(model), valuesOf(twin));
  });
});

describe('bytes', () => {
  const of = (dtype: 'float32' | 'float64') => {
    const model = new Sequential([new LSTM({ units: H })], { inputSize: I, dtype });
    return model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() }).memory({ B: 2, T: 5 });
  };

  it('of all purposes are the total', () => {
    const { parameters, gradients, optimizer, streams, tape, scratch, total } = of('float32');
    expect([parameters, gradients, optimizer, streams]).toEqual([1, 1, 2, 0].map((k) => k * 4 * (H + I + 1) * 4 * H));
    expect(total).toBe(parameters + gradients + optimizer + streams + tape + scratch);
  });

  it('are twice as many in float64', () => {
    expect(of('float64')).toEqual({ ...of('float64'), total: 2 * of('float32').total, tape: 2 * of('float32').tape });
  });
});

describe('steps computed again', () => {
  const usage = { parameters: 0, gradients: 0, optimizer: 0, streams: 0, tape: 0, scratch: 0, threads: 0 };
  const drawn = fc.record({
    T: fc.integer({ min: 1, max: 300 }),
    every: fc.integer({ min: 1, max: 40 }),
    more: fc.nat(120),
    lossFrom: fc.oneof(fc.constant(0), fc.nat(299)),
    length: fc.integer({ min: 1, max: 60 }),
    snapshots: fc.integer({ min: 1, max: 12 }),
  });

  test.prop([drawn])('are those of all windows, listed', ({ T, every, more, lossFrom, length, snapshots }) => {
    const windows = windowsOf(T, { every, back: every + more }, Math.min(lossFrom, T - 1));
    const schedule = { length, snapshots };
    let expected = 0;
    for (let i = 0; i < windows.count; i++) {
      const { from, to } = windows.at(i);
      expected += (i === 0 ? 0 : windows.at(i - 1).to - from) + recomputedSteps(to - from, schedule);
    }
    expect(tell('f', usage, { windows, schedule }).recomputed).toBe(expected);
  });

  it('are counted by segments where windows of different lengths are many, with the same result', () => {
    const windows = windowsOf(30_000, { every: 2, back: 20_001 }, 1);
    const schedule = { length: 37, snapshots: 3 };
    let expected = 0;
    for (let i = 0; i < windows.count; i++) {
      const { from, to } = windows.at(i);
      expected += (i === 0 ? 0 : windows.at(i - 1).to - from) + recomputedSteps(to - from, schedule);
    }
    expect(windows.growing).toBe(10_000);
    expect(tell('f', usage, { windows, schedule }).recomputed).toBe(expected);
  });
});

describe('memory for as many steps as there are numbers', () => {
  const T = Number.MAX_SAFE_INTEGER;
  const asked = (options: object, T: number) => {
    const model = new Sequential([new LSTM({ units: H, returnSequences: true }), new Dense({ units: O })], {
      inputSize: I,
    });
    return model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), ...options }).memory({ B: 1, T });
  };

  it('is exact where windows are short', () => {
    const { total, segment, snapshots, recomputed } = asked({ truncate: { every: 10, back: 15 } }, T);
    expect([segment, snapshots, recomputed]).toEqual([15, 0, (Math.ceil(T / 10) - 2) * 5 + 15 - (T % 10)]);
    expect(total).toBe(asked({ truncate: { every: 10, back: 15 } }, 1000).total);
    expect(asked({ truncate: { every: 2, back: 3 } }, T).recomputed).toBe(2 ** 52);
  });

  it('finds a schedule for a budget at 2^40 steps', () => {
    const memory = 2 ** 32;
    const { total, segment, snapshots, recomputed } = asked({ checkpoint: { memory } }, 2 ** 40);
    expect(total).toBeLessThanOrEqual(memory);
    expect(total).toBeGreaterThan(0.95 * memory);
    expect(recomputed).toBe(recomputedSteps(2 ** 40, { length: segment, snapshots }));
  });

  it('is refused for as many rows', () => {
    const model = new Sequential([new LSTM({ units: H })], { inputSize: I });
    expect(() => model.memory({ B: T })).toThrow('Sequential.memory: the call must describe fewer than 2^53 bytes');
  });

  it.each<[string, object]>([
    ['nothing is cut', {}],
    ['all is kept at boundaries', { checkpoint: 1 }],
    ['of a budget for one step', { checkpoint: { memory: 20_000 } }],
    ['windows begin with the sequence, too many to count', { truncate: { every: 1, back: 2 ** 50 }, checkpoint: 1 }],
  ])('is refused where it would not be exact: %s', (_, options) => {
    expect(() => asked(options, T)).toThrow(
      'Sequential.memory: the call must describe fewer than 2^53 bytes and recomputed steps',
    );
  });
});
