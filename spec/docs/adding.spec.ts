import { describe, expect, it } from '@jest/globals';
import {
  type Buildable,
  Dense,
  GRU,
  MeanSquaredError,
  NonFiniteError,
  Parameters,
  randomNormal,
  Sequential,
  SGD,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import type { Layer } from '../../lib/layers/layer.ts';
import type { Loss } from '../../lib/losses/loss.ts';
import type { Optimizer } from '../../lib/optimizers/optimizer.ts';
import { gradcheck } from '../../lib/verify/index.ts';
import { run, snippetsOf } from './snippets.ts';

const { abs, sign, sqrt } = Math;
const dtype = 'float64';

/** The class that the only program of a page exports. */
async function classOf<C>(page: string, name: string, values: number): Promise<C> {
  const snippets = snippetsOf(page).filter(({ code }) => code.includes(`class ${name} `));
  const { exports, checked } = await run(snippets[0]!);
  expect(snippets).toHaveLength(1);
  expect(checked).toBe(values);
  return exports[name] as C;
}

describe('the layer of docs/adding-a-layer.md', () => {
  type Options = { readonly epsilon?: number; readonly dtype?: 'float64'; readonly inputSize?: number };
  let RMSNormalization: new (options?: Options) => Layer;
  const page = async () => {
    RMSNormalization ??= await classOf('docs/adding-a-layer.md', 'RMSNormalization', 5);
  };

  it('computes its equations, with and without a time axis', async () => {
    await page();
    for (const shape of [
      [3, 7],
      [2, 5, 7],
    ]) {
      const layer = new RMSNormalization({ epsilon: 0.1, dtype, inputSize: 7 }).build();
      const gamma = randomNormal([7], { seed: 1, dtype });
      (layer as Buildable).parameters.get('gamma').assign(gamma);
      const x = randomNormal(shape, { seed: 3, dtype });
      const rows = (array: Tensor) => (shape.length === 2 ? array : tensor(x.toArray(), { dtype })).data;
      const y = layer.forward(x);
      for (let row = 0; row < rows(x).length; row += 7) {
        const values = [...x.data.slice(row, row + 7)];
        const square = values.reduce((sum, v) => sum + v * v, 0) / 7;
        values.forEach((v, j) => {
          const expected = (gamma.get(j) * v) / sqrt(square + 0.1);
          expect(abs(y.data[row + j]! - expected)).toBeLessThan(1e-14);
        });
      }
    }
  });

  it.each([[[2, 4]], [[2, 1, 4]], [[3, 9, 5]], [[2, 6, 1]]])(
    'has the gradients of finite differences for x %j',
    async (shape) => {
      await page();
      const report = gradcheck(new RMSNormalization({ dtype }), { x: randomNormal(shape, { seed: 4, dtype }) });
      expect(`${report}`).toMatch(/^gradcheck passed/);
    },
  );

  it('gives the same bits of dx and of gradients by segments, and without a tape', async () => {
    await page();
    const x = randomNormal([3, 40, 6], { seed: 5 });
    const dy = randomNormal([3, 40, 6], { seed: 6 });
    const results = [{}, { checkpoint: 7 }, { checkpoint: 'sqrt' as const }].map((options) => {
      const layer = new RMSNormalization();
      const y = layer.forward(x, options);
      const { dx } = layer.backward(dy);
      const gradients = [...layer.parameters].map(({ gradient }) => gradient.toArray());
      return [y.toArray(), dx.toArray(), gradients];
    });
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect(new RMSNormalization().forward(x, { inference: true }).toArray()).toEqual(results[0]![0]);
  });

  it('is named where NaN arises in it', async () => {
    await page();
    const model = new Sequential([new RMSNormalization(), new Dense({ units: 1 })], { inputSize: 3 });
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    model.build().parameters.get('rMSNormalization1.gamma').value.set(1, Infinity);
    try {
      model.trainStep(tensor([[1, 2, 4]]), zeros([1, 1]));
      expect('it').toBe('thrown');
    } catch (error) {
      expect((error as NonFiniteError).place).toMatchObject({ layer: 'rMSNormalization1', tensor: 'gamma' });
      expect(error).toBeInstanceOf(NonFiniteError);
    }
  });
});

describe('the optimizer of docs/adding-an-optimizer.md', () => {
  type Options = { readonly learningRate?: number; readonly beta?: number; readonly weightDecay?: number };
  let Signum: new (options?: Options) => Optimizer;
  const page = async () => {
    Signum ??= await classOf('docs/adding-an-optimizer.md', 'Signum', 2);
  };

  it('computes its update rule over many steps', async () => {
    await page();
    const parameters = Parameters.of(
      { a: randomNormal([3, 2], { seed: 1 }), b: randomNormal([5], { seed: 2 }) },
      { dtype },
    );
    const signum = new Signum({ learningRate: 0.1, weightDecay: 0.3 });
    const w = [...parameters].flatMap(({ value }) => [...value.copy().data]);
    const m = w.map(() => 0);
    for (let step = 0; step < 9; step++) {
      const g = randomNormal([11], { seed: 10 + step, dtype }).data;
      let at = 0;
      for (const { gradient } of parameters) {
        gradient.copy().data.forEach((_, i) => {
          gradient.set(...(gradient.shape.length === 2 ? [Math.floor(i / 2), i % 2] : [i]), g[at++]!);
        });
      }
      signum.step(parameters);
      w.forEach((v, i) => {
        m[i] = 0.9 * m[i]! + 0.1 * g[i]!;
        w[i] = v - 0.1 * sign(m[i]!) - 0.1 * 0.3 * v;
      });
    }
    const trained = [...parameters].flatMap(({ value }) => [...value.copy().data]);
    trained.forEach((v, i) => {
      expect(abs(v - w[i]!)).toBeLessThan(1e-14);
    });
  });

  it('takes the same steps on trial, and refuses one that overflows', async () => {
    await page();
    const norms = [0.001, 0.001].map((learningRate, k) => {
      const optimizer = new Signum({ learningRate });
      if (k === 1) Object.defineProperty(optimizer, 'growth', { value: () => Infinity });
      const model = new Sequential([new GRU({ units: 3 }), new Dense({ units: 1 })], { inputSize: 2 });
      model.compile({ optimizer, loss: new MeanSquaredError() });
      const [x, y] = [randomNormal([4, 5, 2], { seed: 1 }), zeros([4, 1])];
      return [1, 2, 3].map(() => model.trainStep(x, y).gradientNorm);
    });
    expect(norms[1]).toEqual(norms[0]);
    const model = new Sequential([new Dense({ units: 1, useBias: false })], { inputSize: 1 }).build();
    model.compile({ optimizer: new Signum({ learningRate: 3e31 }), loss: new MeanSquaredError() });
    const { value } = model.parameters.get('dense1.kernel');
    value.set(0, 0, 3.4028234663852886e38); // the largest float32: a step of 3e31 makes it infinite
    expect(() => model.trainStep(tensor([[1e-30]]), tensor([[1e9]]))).toThrow(NonFiniteError);
    expect(value.get(0, 0)).toBe(3.4028234663852886e38);
  });

  it('refuses options outside their range', async () => {
    await page();
    expect(() => new Signum({ beta: 1 })).toThrow('Signum: "beta" must be');
  });
});

describe('the loss of docs/adding-a-loss.md', () => {
  let SmoothL1: new (options?: { readonly beta?: number; readonly reduction?: 'mean' | 'sum' }) => Loss;
  const page = async () => {
    SmoothL1 ??= await classOf('docs/adding-a-loss.md', 'SmoothL1', 3);
  };

  it.each(['mean', 'sum'] as const)('computes its formula and gradient, reduction %s', async (reduction) => {
    await page();
    const y = randomNormal([3, 5, 2], { seed: 1, dtype });
    const t = randomNormal([3, 5, 2], { seed: 2, dtype });
    const { loss, each, gradient } = new SmoothL1({ beta: 0.8, reduction }).evaluate(y, t);
    const count = reduction === 'mean' ? 30 : 1;
    let sum = 0;
    y.data.forEach((v, i) => {
      const e = v - t.data[i]!;
      const expected = abs(e) < 0.8 ? e ** 2 / 1.6 : abs(e) - 0.4;
      sum += expected;
      expect(abs(each.data[i]! - expected)).toBeLessThan(1e-15);
      expect(abs(gradient.data[i]! - (abs(e) < 0.8 ? e / 0.8 : sign(e)) / count)).toBeLessThan(1e-15);
    });
    expect(each.shape).toEqual([3, 5, 2]);
    expect(abs(loss - sum / count)).toBeLessThan(1e-13);
  });

  it('has the same gradients by segments, in training', async () => {
    await page();
    const model = new Sequential([new GRU({ units: 3, returnSequences: true }), new Dense({ units: 2 })], {
      inputSize: 2,
    });
    const [x, y] = [randomNormal([4, 20, 2], { seed: 3 }), randomNormal([4, 20, 2], { seed: 4 })];
    const optimizer = new SGD({ learningRate: 0 });
    const norms = [{}, { checkpoint: 3 }].map((options) => {
      model.compile({ optimizer, loss: new SmoothL1({ beta: 0.3 }), ...options });
      return model.trainStep(x, y).gradientNorm;
    });
    expect(norms[1]).toBe(norms[0]);
    expect(norms[0]).toBeGreaterThan(0);
  });
});
