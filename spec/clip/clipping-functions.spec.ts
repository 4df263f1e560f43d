import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  adaptiveClipping,
  type Clipping,
  Conv1D,
  clipGradients,
  Dense,
  Embedding,
  GRU,
  gradientNorm,
  groupClipping,
  MeanSquaredError,
  Parameters,
  pNormClipping,
  randomNormal,
  Sequential,
  SGD,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const { abs, hypot, max } = Math;

/** Parameters with gradients of the sizes given. */
function make(gradients: readonly (readonly number[])[], dtype: 'float32' | 'float64' = 'float64'): Parameters {
  const shapes = Object.fromEntries(gradients.map((g, k) => [`p${k}`, zeros([g.length])]));
  const parameters = Parameters.of(shapes, { dtype });
  gradients.forEach((g, k) => {
    g.forEach((value, j) => {
      parameters.get(`p${k}`).gradient.set(j, value);
    });
  });
  return parameters;
}

const gradientsOf = (parameters: Parameters): number[] =>
  [...parameters].flatMap(({ gradient }) => [...gradient.copy().data]);
const entries = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 6 });
const lists = fc.array(entries, { minLength: 1, maxLength: 4 });
const limit = fc.double({ min: 0.01, max: 100, noNaN: true });

describe('pNormClipping', () => {
  const pNorm = (values: readonly number[], p: number): number =>
    p === Infinity ? max(...values.map(abs)) : values.reduce((sum, v) => sum + abs(v) ** p, 0) ** (1 / p);

  ptest.prop([lists, limit, fc.constantFrom(1, 1.5, 2, 3, 7, 12.25, Infinity)])('is (C5)', (list, c, p) => {
    const parameters = make(list);
    const before = list.flat();
    const norm = pNorm(before, p);
    clipGradients(parameters, pNormClipping(c, { p }));
    gradientsOf(parameters).forEach((g, j) => {
      expect(abs(g - (before[j]! * c) / max(norm, c))).toBeLessThanOrEqual(1e-12 * abs(before[j]!) + 1e-320);
    });
  });

  ptest.prop([lists, limit])('has the bits of globalNorm with p = 2', (list, c) => {
    const [a, b] = [make(list, 'float32'), make(list, 'float32')];
    clipGradients(a, pNormClipping(c, { p: 2 }));
    clipGradients(b, { globalNorm: c });
    expectBits(a.arena.data, b.arena.data);
  });

  it('neither overflows nor underflows', () => {
    for (const size of [1e-300, 1e300]) {
      for (const p of [1, 3, 40, Infinity]) {
        const parameters = make([[size, size]]);
        clipGradients(parameters, pNormClipping(size / 10, { p }));
        const expected = size / 10 / 2 ** (1 / p);
        for (const g of gradientsOf(parameters)) expect(abs(g / expected - 1)).toBeLessThan(1e-12);
      }
    }
  });

  it('has one norm over several models', () => {
    const [a, b] = [make([[3]]), make([[1]])];
    clipGradients([a, b], pNormClipping(2, { p: 1 }));
    expect([...gradientsOf(a), ...gradientsOf(b)]).toEqual([1.5, 0.5]);
    expect(gradientNorm([a, b])).toBe(hypot(1.5, 0.5));
    clipGradients([a, b], { globalNorm: hypot(1.5, 0.5) / 2 });
    expect([...gradientsOf(a), ...gradientsOf(b)]).toEqual([0.75, 0.25]);
  });
});

/** A model with a table, a convolution, a cell and biases, and gradients of a step. */
function model(): Sequential {
  const layers = [
    new Embedding({ inputDim: 9, outputDim: 3 }),
    new Conv1D({ filters: 2, kernelSize: 2, padding: 'causal' }),
    new GRU({ units: 3 }),
    new Dense({ units: 2 }),
  ];
  const net = new Sequential(layers, { seed: 1, dtype: 'float64' });
  net.forward(tensor([[8, 1, 1, 4]]));
  net.backward(tensor([[1, -2]]));
  return net;
}

/** Positions of the elements of each unit: columns, rows of a table, whole biases. */
function unitsOf(name: string, { shape, size }: Tensor): number[][] {
  const all = Array.from({ length: size }, (_, j) => j);
  if (shape.length === 1) return [all];
  const columns = shape.at(-1)!;
  if (name.includes('embeddings')) {
    return Array.from({ length: shape[0]! }, (_, row) => all.filter((j) => Math.floor(j / columns) === row));
  }
  return Array.from({ length: columns }, (_, column) => all.filter((j) => j % columns === column));
}

describe('adaptiveClipping', () => {
  ptest.prop([fc.double({ min: 1e-3, max: 1, noNaN: true }), fc.constantFrom(1e-6, 1e-3, 0.5)], { numRuns: 20 })(
    'is (C6) for each unit',
    (ratio, epsilon) => {
      const { parameters } = model();
      const before = [...parameters].map(({ gradient }) => [...gradient.copy().data]);
      clipGradients(parameters, adaptiveClipping(ratio, { epsilon }));
      [...parameters].forEach(({ name, value, gradient }, k) => {
        const [w, g, clipped] = [value.copy().data, before[k]!, gradient.copy().data];
        for (const unit of unitsOf(name, value)) {
          const c = ratio * max(hypot(...unit.map((j) => w[j]!)), epsilon);
          const norm = hypot(...unit.map((j) => g[j]!));
          for (const j of unit) {
            expect(abs(clipped[j]! - (g[j]! * c) / max(norm, c))).toBeLessThanOrEqual(1e-12 * abs(g[j]!));
          }
        }
      });
    },
  );

  it('neither overflows nor underflows, and clips no unit twice', () => {
    const parameters = Parameters.of({ w: tensor([[1e-200, 1e200]], { dtype: 'float64' }) }, { dtype: 'float64' });
    parameters.get('w').gradient.set(0, 0, 1e-180);
    parameters.get('w').gradient.set(0, 1, -1e250);
    clipGradients(parameters, adaptiveClipping(0.5, { epsilon: 1e-250 }));
    const once = gradientsOf(parameters);
    expect(once.map((g, j) => g / [5e-201, -5e199][j]!)).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
    clipGradients(parameters, adaptiveClipping(0.5, { epsilon: 1e-250 }));
    expect(gradientsOf(parameters)).toEqual(once);
  });
});

