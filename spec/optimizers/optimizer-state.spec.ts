// The state of an optimizer, for loops of one's own that go on later.

import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adagrad,
  Adam,
  Lion,
  NAdam,
  type Optimizer,
  optimizerState,
  Parameters,
  RMSprop,
  randomNormal,
  SGD,
  setOptimizerState,
} from '../../lib/index.ts';
import type { DType } from '../../lib/tensor/storage.ts';
import { expectBits } from '../support/bits.ts';

const groups = [{ parameters: 'b', frozen: true }];
const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  SGD: () => new SGD({ learningRate: 0.1 }),
  momentum: () => new SGD({ learningRate: 0.1, momentum: 0.9 }),
  AMSGrad: () => new Adam({ learningRate: 0.1, amsgrad: true, l2: 0.1 }),
  scheduled: () => new Adam({ learningRate: (k) => 0.1 / (1 + k) }),
  groups: () => new Adam({ learningRate: 0.1, groups }),
  NAdam: () => new NAdam(),
  RMSprop: () => new RMSprop({ centered: true, momentum: 0.5 }),
  Adagrad: () => new Adagrad(),
  Lion: () => new Lion(),
};

const make = (seed: number, dtype: DType): Parameters =>
  Parameters.of({ w: randomNormal([3, 2], { seed }), b: randomNormal([2], { seed: seed + 1 }) }, { dtype });

function step(optimizer: Optimizer, list: readonly Parameters[], t: number): void {
  for (const [i, parameters] of list.entries()) {
    for (const [k, { gradient }] of [...parameters].entries()) {
      gradient.data.set(randomNormal([gradient.size], { seed: 100 * t + 10 * i + k }).data, gradient.offset);
    }
  }
  optimizer.step(list);
}

const drawn = fc.record({
  kind: fc.constantFrom(...Object.keys(OPTIMIZERS)),
  count: fc.integer({ min: 1, max: 3 }),
  steps: fc.nat(6),
  cut: fc.nat(6),
  dtype: fc.constantFrom<DType>('float32', 'float64'),
});

describe('optimizerState', () => {
  ptest.prop([drawn])(
    'goes on through JSON, to the bit, for one or several models',
    ({ kind, count, steps, cut, dtype }) => {
      const all = (): Parameters[] => Array.from({ length: count }, (_, i) => make(i, dtype));
      const [whole, first] = [all(), all()];
      const [a, b, c] = [0, 1, 2].map(OPTIMIZERS[kind]!) as [Optimizer, Optimizer, Optimizer];
      for (let t = 0; t < steps; t++) step(a, whole, t);
      for (let t = 0; t < Math.min(cut, steps); t++) step(b, first, t);
      const text = JSON.stringify(optimizerState(b, first));
      const second = first.map((each) => {
        return Parameters.of(Object.fromEntries([...each].map(({ name, value }) => [name, value.copy()])), { dtype });
      });
      setOptimizerState(c, second, JSON.parse(text));
      for (let t = Math.min(cut, steps); t < steps; t++) step(c, second, t);
      expect([c.iterations, c.learningRate]).toEqual([a.iterations, a.learningRate]);
      for (const [i, parameters] of whole.entries()) {
        for (const { name, value } of parameters) expectBits(second[i]!.get(name).value, value);
      }
      for (const [k, slot] of optimizerState(c, second).slots.entries()) {
        expectBits(slot, optimizerState(a, whole).slots[k]!);
      }
    },
  );

  it('copies: later steps do not change it', () => {
    const [optimizer, parameters] = [new SGD({ momentum: 0.9 }), make(1, 'float32')];
    step(optimizer, [parameters], 0);
    const state = optimizerState(optimizer, parameters);
    const before = state.slots[0]!.copy();
    step(optimizer, [parameters], 1);
    expectBits(state.slots[0]!, before);
    setOptimizerState(optimizer, parameters, state);
    expect(optimizer.iterations).toBe(1);
  });

  it('has the rate of then', () => {
    const [optimizer, parameters] = [new SGD({ learningRate: 0.1 }), make(1, 'float32')];
    const state = optimizerState(optimizer, parameters);
    optimizer.learningRate = 0.5;
    setOptimizerState(optimizer, parameters, state);
    expect(optimizer.learningRate).toBe(0.1);
  });

  it('changes nothing if it refuses', () => {
    const [optimizer, parameters] = [new Adam(), make(1, 'float32')];
    step(optimizer, [parameters], 0);
    const state = optimizerState(optimizer, parameters);
    step(optimizer, [parameters], 1);
    const now = optimizerState(optimizer, parameters);
    for (const wrong of [
      { ...state, kind: 'SGD' },
      { ...state, iterations: -1 },
      { ...state, learningRate: -1 },
      { ...state, slots: state.slots.slice(1) },
      { ...state, slots: [state.slots[0]!, randomNormal([3], { seed: 1 })] },
    ]) {
      expect(() => setOptimizerState(optimizer, parameters, wrong)).toThrow(/^setOptimizerState: "state/);
    }
    expect(optimizerState(optimizer, parameters)).toEqual(now);
  });
});
