import { describe, expect, it } from '@jest/globals';
import { gradientFlow } from '../../lib/flow/index.ts';
import {
  Adam,
  BpttError,
  Dense,
  type ForwardStep,
  GRU,
  LSTM,
  LSTMCell,
  MeanSquaredError,
  type NdArrayLike,
  Parameters,
  RNN,
  randomNormal,
  Sequential,
  SGD,
  StateError,
  zeros,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';
import { LeakyCell } from '../support/leaky-cell.ts';

/** An array of any size that takes no memory. */
const endless = (...shape: number[]): NdArrayLike => ({
  data: new Float32Array(1),
  shape,
  stride: shape.map(() => 0),
  offset: 0,
});

const huge = endless(2 ** 16, 2 ** 16, 2); // 32 GiB
const targets = endless(2 ** 16, 1);
const wide = endless(2 ** 16, 1, 2 ** 17); // 32 GiB in one time step: inference takes no memory for others
const [x, y] = [randomNormal([2, 3, 2], { seed: 1 }), randomNormal([2, 1], { seed: 2 })];

function compiled(optimizer = new Adam()): { model: Sequential; optimizer: Adam } {
  const model = new Sequential([new LSTM({ units: 3 }), new Dense({ units: 1 })]);
  return { model: model.compile({ optimizer, loss: new MeanSquaredError() }), optimizer };
}

/** Calls that ask for more memory than there is, of a model without parameters. */
const CALLS: Readonly<Record<string, (model: Sequential) => unknown>> = {
  trainStep: (model) => model.trainStep(huge, targets),
  fit: (model) => model.fit(huge, targets, { batchSize: 2 ** 16 }),
  fitStream: (model) => model.fitStream([[huge, targets]]),
  forward: (model) => model.forward(huge),
  predict: (model) => model.predict(wide, { batchSize: 2 ** 16 }),
  evaluate: (model) => model.evaluate(wide, targets, { batchSize: 2 ** 16 }),
};

async function refusal(call: () => unknown): Promise<BpttError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof BpttError) return error;
  }
  throw new Error('no BpttError');
}

describe.each(Object.keys(CALLS))('a %s that is too large', (method) => {
  const call = CALLS[method]!;

  it('is refused in its own name, with what takes less', async () => {
    const { message } = await refusal(() => call(compiled().model));
    const due =
      method === 'fit' // whose batch is a copy
        ? /^Sequential\.fit: "batchSize" must fit into memory; received \d+ elements$/
        : method === 'fitStream' // whose chunk is a copy
          ? /^Sequential\.fitStream: "chunks\[0\]\[0\]" must fit into memory; received \d+ elements$/
          : new RegExp(
              `^Sequential\\.${method}: the call must fit into memory; received a request for \\d+ bytes\\. Use a smaller batch, .* checkpoint: 'sqrt'; nothing was changed$`,
            );
    expect(message).toMatch(due);
  });

  it('leaves the model without parameters, and the optimizer free', async () => {
    const { model, optimizer } = compiled();
    await refusal(() => call(model));
    expect([model.built, model.inputSize, optimizer.slotsToClaim()]).toEqual([false, undefined, 2]);
    expect(model.layers.map(({ built }) => built)).toEqual([false, false]);
    expect(model.trainStep(zeros([1, 4, 7]), zeros([1, 1])).skipped).toBe(false);
  });

  it('leaves the room of a model with parameters as it was, and its pass', async () => {
    const [{ model, optimizer }, twin] = [compiled(), compiled().model];
    for (const each of [model, twin]) each.forward(x);
    const { arena } = model.parameters;
    const before = [arena.kept, arena.pass, arena.data.length, arena.usage];
    await refusal(() => call(model));
    expect([arena.kept, arena.pass, arena.data.length, arena.usage]).toEqual(before);
    optimizer.step(Parameters.of({ w: zeros([1]) })); // of nobody yet
    expectBits(model.backward(y).dx, twin.backward(y).dx);
  });
});

describe('without room', () => {
  it.each<[string, () => { readonly built: boolean }, (of: never) => unknown]>([
    ['LSTM.stream', () => new LSTM({ units: 3, inputSize: 2 }), (of: LSTM) => of.stream({ batchSize: 2 ** 45 })],
    [
      'Sequential.stream',
      () => new Sequential([new GRU({ units: 3 }), new Dense({ units: 2 })], { inputSize: 2 }),
      (of: Sequential) => of.stream({ batchSize: 2 ** 45 }),
    ],
    ['LSTMCell.step', () => new LSTMCell({ units: 3 }), (of: LSTMCell) => of.step(endless(2 ** 33, 2))],
    ['GRU.forward', () => new GRU({ units: 3 }), (of: GRU) => of.forward(huge)],
    ['Dense.build', () => new Dense({ units: 2 ** 25 }), (of: Dense) => of.build(2 ** 25)],
  ])('%s leaves what it is called on without parameters', (where, make, call) => {
    const subject = make();
    expect(() => call(subject as never)).toThrow(`${where}: the call must fit into memory`);
    expect(subject.built).toBe(false);
  });

  it('gradientFlow leaves the model without parameters', () => {
    const { model } = compiled();
    const [long, few] = [endless(1, 2 ** 24, 2 ** 8), endless(1, 1)];
    expect(() => gradientFlow(model, long, few)).toThrow('gradientFlow: the call must fit into memory');
    expect(model.built).toBe(false);
  });

  it('an optimizer leaves parameters as they were', () => {
    const parameters = Parameters.of({ w: zeros([2]) });
    const { kept, pass } = parameters.arena;
    Object.defineProperty(parameters, 'size', { value: 2 ** 45 });
    expect(() => new Adam().step(parameters)).toThrow('Adam.step: the call must fit into memory');
    expect([parameters.arena.kept, parameters.arena.pass]).toEqual([kept, pass]);
  });
});

