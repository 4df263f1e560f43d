import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { gradientFlow, recordFlow } from '../lib/flow/index.ts';
import * as bptt from '../lib/index.ts';

// Two copies of the package in one program, as npm installs them for two dependents: classes of equal names, unequal.

type Bptt = typeof bptt;
let other: Bptt;

beforeAll(async () => {
  jest.resetModules();
  other = await import('../lib/index.ts');
});

const remedy = 'It belongs to another copy of bptt: load the package only once (npm ls bptt)';

describe('an object of another copy of the package', () => {
  it('is one of another class', () => {
    expect(new other.Dense({ units: 1 })).not.toBeInstanceOf(bptt.Dense);
  });

  it.each<[string, string, () => unknown]>([
    ['a layer', 'Sequential: "layers[0]"', () => new bptt.Sequential([new other.GRU({ units: 1 })])],
    ['a model', 'Sequential: "layers[0]"', () => new bptt.Sequential([model()])],
    ['a cell', 'RNN: "cell"', () => new bptt.RNN({ cell: new other.LSTMCell({ units: 1 }) })],
    ['an optimizer', 'Sequential.compile: "optimizer"', () => compile(other.SGD, bptt.MeanSquaredError)],
    ['a loss', 'Sequential.compile: "loss"', () => compile(bptt.SGD, other.MeanSquaredError)],
    [
      'a model to look at',
      'gradientFlow: "model"',
      () => gradientFlow(model(), bptt.zeros([1, 1]), bptt.zeros([1, 1])),
    ],
    ['a model to record', 'recordFlow: "model"', () => recordFlow(model())],
    ['parameters', 'SGD.step: "parameters"', () => new bptt.SGD().step(parameters())],
    ['parameters to clip', 'clipGradients: "parameters"', () => bptt.clipGradients(parameters(), { norm: 1 })],
    ['a generator', 'randomNormal: "seed"', () => bptt.randomNormal([1], { seed: new other.Random(1) })],
    [
      'one of an initializer',
      'initializers.zeros: "random"',
      () => bptt.initializers.zeros([1], new other.Random(1), { gates: 1 }),
    ],
  ])('as %s is refused with the reason', (_, start, call) => {
    expect(call).toThrow(`${start} must `);
    expect(call).toThrow(remedy);
  });

  it('is found where a bundler has renamed the classes', () => {
    class a extends other.Dense {}
    let at: object = a;
    while (at !== Function.prototype) {
      Object.defineProperty(at, 'name', { value: 'b' });
      at = Object.getPrototypeOf(at);
    }
    expect(() => new bptt.Sequential([new a({ units: 1 })])).toThrow(remedy);
  });

  it('is not seen in anything else', () => {
    for (const layer of [
      undefined,
      null,
      1,
      {},
      [],
      bptt.Dense,
      new bptt.LSTMCell({ units: 1 }),
      Object.create(null),
    ]) {
      const call = () => new bptt.Sequential([layer as never]);
      expect(call).toThrow('Sequential: "layers[0]" must be a layer');
      expect(call).not.toThrow(remedy);
    }
  });
});

function model(): bptt.Sequential {
  return new other.Sequential([new other.Dense({ units: 1 })]);
}

function parameters(): bptt.Parameters {
  return other.Parameters.of({ w: other.zeros([1]) });
}

function compile(Optimizer: Bptt['SGD'], Loss: Bptt['MeanSquaredError']): unknown {
  return new bptt.Sequential([new bptt.Dense({ units: 1 })]).compile({ optimizer: new Optimizer(), loss: new Loss() });
}
