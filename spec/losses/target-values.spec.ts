import { describe, expect, it } from '@jest/globals';
import {
  BinaryCrossEntropy,
  MeanSquaredError,
  randomUniform,
  SoftmaxCrossEntropy,
  type Tensor,
  zeros,
} from '../../lib/index.ts';
import { requireClasses, requireWithin } from '../../lib/losses/target-values.ts';

describe.each(Object.entries({ MeanSquaredError, BinaryCrossEntropy, SoftmaxCrossEntropy }))('%s', (name, Loss) => {
  it('names the first bad target of any view, in the order of its rows', () => {
    const whole = randomUniform([7, 6], { seed: 3 });
    const view = whole.step(-2, 2).transpose(1, 0); // [3, 4]
    view.set(2, 0, Number.NEGATIVE_INFINITY);
    view.set(1, 3, Number.NaN);
    const where = `${name}.evaluate: "target" must be a finite number`;
    const received = (target: Tensor) => {
      try {
        new Loss().evaluate(zeros(target.shape), target);
      } catch (error) {
        return (error as Error).message.startsWith(where) ? (error as { received?: string }).received : `${error}`;
      }
      return undefined;
    };
    expect(received(view)).toBe('NaN at row 1, unit 3');
    expect(received(view.copy())).toBe('NaN at row 1, unit 3');
    expect(received(view.transpose(1, 0))).toBe('-Infinity at row 0, unit 2');
    view.set(2, 0, 0);
    view.set(1, 3, 1);
    whole.set(1, 0, Number.NaN); // beside the view
    expect(received(view)).toBeUndefined();
  });
});

describe('requireWithin', () => {
  it('names axes beyond time by their numbers, and what has one axis by its units', () => {
    const targets = zeros([2, 3, 2, 2]);
    targets.set(1, 2, 0, 1, 2);
    expect(() => requireWithin('f', 't', targets, { max: 1 })).toThrow(
      'at most 1; received 2 at row 1, step 2, axis 2: 0, unit 1',
    );
    expect(() => requireWithin('f', 't', targets.pick(1, 2, 0, null), { max: 1 })).toThrow('received 2 at unit 1');
  });
});

describe('requireClasses', () => {
  const check = (data: ArrayLike<number>, step = 1) => {
    const shape = [Math.ceil(data.length / step)];
    requireClasses('f', 't', { data, shape, stride: [step], offset: 0 }, 3);
  };

  it.each([-1, -0.5, 0.5, 2.5, 3, Number.NaN, Number.POSITIVE_INFINITY])('names %d', (bad) => {
    expect(() => check([0, 1, 2, bad, 7])).toThrow(
      `f: "t" must contain class numbers from 0 to 2; received ${bad} at row 3`,
    );
  });

  it('names the place in any view, with the numbers of the rows that are given', () => {
    const data = Float32Array.of(0, 1, 2, 0, 9, 1);
    const targets = { data, shape: [3, 2], stride: [1, 3], offset: 0 }; // [3, 2]: 0 0, 1 9, 2 1
    expect(() => requireClasses('f', 't', targets, 3)).toThrow('received 9 at row 1, step 1');
    expect(() => requireClasses('f', 't', targets, 3, { rows: [7, 5, 6] })).toThrow('received 9 at row 5, step 1');
    const overlapping = { ...targets, stride: [2, 2] }; // 0 2, 2 9, 9 …
    expect(() => requireClasses('f', 't', overlapping, 3)).toThrow('received 9 at row 1, step 1');
    const repeated = { ...targets, stride: [0, 0], offset: 4 };
    expect(() => requireClasses('f', 't', repeated, 3)).toThrow('received 9 at row 0, step 0');
  });

  it('takes numbers of any kind, and reads nothing beside them', () => {
    check([0, -0, 1, 2]);
    check(Uint8Array.of(2, 1, 0));
    check([0, 9, 2, 9, 1], 2);
    check([]);
  });
});