describe('a layer of two models', () => {
  it('is refused by the second one, whose other layers stay free', () => {
    const [shared, other] = [new GRU({ units: 2 }), new GRU({ units: 2, returnSequences: true })];
    new Sequential([shared]);
    expect(() => new Sequential([other, shared])).toThrow(
      'Sequential: "layers[1]" must be new: not in use elsewhere or twice; received an object (GRU). Make a new layer',
    );
    expect(other.inUse).toBe(false);
    expect(new Sequential([other, new GRU({ units: 1 })]).forward(x).shape).toEqual([2, 1]);
  });

  it('stays free where a model was refused for another reason', () => {
    const layer = new GRU({ units: 2 });
    expect(() => new Sequential([layer, new GRU({ units: 2 })])).toThrow('"layers[1]"');
    expect(() => new Sequential([layer], { seed: -1 })).toThrow('"seed"');
    expect(new Sequential([layer]).forward(x).shape).toEqual([2, 2]);
  });

  it('and a cell of two layers are refused', () => {
    const cell = new LSTMCell({ units: 2 });
    new RNN({ cell });
    expect(() => new RNN({ cell })).toThrow('RNN: "cell" must be new: without parameters yet, and of no other layer');
    expect(() => new RNN({ cell: new GRU({ units: 1 }).cell })).toThrow('RNN: "cell" must be new');
    const free = new LSTMCell({ units: 2 });
    expect(() => new RNN({ cell: free, returnSequences: 1 as never })).toThrow('"returnSequences"');
    expect(free.inUse).toBe(false);
  });
});

describe('a layer that got parameters by itself', () => {
  const use: Readonly<Record<string, (layer: LSTM) => unknown>> = {
    'used alone': (layer) => layer.forward(zeros([1, 2, 3])),
    'whose cell was stepped': (layer) => layer.cell.step(zeros([1, 3])),
  };

  it.each(Object.keys(use))('%s is refused before the layers before it get theirs', (how) => {
    const [first, second] = [new LSTM({ units: 3, returnSequences: true }), new LSTM({ units: 2 })];
    const model = new Sequential([first, new Sequential([second])]);
    use[how]!(second);
    expect(() => model.build(4)).toThrow(StateError);
    expect(() => model.forward(zeros([1, 2, 4]))).toThrow(
      'Sequential.forward: the call must come before layers and cells of the model have parameters by themselves; received LSTM',
    );
    expect([first.built, first.cell.built, model.built]).toEqual([false, false, false]);
    expect(first.forward(zeros([1, 2, 5])).shape).toEqual([1, 2, 3]);
    expect(second.forward(zeros([1, 2, 3])).shape).toEqual([1, 2]);
  });
});

describe('an optimizer of two models', () => {
  const due =
    'Sequential.compile: "optimizer" must be new, or belong to this model; received one of another model, layer or subset. Create an optimizer for each model or subset of parameters';

  it('is refused by a model if it was stepped by hand with another, which stays as it was', () => {
    const optimizer = new Adam();
    optimizer.step(compiled().model.build(2).parameters);
    const other = compiled().model;
    const before = other.trainStep(x, y).loss;
    expect(() => other.compile({ optimizer, loss: new MeanSquaredError({ reduction: 'sum' }) })).toThrow(due);
    expect(other.trainStep(x, y).loss).toBeLessThan(before); // of the mean, by its own optimizer
    expect(() => compiled(optimizer)).toThrow(StateError);
  });

  it('is refused when it has stepped something else', () => {
    const optimizer = new Adam();
    optimizer.step(Parameters.of({ w: zeros([1]) }));
    expect(() => compiled(optimizer)).toThrow(due);
  });

  it('may be given to its own model again, before and after steps', () => {
    const { model, optimizer } = compiled();
    const again = { optimizer, loss: new MeanSquaredError() };
    model.compile(again).trainStep(x, y);
    model.compile(again).trainStep(x, y);
    expect(optimizer.iterations).toBe(2);
    const own = new SGD();
    own.step(model.parameters);
    model.compile({ ...again, optimizer: own }).trainStep(x, y);
    expect(own.iterations).toBe(2);
  });
});

describe('a cell that throws on the way', () => {
  it('leaves no pass for backward', () => {
    let fails = false;
    class Failing extends LeakyCell {
      override forwardStep(step: ForwardStep): void {
        if (fails) throw new RangeError('by the cell');
        super.forwardStep(step);
      }
    }
    const layer = new RNN({ cell: new Failing({ units: 1 }) });
    layer.forward(x);
    fails = true;
    expect(() => layer.forward(x)).toThrow('by the cell');
    expect(() => layer.backward(y)).toThrow(StateError);
  });
});
