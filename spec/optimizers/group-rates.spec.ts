// Groups with learning rates of their own: numbers, and functions of the step.

import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adagrad,
  Adam,
  type BatchLog,
  Checkpoint,
  CsvLog,
  cosineDecay,
  Dense,
  EarlyStopping,
  exponentialDecay,
  GRU,
  Lion,
  linearWarmup,
  MeanSquaredError,
  NAdam,
  type Optimizer,
  type OptimizerOptions,
  Parameters,
  RMSprop,
  randomNormal,
  type Schedule,
  Sequential,
  SGD,
  stepDecay,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const MAKE: Readonly<Record<string, (options: OptimizerOptions) => Optimizer>> = {
  SGD: (options) => new SGD({ momentum: 0.9, weightDecay: 0.1, ...options }),
  Adam: (options) => new Adam({ weightDecay: 0.1, ...options }),
  NAdam: (options) => new NAdam(options),
  RMSprop: (options) => new RMSprop(options),
  Adagrad: (options) => new Adagrad(options),
  Lion: (options) => new Lion({ weightDecay: 0.1, ...options }),
};
const RATES: readonly (number | Schedule)[] = [
  0.05,
  0,
  cosineDecay(0.1, { steps: 4, end: 0.01 }),
  linearWarmup(() => 0.2, { steps: 3 }),
  exponentialDecay(0.1, { factor: 0.5 }),
  stepDecay(0.1, { every: 2, factor: 0.1 }),
];
const at = (rate: number | Schedule, k: number): number => (typeof rate === 'number' ? rate : rate(k));

const NAMES = ['a', 'b', 'c'] as const;
const array = (seed: number) => randomNormal([3, 2], { seed });

describe('a group with its own learning rate', () => {
  const drawn = fc.record({
    kind: fc.constantFrom(...Object.keys(MAKE)),
    base: fc.constantFrom(...RATES),
    own: fc.constantFrom(...RATES),
    factor: fc.constantFrom(0, 0.5, 2),
    within: fc.boolean(),
  });

  ptest.prop([drawn])('is trained as by an optimizer with this rate alone', ({ kind, base, own, factor, within }) => {
    const groups = [
      { parameters: 'a', learningRate: own },
      { parameters: 'b', rateFactor: factor },
    ];
    const optimizer = MAKE[kind]!({ learningRate: base, groups });
    const all = Parameters.of(Object.fromEntries(NAMES.map((name, k) => [name, array(k)])));
    const alone = NAMES.map((_, k) => Parameters.of({ w: array(k) }));
    const each = [own, (k: number) => at(base, k) * factor, base].map((learningRate) => MAKE[kind]!({ learningRate }));
    for (let t = 0; t < 6; t++) {
      expect(optimizer.learningRate).toBe(at(base, t));
      expect(optimizer.groupRates).toEqual({ 0: at(own, t) });
      for (const [k, name] of NAMES.entries()) {
        const gradient = array(10 * t + k);
        all.get(name).gradient.data.set(gradient.data, all.get(name).gradient.offset);
        alone[k]!.get('w').gradient.data.set(gradient.data, alone[k]!.get('w').gradient.offset);
        each[k]!.step(alone[k]!);
      }
      if (within) expect(optimizer.stepWithin(all, 100)).toBeUndefined();
      else optimizer.step(all);
      for (const [k, name] of NAMES.entries()) expectBits(all.get(name).value, alone[k]!.get('w').value);
    }
  });

  it('follows the plain formula of SGD', () => {
    const schedule = cosineDecay(0.3, { steps: 5 });
    const groups = [{ parameters: 'b', learningRate: schedule }];
    const optimizer = new SGD({ learningRate: 0.5, groups });
    const parameters = Parameters.of({ a: array(1), b: array(2) }, { dtype: 'float64' });
    let [a, b] = [parameters.get('a').value.get(0, 0), parameters.get('b').value.get(0, 0)];
    for (let t = 0; t < 8; t++) {
      for (const { gradient } of parameters) gradient.set(0, 0, t + 1);
      optimizer.step(parameters);
      a -= 0.5 * (t + 1);
      b -= 0.3 * (t < 5 ? 0.5 * (1 + Math.cos((Math.PI * t) / 5)) : 0) * (t + 1);
      expect(parameters.get('a').value.get(0, 0)).toBe(a);
      expect(parameters.get('b').value.get(0, 0)).toBeCloseTo(b, 12);
    }
  });

  it('changes nothing if a schedule returns no rate, of whatever group', () => {
    for (const learningRate of [() => Number.NaN, () => -1, () => 'x' as never]) {
      const groups = [{ parameters: 'b', learningRate: (k: number) => (k === 1 ? learningRate() : 0.1) }];
      const optimizer = new Adam({ groups });
      const parameters = Parameters.of({ a: array(1), b: array(2) });
      optimizer.step(parameters);
      const before = [...parameters].map(({ value }) => value.copy());
      for (const step of [() => optimizer.step(parameters), () => void optimizer.stepWithin(parameters, 1)]) {
        expect(step).toThrow('Adam: "groups[0].learningRate(1)" must be');
      }
      expect(optimizer.iterations).toBe(1);
      for (const [k, { value }] of [...parameters].entries()) expectBits(value, before[k]!);
    }
  });
});

