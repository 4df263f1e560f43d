import { fc, test as ptest } from '@fast-check/jest';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Adam,
  backend,
  Dense,
  LSTM,
  MeanSquaredError,
  randomNormal,
  Sequential,
  type Tensor,
} from '../../lib/index.ts';
import { defaultBackend, moduleBackend } from '../../lib/kernels/backend.ts';
import { compileKernels } from '../../lib/kernels/simd.ts';
import { Arena } from '../../lib/memory/arena.ts';
import { expectBits } from '../support/bits.ts';

const I = 3;
const newModel = (seed = 1): Sequential => new Sequential([new LSTM({ units: 4 }), new Dense({ units: 1 })], { seed });
const input = (T: number): Tensor => randomNormal([1, T, I], { seed: 2 });
const dataOf = (model: Sequential) => model.parameters.arena.data;
const simd = backend().name === 'simd';

/** A model beside others that are in memories of their own or of the reference: its predictions have to be the same. */
function expectPrediction(model: Sequential, x: Tensor, seed = 1): void {
  const alone = new Sequential([new LSTM({ units: 4 }), new Dense({ units: 1 })], { seed, backend: 'reference' });
  expectBits(model.predict(x), alone.predict(x));
}

(simd ? describe : describe.skip)('models in one memory', () => {
  it('have separate regions', () => {
    const models = Array.from({ length: 60 }, (_, seed) => newModel(seed));
    for (const model of models) model.predict(input(5));
    const buffers = new Set(models.map((model) => dataOf(model).buffer));
    expect(buffers.size).toBeLessThanOrEqual(60 / 8 + 1);
    for (const buffer of buffers) {
      const regions = models.map(dataOf).filter((data) => data.buffer === buffer);
      const sorted = regions.sort((a, b) => a.byteOffset - b.byteOffset);
      for (const [k, { byteOffset, byteLength }] of sorted.entries()) {
        expect(byteOffset + byteLength + 64).toBeLessThanOrEqual(sorted[k + 1]?.byteOffset ?? buffer.byteLength);
      }
    }
  });

  it("do not change each other's data when they are made, called and grow", () => {
    const model = newModel();
    model.predict(input(5));
    const data = dataOf(model);
    const before = data.slice();
    const others = Array.from({ length: 30 }, (_, seed) => newModel(seed));
    for (const [k, other] of others.entries()) other.predict(input(10 ** (k % 5)));
    expect(dataOf(model)).toBe(data);
    expectBits(data, before);
    expectPrediction(model, input(5));
  });

  it('cannot be reached through the data of another', () => {
    const [first, second] = [newModel(1), newModel(2)];
    for (const model of [first, second]) model.predict(input(5));
    const data = dataOf(first);
    expect(data.buffer).toBe(dataOf(second).buffer);
    data.fill(Number.NaN);
    data[data.length] = 5;
    expect(() => data.set([1, 2], data.length - 1)).toThrow(RangeError);
    expectPrediction(second, input(5), 2);
  });
});

describe('a model that outgrows its region', () => {
  it('moves and keeps its bits: parameters, state of the optimizer and streams', () => {
    const model = newModel();
    const twin = newModel();
    const y = randomNormal([1, 1], { seed: 3 });
    for (const each of [model, twin]) {
      each.compile({ optimizer: new Adam(), loss: new MeanSquaredError() }).trainStep(input(2), y);
    }
    const stream = model.stream();
    const other = twin.stream();
    const [state, same] = [stream.zeroState(), other.zeroState()];
    const { kernels } = model.parameters.arena;
    for (const T of [1, 40, 400, 4000, 1, 40_000]) {
      const old = dataOf(model);
      const length = old.length;
      model.predict(input(T));
      expect([model.parameters.arena.kernels === kernels, dataOf(model).length >= length]).toEqual([true, true]);
      model.trainStep(input(2), y);
      twin.trainStep(input(2), y);
      const step = randomNormal([1, I], { seed: T });
      expectBits(stream.step(step, state), other.step(step, same));
    }
    expect(model.toBytes()).toEqual(twin.toBytes());
    expect(model.backend).toBe(backend().name);
  });

  it('does not see writes to its old data, and no other model does', () => {
    const model = newModel();
    model.predict(input(1));
    const old = dataOf(model);
    model.predict(input(1000));
    const later = Array.from({ length: 60 }, (_, seed) => newModel(seed));
    for (const each of later) each.predict(input(1));
    old.fill(Number.NaN);
    for (const [seed, each] of later.entries()) expectPrediction(each, input(1), seed);
    expectPrediction(model, input(1));
  });
});

ptest.prop([fc.array(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 200_000 })), { maxLength: 40 })])(
  'arenas keep their values, whichever grows, in any order',
  (requests) => {
    const arenas = Array.from({ length: 10 }, (_, k) => {
      const arena = new Arena('float32');
      arena.keep(4);
      arena.data.fill(k, 0, 4);
      return arena;
    });
    for (const [which, elements] of requests) {
      const at = arenas[which]!.layOut((take) => take(elements));
      arenas[which]!.data.fill(-1, at, at + elements);
      arenas[which]!.kernels.scale(0, 1, 4);
    }
    expectBits(
      Float32Array.from(arenas.flatMap(({ data }) => [...data.subarray(0, 4)])),
      Float32Array.from({ length: 40 }, (_, j) => Math.floor(j / 4)),
    );
  },
);

describe('an engine without room for another memory', () => {
  const { Memory } = WebAssembly;
  let refused = 0;
  afterEach(() => {
    WebAssembly.Memory = Memory;
  });

  function refuseMemories(error: unknown): void {
    refused = 0;
    const construct = (): never => {
      refused++;
      throw error;
    };
    WebAssembly.Memory = new Proxy(Memory, { construct });
  }

  it.each([new RangeError('could not allocate memory'), 'out of memory'])(
    'makes the reference compute: %s',
    (error) => {
      const engine = moduleBackend(compileKernels(), { name: 'simd', reason: 'a spec' });
      refuseMemories(error);
      const arenas = Array.from({ length: 1001 }, () => new Arena('float32', engine));
      for (const arena of arenas) arena.keep(4);
      expect(arenas.every((arena) => arena.backend === 'reference')).toBe(true);
      expect(refused).toBe(1); // asking is slow, so it is not asked for a while
      WebAssembly.Memory = Memory;
      const arena = new Arena('float32', engine);
      arena.keep(4);
      expect(arena.backend).toBe('simd');
      const [moved] = arenas;
      moved!.data.set([1, 2, 3, 4]);
      moved!.keep(1000);
      expect(moved!.backend).toBe('simd');
      expectBits(moved!.data.slice(0, 4), [1, 2, 3, 4]);
    },
  );

  it('is reported by the model, which computes the same bits', () => {
    if (!simd) return;
    const model = newModel();
    expectPrediction(model, input(5));
    expect(model.backend).toBe('simd');
    refuseMemories(new RangeError('none'));
    expectPrediction(model, input(30_000));
    expect([model.backend, refused]).toEqual(['reference', 1]);
  });

  it('passes on any other error', () => {
    const engine = moduleBackend(compileKernels(), { name: 'simd', reason: 'a spec' });
    refuseMemories(new TypeError('a fault of the library'));
    expect(() => new Arena('float32', engine).keep(4)).toThrow('a fault of the library');
    expect(defaultBackend().name).toBe(backend().name);
  });
});