describe('groupClipping', () => {
  const clips: readonly Clipping[] = [
    { value: 0.01 },
    { norm: 0.02 },
    { globalNorm: 0.03 },
    pNormClipping(0.02, { p: 1 }),
    adaptiveClipping(0.01),
  ];

  it.each(clips.map((clip, k) => [k, clip] as const))('clips a group as clipping number %i alone does', (_, clip) => {
    const [together, apart] = [model().parameters, model().parameters];
    clipGradients(together, groupClipping([{ parameters: ['gru1', /embeddings/], clip }]));
    const chosen = ({ name }: { name: string }): boolean => name.startsWith('gru1') || name.includes('embeddings');
    clipGradients(apart.filter(chosen), clip);
    for (const { name, gradient } of together) expectBits(gradient.copy().data, apart.get(name).gradient.copy().data);
    expect(gradientNorm(together)).toBeLessThan(gradientNorm(model().parameters));
  });

  it('counts the first group of a parameter, and leaves the rest', () => {
    const parameters = make([[3], [4], [5]]);
    const groups = [
      { parameters: 'p1', clip: { value: 1 } },
      { parameters: ['p0', 'p1'], clip: { globalNorm: 2 } },
    ];
    clipGradients(parameters, groupClipping(groups));
    expect(gradientsOf(parameters)).toEqual([2, 1, 5]);
  });

  it('keeps copies of what it was given', () => {
    const parameters = make([[3], [4]]);
    const [clip, names] = [{ value: 1 }, ['p0']];
    const clipping = groupClipping([{ parameters: names, clip }]);
    clip.value = 2;
    names.push('p1');
    clipGradients(parameters, clipping);
    expect(gradientsOf(parameters)).toEqual([1, 4]);
  });
});

describe('in training', () => {
  const compiled = (clip: Clipping, optimizer = new SGD({ learningRate: 0.1 })): Sequential => {
    const net = new Sequential([new GRU({ units: 3 }), new Dense({ units: 1 })], { seed: 2 });
    return net.compile({ optimizer, loss: new MeanSquaredError(), clip });
  };
  const [x, y] = [randomNormal([6, 4, 2], { seed: 1 }), randomNormal([6, 1], { seed: 2, sd: 3 })];

  it('a function of the user clips, and the log has what it did', async () => {
    const own = compiled((list) => {
      for (const parameters of list)
        for (const { gradient } of parameters) gradient.data.fill(0, gradient.offset, gradient.offset + gradient.size);
    });
    const before = [...own.build(2).parameters].map(({ value }) => value.copy());
    const { epochs } = await own.fit(x, y, { batchSize: 2 });
    [...own.parameters].forEach(({ value }, k) => {
      expectBits(value, before[k]!);
    });
    expect(epochs[0]).toMatchObject({ clippedNorm: 0, clippedShare: 1 });
    expect(epochs[0]!.gradientNorm).toBeGreaterThan(0);
  });

  it('clippedShare is the share of steps whose norm became smaller', async () => {
    const net = compiled({ globalNorm: 5 });
    const norms: [number, number][] = [];
    const callbacks = [
      {
        onBatchEnd: ({ gradientNorm: norm, clippedNorm }: { gradientNorm: number; clippedNorm: number }) =>
          void norms.push([norm, clippedNorm]),
      },
    ];
    const { epochs } = await net.fit(x, y, { batchSize: 1, epochs: 2, callbacks });
    const share = (from: number): number => norms.slice(from, from + 6).filter(([norm]) => norm > 5).length / 6;
    expect(epochs.map(({ clippedShare }) => clippedShare)).toEqual([share(0), share(6)]);
    expect(share(0)).toBeGreaterThan(0);
    expect(share(0)).toBeLessThan(1);
    const { epochs: free } = await compiled({ globalNorm: 1e9 }).fit(x, y);
    expect(free[0]!.clippedShare).toBe(0);
  });

  it('a function that leaves NaN is refused, and one that throws ends the step; both change nothing', () => {
    const nan = (list: readonly Parameters[]): void => {
      list[0]!.get('dense1.bias').gradient.set(0, Number.NaN);
    };
    const throws = (): never => {
      throw new Error('mine');
    };
    for (const [clip, message] of [
      [nan, 'Sequential.trainStep: "clip" must leave finite gradients; received NaN'],
      [throws, 'mine'],
    ] as const) {
      const optimizer = new SGD({ momentum: 0.9 });
      const net = compiled(clip, optimizer);
      const bytes = net.build(2).toBytes();
      expect(() => net.trainStep(x, y)).toThrow(message);
      expect([net.toBytes(), optimizer.iterations]).toEqual([bytes, 0]);
    }
  });
});
