import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  clipGradients,
  Dense,
  gradientNorm,
  LSTM,
  MeanSquaredError,
  NonFiniteError,
  randomNormal,
  Sequential,
  SGD,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import type { DType } from '../../lib/tensor/storage.ts';
import { expectBits } from '../support/bits.ts';

const x = randomNormal([4, 5, 3], { seed: 1 });
const y = randomNormal([4, 2], { seed: 2 });

function compiled(options: object = {}, dtype: DType = 'float32') {
  const model = new Sequential([new LSTM({ units: 6 }), new Dense({ units: 2 })], { dtype, seed: 3 });
  const optimizer = new Adam({ learningRate: 0.05 });
  model.compile({ optimizer, loss: new MeanSquaredError(), ...options });
  return { model, optimizer };
}

const values = (model: Sequential): Tensor[] => [...model.parameters].map(({ value }) => value.copy());

function expectSame(model: Sequential, other: Sequential): void {
  [...model.parameters].forEach(({ name, value }) => {
    expectBits(value, other.parameters.get(name).value, `${name}: `);
  });
}

describe('trainStep', () => {
  it('is forward, loss, backward and step, bit for bit', () => {
    const [{ model }, { model: byHand }] = [compiled(), compiled()];
    const optimizer = new Adam({ learningRate: 0.05 });
    for (let k = 0; k < 3; k++) {
      const step = model.trainStep(x, y);
      const { loss, gradient } = new MeanSquaredError().evaluate(byHand.forward(x), y);
      byHand.parameters.zeroGradients();
      byHand.backward(gradient);
      expect(step.loss).toBe(loss);
      expect(step.gradientNorm).toBe(gradientNorm(byHand.parameters));
      optimizer.step(byHand.parameters);
      expectSame(model, byHand);
    }
  });

  it.each([{ value: 0.01 }, { norm: 0.1 }, { globalNorm: 0.1 }])('clips before the step: %j', (clip) => {
    const [{ model }, { model: byHand }] = [compiled({ clip }), compiled()];
    const step = model.trainStep(x, y);
    byHand.backward(new MeanSquaredError().evaluate(byHand.forward(x), y).gradient);
    expect(clipGradients(byHand.parameters, clip)).toBe(step.gradientNorm);
    expect(step.clippedNorm).toBe(gradientNorm(byHand.parameters));
    expect(step.clippedNorm).toBeLessThan(step.gradientNorm);
    new Adam({ learningRate: 0.05 }).step(byHand.parameters);
    expectSame(model, byHand);
  });

  it('keeps the clipping it was compiled with', () => {
    const clip = { globalNorm: 0.1 };
    const { model } = compiled({ clip });
    clip.globalNorm = -1;
    expect(model.trainStep(x, y).clippedNorm).toBeCloseTo(0.1, 6);
  });

  it('refuses bad targets before anything changes: the tape of a forward pass can still be gone back over', () => {
    const [{ model }, { model: twin }] = [compiled(), compiled()];
    const bad = y.copy();
    bad.set(3, 1, Number.NaN);
    for (const each of [model, twin]) {
      each.trainStep(x, y);
      each.forward(x);
    }
    expect(() => model.trainStep(x, bad)).toThrow('Sequential.trainStep: "y" must be a finite number; received NaN');
    expect(() => model.evaluate(x, bad)).toThrow('Sequential.evaluate: "y" must be a finite number; received NaN');
    expectBits(model.backward(y).dx, twin.backward(y).dx);
    [...model.parameters].forEach(({ name, gradient }) => {
      expectBits(gradient, twin.parameters.get(name).gradient, `gradient of ${name}: `);
    });
    for (const each of [model, twin]) each.trainStep(x, y); // the optimizer, too, stands where it stood
    expectSame(model, twin);
  });

  it('without clipping the norms are one', () => {
    const { loss, gradientNorm, clippedNorm, skipped } = compiled().model.trainStep(x, y);
    expect(clippedNorm).toBe(gradientNorm);
    expect([loss > 0, gradientNorm > 0, skipped]).toEqual([true, true, false]);
  });

  it('starts from zero gradients', () => {
    const [{ model }, { model: twin }] = [compiled(), compiled()];
    model.build(3);
    for (const { gradient } of model.parameters)
      gradient.data.fill(7, gradient.offset, gradient.offset + gradient.size);
    expect(model.trainStep(x, y)).toEqual(twin.trainStep(x, y));
    expectSame(model, twin);
  });

  it('lowers the loss', () => {
    const { model } = compiled({ clip: { norm: 1 } });
    const losses = Array.from({ length: 30 }, () => model.trainStep(x, y).loss);
    expect(losses.at(-1)!).toBeLessThan(0.2 * losses[0]!);
  });

  it('keeps an optimizer to the models that were compiled with it', () => {
    const { model, optimizer } = compiled();
    model.trainStep(x, y);
    const other = compiled().model.build(3);
    const before = values(other);
    expect(() => optimizer.step(other.parameters)).toThrow(
      'Adam.step: "parameters" must be those of the first step; received those of another model, layer or subset',
    );
    values(other).forEach((value, k) => {
      expectBits(value, before[k]!);
    });
    expect(optimizer.iterations).toBe(1);
  });
});

