import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adagrad,
  Adam,
  ArgumentError,
  cosineDecay,
  Dense,
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
  zeros,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const KINDS: Readonly<Record<string, (options: OptimizerOptions) => Optimizer>> = {
  SGD: (o) => new SGD({ ...o, momentum: 0.9 }),
  Adam: (o) => new Adam({ ...o, weightDecay: 0.1 }),
  RMSprop: (o) => new RMSprop(o),
  Adagrad: (o) => new Adagrad(o),
  NAdam: (o) => new NAdam(o),
  Lion: (o) => new Lion({ ...o, weightDecay: 0.1 }),
};
const kinds = Object.keys(KINDS);
const SCHEDULE = linearWarmup(cosineDecay(0.1, { steps: 9, end: 0.01 }), { steps: 3, from: 0.02 });

function stepped(optimizer: Optimizer, before: (k: number) => void, steps = 14): Parameters {
  const parameters = Parameters.of({ w: randomNormal([9], { seed: 1 }) });
  for (let k = 0; k < steps; k++) {
    parameters.get('w').gradient.data.set(randomNormal([9], { seed: k }).data, parameters.get('w').gradient.offset);
    before(k);
    optimizer.step(parameters);
  }
  return parameters;
}

describe.each(kinds)('%s', (kind) => {
  const make = KINDS[kind]!;

  it('takes the rate of each step from a schedule, as if it were set before the step', () => {
    const scheduled = make({ learningRate: SCHEDULE });
    const set = make({ learningRate: 1 });
    const rates: number[] = [];
    const a = stepped(scheduled, () => rates.push(scheduled.learningRate));
    const b = stepped(set, (k) => {
      set.learningRate = SCHEDULE(k);
    });
    expect(rates).toEqual(rates.map((_, k) => SCHEDULE(k)));
    expectBits(a.get('w').value, b.get('w').value);
  });

  it('takes a function of the user, and names it, the step and the value where it fails', () => {
    const optimizer = make({ learningRate: (step) => (step < 2 ? 0.1 : step === 2 ? -1 : 0.1) });
    const parameters = stepped(optimizer, () => {}, 2);
    const before = parameters.get('w').value.copy();
    expect(() => optimizer.step(parameters)).toThrow(
      `${kind}: "learningRate(2)" must be a finite number of at least 0; received -1`,
    );
    expectBits(parameters.get('w').value, before);
    expect(optimizer.iterations).toBe(2);
  });
});

it('shows the rate of the next step, which a number or another schedule replaces', () => {
  const optimizer = new SGD({ learningRate: (step) => 1 / (step + 1) });
  expect([optimizer.learningRate, optimizer.schedule?.(3)]).toEqual([1, 0.25]);
  stepped(optimizer, () => {}, 3);
  expect(optimizer.learningRate).toBe(0.25);
  expect(`${optimizer}`).toBe('SGD, learning rate scheduled, 3 iterations');
  optimizer.learningRate = 0.5;
  expect([optimizer.learningRate, optimizer.schedule]).toEqual([0.5, undefined]);
  optimizer.learningRate = (step: number) => step;
  expect(optimizer.learningRate).toBe(3);
  for (const bad of [-1, Number.NaN, '0.1', null]) {
    expect(() => {
      optimizer.learningRate = bad as number;
    }).toThrow(ArgumentError);
  }
  expect(optimizer.learningRate).toBe(3);
});

it.each([
  ['NaN', () => Number.NaN],
  ['Infinity', () => Infinity],
  ['"0.1"', () => '0.1' as never],
  ['undefined', () => undefined as never],
])('refuses %s from a schedule', (received, learningRate: Schedule) => {
  const text = `Adam: "learningRate(0)" must be a finite number of at least 0; received ${received}`;
  expect(() => new Adam({ learningRate }).learningRate).toThrow(text);
});

it('makes an ArgumentError of what a schedule throws', () => {
  const cause = new Error('no table');
  const learningRate = (): number => {
    throw cause;
  };
  let caught: unknown;
  try {
    stepped(new Adam({ learningRate }), () => {});
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(ArgumentError);
  expect(caught).toMatchObject({ where: 'Adam', argument: 'learningRate(0)', cause });
});

describe('in fit', () => {
  const make = (learningRate: number | Schedule): Sequential => {
    const model = new Sequential([new GRU({ units: 3 }), new Dense({ units: 1 })], { seed: 1 });
    return model.compile({ optimizer: new Adam({ learningRate }), loss: new MeanSquaredError() });
  };
  const [x, y] = [randomNormal([12, 3, 2], { seed: 1 }), zeros([12, 1])];

  it('logs the rate of each step', async () => {
    const rates: number[] = [];
    const callbacks = [{ onBatchEnd: ({ learningRate }: { learningRate: number }) => void rates.push(learningRate) }];
    const { epochs } = await make(SCHEDULE).fit(x, y, { epochs: 2, batchSize: 3, callbacks });
    expect(rates).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map(SCHEDULE));
    expect(epochs.map(({ learningRate }) => learningRate)).toEqual([SCHEDULE(3), SCHEDULE(7)]);
  });

  ptest.prop([fc.integer({ min: 1, max: 5 })], { numRuns: 5 })('goes on at any epoch', async (k) => {
    const [whole, parts] = [make(SCHEDULE), make(SCHEDULE)];
    await whole.fit(x, y, { epochs: 6, batchSize: 5 });
    await parts.fit(x, y, { epochs: k, batchSize: 5 });
    await parts.fit(x, y, { epochs: 6 - k, batchSize: 5 });
    expect(parts.toBytes()).toEqual(whole.toBytes());
  });

  it('fails at the step whose rate is none, and changes nothing in it', async () => {
    const model = make((step) => (step < 3 ? 0.01 : Number.NaN));
    await expect(model.fit(x, y, { batchSize: 3 })).rejects.toThrow('"learningRate(3)"');
    const twin = make(() => 0.01);
    const callbacks = [
      { onBatchEnd: ({ batch }: { batch: number }, run: { stop(): void }) => void (batch === 2 && run.stop()) },
    ];
    await twin.fit(x, y, { batchSize: 3, callbacks });
    expect(model.toBytes()).toEqual(twin.toBytes());
  });

  it('does not advance with skipped steps', () => {
    const optimizer = new Adam({ learningRate: SCHEDULE });
    const model = new Sequential([new Dense({ units: 1 })]);
    model.compile({ optimizer, loss: new MeanSquaredError(), onNonFinite: 'skip' });
    model.trainStep(zeros([2, 1]), zeros([2, 1]));
    const bad = zeros([2, 1]);
    bad.set(0, 0, Number.NaN);
    model.trainStep(bad, zeros([2, 1]));
    expect(optimizer.learningRate).toBe(SCHEDULE(1));
  });
});
