import { describe, expect, it } from '@jest/globals';
import { l2, maxNorm, Parameters, randomNormal, tensor, zeros } from '../../lib/index.ts';
import { Arena } from '../../lib/memory/arena.ts';
import { initializers } from '../../lib/random/initializers.ts';
import { Random } from '../../lib/random/random.ts';
import { expectBits } from '../support/bits.ts';

const specs = [
  { name: 'a.kernel', shape: [3, 4], initializer: initializers.uniform(), gates: 2 },
  { name: 'a.bias', shape: [4] },
  { name: 'b.kernel', shape: [4, 1], initializer: initializers.ones },
] as const;

describe('Parameters.allocate', () => {
  it('lays values and gradients out in two equal runs without gaps', () => {
    const parameters = Parameters.allocate(new Arena('float32'), specs, new Random(1));
    expect(parameters.names).toEqual(['a.kernel', 'a.bias', 'b.kernel']);
    expect(parameters.size).toBe(20);
    const [run, ...others] = parameters.runs;
    expect([run!.size, run!.start, others]).toEqual([20, 0, []]);
    expect([...parameters].map(({ at }) => at - run!.at)).toEqual([0, 12, 16]);
    expect([...parameters].map(({ gradientAt }) => gradientAt - run!.gradientsAt)).toEqual([0, 12, 16]);
    expect([...parameters].map(({ size }) => size)).toEqual([12, 4, 4]);
    expect(run!.gradientsAt).toBeGreaterThanOrEqual(run!.at + run!.size);
  });

  it('draws each parameter from a stream of its own, and tells initializers the gates', () => {
    const seen: unknown[] = [];
    const spy = (_shape: readonly number[], random: Random, context: object) => {
      seen.push([random.uniform(), context]);
      return [0, 0];
    };
    const random = new Random(5);
    Parameters.allocate(new Arena('float32'), [{ name: 'w', shape: [2], initializer: spy, gates: 2 }], random);
    Parameters.allocate(
      new Arena('float32'),
      [
        { name: 'v', shape: [100], initializer: initializers.uniform() },
        { name: 'w', shape: [2], initializer: spy },
      ],
      random,
    );
    expect(seen).toEqual([
      [new Random(5).fork(0).uniform(), { gates: 2, dtype: 'float32' }],
      [new Random(5).fork(1).uniform(), { gates: 1, dtype: 'float32' }],
    ]);
    expect(random.state.counter).toBe(0);
  });

  it('keeps the regularizers and constraints of the descriptions, also in a subset', () => {
    const rules = { regularizer: l2(0.5), constraint: maxNorm(1) };
    const parameters = Parameters.allocate(new Arena('float32'), [
      ...specs,
      { name: 'c.kernel', shape: [2, 2], ...rules },
    ]);
    const { regularizer, constraint } = parameters.within('c.').get('kernel');
    expect({ regularizer, constraint }).toEqual(rules);
    expect(parameters.regularized.map(({ name }) => name)).toEqual(['c.kernel']);
    expect(parameters.within('a.').constrained).toEqual([]);
  });

  it('starts with zeros without a generator', () => {
    const parameters = Parameters.allocate(new Arena('float64'), specs);
    for (const { value } of parameters) expectBits(value, zeros(value.shape));
  });
});

describe('Parameters', () => {
  it('of: copies by name', () => {
    const w = randomNormal([2, 3], { seed: 1 });
    const parameters = Parameters.of({ w: w.transpose(1, 0), b: tensor([5]) });
    expectBits(parameters.get('w').value, w.transpose(1, 0));
    parameters.get('w').value.set(0, 0, 9);
    expect(w.get(0, 0)).not.toBe(9);
    expect(Parameters.of({ b: tensor([1]) }, { dtype: 'float64' }).get('b').value.dtype).toBe('float64');
  });

  it('of: names the array that is wrong', () => {
    expect(() => Parameters.of({ a: zeros([1]), b: tensor([1, Number.NaN]) })).toThrow(
      'Parameters.of: "b" must hold numbers that are finite in float32; received NaN at element 1',
    );
  });

  it('value and gradient are live views of the same layout', () => {
    const parameters = Parameters.of({ w: zeros([2, 2]) });
    const w = parameters.get('w');
    w.value.set(1, 0, 3);
    w.gradient.set(1, 0, 4);
    expect(parameters.arena.data[w.at + 2]).toBe(3);
    expect(parameters.arena.data[w.gradientAt + 2]).toBe(4);
    parameters.arena.keep(5000);
    expect([w.value.get(1, 0), w.gradient.get(1, 0)]).toEqual([3, 4]);
  });

  it('zeroGradients leaves the values', () => {
    const parameters = Parameters.of({ w: tensor([1, 2]), b: tensor([3]) });
    for (const { gradient } of parameters) gradient.set(0, 7);
    parameters.zeroGradients();
    for (const { gradient } of parameters) expectBits(gradient, zeros(gradient.shape));
    expectBits(parameters.get('w').value, tensor([1, 2]));
  });

  it('get lists the names it knows', () => {
    expect(() => Parameters.of({ w: zeros([1]), b: zeros([1]) }).get('W')).toThrow(
      'Parameters.get: "name" must be one of "w", "b"; received "W". Did you mean w?',
    );
  });

  it('within: a share under the rest of the names, over the same elements', () => {
    const all = Parameters.allocate(new Arena('float32'), specs, new Random(1));
    const share = all.within('a.');
    expect(share.names).toEqual(['kernel', 'bias']);
    expect(share.size).toBe(16);
    expect(all.within('b.').get('kernel').at).toBe(all.get('b.kernel').at);
    share.get('bias').value.set(0, 5);
    share.get('kernel').gradient.set(0, 0, 6);
    expect([all.get('a.bias').value.get(0), all.get('a.kernel').gradient.get(0, 0)]).toEqual([5, 6]);
    share.zeroGradients();
    expect(all.get('a.kernel').gradient.get(0, 0)).toBe(0);
  });
});

describe('Parameter.assign', () => {
  it('copies any view, even one of itself', () => {
    const w = Parameters.of({
      w: tensor([
        [1, 2],
        [3, 4],
      ]),
    }).get('w');
    w.assign(w.value.transpose(1, 0));
    expect(w.value.toArray()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    w.assign({ data: [4, 3, 2, 1], shape: [2, 2], stride: [-2, -1], offset: 3 });
    expect(w.value.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('refuses what is not finite once it is rounded', () => {
    const [single, double] = (['float32', 'float64'] as const).map((dtype) =>
      Parameters.of({ w: tensor([1]) }, { dtype }),
    );
    const large = tensor([1e39], { dtype: 'float64' });
    expect(() => single!.get('w').assign(large)).toThrow(/finite in float32; received Infinity at element 0/);
    expect(single!.get('w').value.get(0)).toBe(1);
    double!.get('w').assign(large);
    expect(double!.get('w').value.get(0)).toBe(1e39);
  });
});
