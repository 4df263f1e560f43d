import { describe, expect, it } from '@jest/globals';
import { Payoff } from '../../../lib/kernels/threads/payoff.ts';

/** A clock, and a payoff that reads it. */
function watched() {
  let now = 1;
  const payoff = new Payoff(() => now);
  const pass = (ms: number): void => {
    now += ms;
  };
  const work = (own: number, waiting: number, parts = 2): void => {
    payoff.begin();
    pass(own);
    payoff.waiting();
    pass(waiting);
    payoff.done(parts);
  };
  return { payoff, pass, work };
}

describe("threads: 'auto'", () => {
  it('divides work as long as the others bring more than waiting costs', () => {
    const { payoff, work } = watched();
    for (let k = 0; k < 100; k++) work(1, 0.7);
    expect(payoff.pays).toBe(true);
    for (let k = 0; k < 100; k++) work(1, 2, 4);
    expect(payoff.pays).toBe(true);
  });

  it('pauses after 10 ms of bad work, twice as long each time, at most 3.2 s', () => {
    const { payoff, pass, work } = watched();
    work(4, 5);
    expect(payoff.pays).toBe(true); // too early to tell
    work(1, 1);
    for (const pause of [100, 200, 400, 800, 1600, 3200, 3200]) {
      expect(payoff.pays).toBe(false);
      pass(pause - 1);
      expect(payoff.pays).toBe(false);
      pass(1);
      expect(payoff.pays).toBe(true);
      work(5, 6);
    }
  });

  it('forgets bad work once the work is good', () => {
    const { payoff, pass, work } = watched();
    work(5, 6);
    pass(100);
    expect(payoff.pays).toBe(true);
    work(10, 1);
    work(5, 6);
    pass(100);
    expect(payoff.pays).toBe(true);
  });
});