describe('rates of groups in a training', () => {
  const [x, y] = [randomNormal([8, 3, 2], { seed: 1 }), randomNormal([8, 1], { seed: 2 })];
  const schedule = cosineDecay(0.1, { steps: 10, end: 0.001 });
  const make = (): Sequential => {
    const groups = [
      { parameters: 'gru1', rateFactor: 0.5 },
      { parameters: 'dense1', learningRate: schedule },
    ];
    const model = new Sequential([new GRU({ units: 3 }), new Dense({ units: 1 })], { seed: 3 });
    return model.compile({ optimizer: new Adam({ learningRate: 0.02, groups }), loss: new MeanSquaredError() });
  };

  it('are in the logs of batches and epochs, and in a table', async () => {
    const batches: BatchLog[] = [];
    const lines: string[] = [];
    const callbacks = [
      { onBatchEnd: (log: BatchLog) => void batches.push(log) },
      new CsvLog({ write: (line) => void lines.push(line) }),
    ];
    const { epochs } = await make().fit(x, y, { epochs: 3, batchSize: 4, callbacks });
    expect(batches.map(({ groupRates }) => groupRates)).toEqual([0, 1, 2, 3, 4, 5].map((k) => ({ 1: schedule(k) })));
    expect(epochs.map(({ groupRates }) => groupRates)).toEqual([1, 3, 5].map((k) => ({ 1: schedule(k) })));
    expect(epochs.map(({ learningRate }) => learningRate)).toEqual([0.02, 0.02, 0.02]);
    expect(lines[0]).toContain('groupRates.1');
    const stopping = new EarlyStopping({ monitor: 'groupRates.1', mode: 'max' }); // it falls, so it does not improve
    const { epochs: until } = await make().fit(x, y, { epochs: 9, batchSize: 4, callbacks: [stopping] });
    expect(until.length).toBe(2);
  });

  it('are absent from logs without such groups', async () => {
    const model = new Sequential([new Dense({ units: 1 })]);
    model.compile({
      optimizer: new SGD({ groups: [{ parameters: 'dense1', rateFactor: 2 }] }),
      loss: new MeanSquaredError(),
    });
    const { epochs } = await model.fit(randomNormal([4, 2], { seed: 1 }), randomNormal([4, 1], { seed: 2 }));
    expect('groupRates' in epochs[0]!).toBe(false);
  });

  it.each([1, 2, 3, 4, 5])('go on from a checkpoint after step %i, to the bit', async (cut) => {
    const run = async (model: Sequential, options: object) =>
      (
        await model.fit(x, y, {
          epochs: 3,
          batchSize: 4,
          callbacks: [new Checkpoint({ save: () => {}, everySteps: 1, ...options })],
        })
      ).epochs;
    const saved: Uint8Array[] = [];
    const [whole, rest] = [make(), make()];
    const epochs = await run(whole, { save: (bytes: Uint8Array) => saved.push(bytes) });
    expect(await run(rest, { resume: saved[cut - 1]! })).toEqual(epochs);
    for (const { name, value } of whole.parameters) expectBits(rest.parameters.get(name).value, value);
  });
});