/** A row whose prediction is far off, so that a float64 loss overflows. */
const far = tensor(
  [
    [1e200, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ],
  { dtype: 'float64' },
);

const dirtyX = x.copy();
dirtyX.set(2, 3, 1, Number.NaN);
const infiniteX = x.copy();
infiniteX.set(0, 0, 0, -Infinity);

const BAD: readonly (readonly [
  what: string,
  found: string,
  dtype: DType,
  break_: (m: Sequential) => [Tensor, Tensor],
])[] = [
  ['NaN in x', 'NaN in the forward pass: "x", step 3, row 2, unit 1', 'float32', () => [dirtyX, y]],
  ['an infinity in x', '-Infinity in the forward pass: "x", step 0, row 0, unit 0', 'float32', () => [infiniteX, y]],
  [
    'NaN in a parameter',
    'NaN in the forward pass of "lstm1": "recurrentKernel", entry [1, 4]',
    'float32',
    (model) => {
      model.parameters.get('lstm1.recurrentKernel').value.set(1, 4, Number.NaN);
      return [x, y];
    },
  ],
  [
    'an infinity in a later parameter',
    'Infinity in the forward pass of "dense1": "bias", entry [1]',
    'float32',
    (model) => {
      model.parameters.get('dense1.bias').value.set(1, Infinity);
      return [x, y];
    },
  ],
  [
    'a prediction that overflows',
    'in the forward pass of "dense1": "output", row',
    'float32',
    (model) => {
      for (const name of ['dense1.kernel', 'dense1.bias']) {
        const { value } = model.parameters.get(name);
        value.data.fill(3e38, value.offset, value.offset + value.size);
      }
      return [x, y];
    },
  ],
  ['a loss that overflows', 'Infinity in the forward pass: "loss"', 'float64', () => [x, far]],
  [
    'a gradient that overflows',
    'in the backward pass of "dense1": gradient of "input", row',
    'float32',
    (model) => {
      model.parameters.get('dense1.kernel').value.set(0, 0, 2e38);
      model.parameters.get('dense1.kernel').value.set(1, 0, -2e38);
      return [x, y];
    },
  ],
];

describe.each(BAD)('%s', (_, found, dtype, spoil) => {
  /** A model after two good steps, then spoiled. */
  const prepared = (onNonFinite?: 'throw' | 'skip' | 'off') => {
    const { model, optimizer } = compiled(onNonFinite === undefined ? {} : { onNonFinite }, dtype);
    model.trainStep(x, y);
    model.trainStep(x, y);
    return { model, optimizer, data: spoil(model) };
  };

  it('throws by default, names what was found first, and changes nothing', () => {
    const { model, optimizer, data } = prepared();
    const before = values(model);
    let thrown: unknown;
    try {
      model.trainStep(...data);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(NonFiniteError);
    const { message } = thrown as Error;
    expect(message).toMatch(/^Sequential\.trainStep: the call must compute only finite numbers; received /);
    expect(message).toContain(found);
    values(model).forEach((value, k) => {
      expectBits(value, before[k]!);
    });
    expect(optimizer.iterations).toBe(2);
  });

  it('is left out when told to skip', () => {
    const { model, optimizer, data } = prepared('skip');
    const before = values(model);
    const { skipped, loss, gradientNorm } = model.trainStep(...data);
    expect(skipped).toBe(true);
    expect(Number.isFinite(loss) && Number.isFinite(gradientNorm)).toBe(false);
    values(model).forEach((value, k) => {
      expectBits(value, before[k]!);
    });
    expect(optimizer.iterations).toBe(2);
  });

  it('goes into parameters or optimizer when the check is off', () => {
    const { model, optimizer, data } = prepared('off');
    expect(model.trainStep(...data).skipped).toBe(false);
    expect(optimizer.iterations).toBe(3);
    const { data: everything } = model.parameters.arena; // Adam's means of squares may take it all in
    expect(everything.every(Number.isFinite)).toBe(false);
  });
});

describe('after a step that was refused or skipped', () => {
  it.each(['throw', 'skip'] as const)('the next goes on as if there had been none: %s', (onNonFinite) => {
    const [{ model }, { model: twin }] = [compiled({ onNonFinite }), compiled({ onNonFinite })];
    for (let k = 0; k < 3; k++) {
      try {
        model.trainStep(dirtyX, y);
      } catch (error) {
        expect(error).toBeInstanceOf(NonFiniteError);
      }
      expect(model.trainStep(x, y)).toEqual(twin.trainStep(x, y));
    }
    expectSame(model, twin);
  });

  it('SGD keeps its momentum', () => {
    const make = () => compiled({ optimizer: new SGD({ momentum: 0.9 }), onNonFinite: 'skip' }).model;
    const [model, twin] = [make(), make()];
    for (let k = 0; k < 3; k++) {
      model.trainStep(infiniteX, y);
      expect(model.trainStep(x, y)).toEqual(twin.trainStep(x, y));
    }
    expectSame(model, twin);
  });
});
