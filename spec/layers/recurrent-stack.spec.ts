import { describe, expect, it } from '@jest/globals';
import { Bidirectional, Dense, GRU, LSTM, Network, randomNormal, recurrentStack } from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

describe('recurrentStack', () => {
  const x = randomNormal([2, 5, 3], { seed: 1 });

  it.each([1, 2, 3])('makes %d layers, of which the last may give its last output alone', (n) => {
    const named: number[] = [];
    const make = (sequences: boolean) =>
      recurrentStack(
        n,
        (options, k) => {
          named.push(k);
          return new LSTM({ units: 4 + k, ...options });
        },
        { returnSequences: sequences },
      );
    const network = new Network([...make(false), new Dense({ units: 1 })], { inputSize: 3 }).build();
    expect(named).toEqual(Array.from({ length: n }, (_, k) => k));
    expect((network as Network).predict(x).shape).toEqual([2, 1]);
    expect(new Network(make(true), { inputSize: 3 }).predict(x).shape).toEqual([2, 5, 3 + n]);
  });

  it('equals layers that are written out', () => {
    const stack = recurrentStack(2, (options) => new GRU({ units: 4, ...options }));
    const written = [new GRU({ units: 4, returnSequences: true }), new GRU({ units: 4 })];
    expectBits(new Network(stack).predict(x), new Network(written).predict(x));
    const both = (options: object) =>
      new Bidirectional({ layers: [new GRU({ units: 2, ...options }), new GRU({ units: 2, ...options })] });
    expect(new Network(recurrentStack(2, both)).predict(x).shape).toEqual([2, 4]);
  });

  it('refuses what makes no layers', () => {
    expect(() => recurrentStack(0, () => new GRU({ units: 1 }))).toThrow('"layers" must be an integer from 1 to 65536');
    expect(() => recurrentStack(2, 'GRU' as never)).toThrow('"make" must be a function');
    expect(() => recurrentStack(1, () => 5 as never)).toThrow('be a layer; received 5');
    expect(() => recurrentStack(1, () => new GRU({ units: 1 }), { sequences: true } as never)).toThrow(
      'returnSequences',
    );
  });
});
