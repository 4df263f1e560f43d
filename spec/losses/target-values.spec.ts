import { describe, expect, it } from '@jest/globals';
import {
  BinaryCrossEntropy,
  MeanSquaredError,
  randomUniform,
  SoftmaxCrossEntropy,
  type Tensor,
  zeros,
} from '../../lib/index.ts';
import { requireClasses } from '../../lib/losses/target-values.ts';

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
    expect(received(view)).toBe('NaN');
    expect(received(view.copy())).toBe('NaN');
    expect(received(view.transpose(1, 0))).toBe('-Infinity');
    view.set(2, 0, 0);
    view.set(1, 3, 1);
    whole.set(1, 0, Number.NaN); // beside the view
    expect(received(view)).toBeUndefined();
  });
});

describe('requireClasses', () => {
  const check = (data: ArrayLike<number>, step = 1) => {
    const shape = [Math.ceil(data.length / step)];
    requireClasses('f', 't', { data, shape, stride: [step], offset: 0 }, 3);
  };

  it.each([-1, -0.5, 0.5, 2.5, 3, Number.NaN, Number.POSITIVE_INFINITY])('names %d', (bad) => {
    expect(() => check([0, 1, 2, bad, 7])).toThrow(`f: "t" must hold class numbers from 0 to 2; received ${bad}`);
  });

  it('takes numbers of any kind, and reads nothing beside them', () => {
    check([0, -0, 1, 2]);
    check(Uint8Array.of(2, 1, 0));
    check([0, 9, 2, 9, 1], 2);
    check([]);
  });
});
