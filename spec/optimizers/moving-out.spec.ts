import { describe, expect, it } from '@jest/globals';
import { gradientFlow } from '../../lib/flow/index.ts';
import { Adam, Dense, LSTM, MeanSquaredError, type Optimizer, randomNormal, Sequential, SGD } from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const [x, y] = [randomNormal([2, 3, 2], { seed: 1 }), randomNormal([2, 1], { seed: 2 })];
const loss = new MeanSquaredError();
const newModel = (): Sequential =>
  new Sequential([new LSTM({ units: 3 }), new Dense({ units: 1 })], { seed: 3 }).build(2);

/** One step by hand: no model moves the state of this optimizer. */
function stepByHand(model: Sequential, optimizer: Optimizer): void {
  const { gradient } = loss.evaluate(model.forward(x), y);
  model.parameters.zeroGradients();
  model.backward(gradient);
  optimizer.step(model.parameters);
}

const valuesOf = (model: Sequential): Float32Array =>
  Float32Array.from([...model.parameters].flatMap(({ value }) => [...value.copy().data]));

describe('an optimizer that another one replaces', () => {
  const pair = (): [Adam, SGD] => [new Adam(), new SGD({ momentum: 0.9 })];

  it('goes on with its state when the model is compiled with it again', () => {
    const [model, twin] = [newModel(), newModel()];
    const [[a, b], [c, d]] = [pair(), pair()];
    for (const [first, second] of [
      [a, c],
      [a, c],
      [b, d],
      [a, c],
      [b, d],
      [b, d],
      [a, c],
    ] as const) {
      model.compile({ optimizer: first, loss }).trainStep(x, y);
      stepByHand(twin, second);
    }
    expectBits(valuesOf(model), valuesOf(twin));
    expect([a, b]).toEqual([c, d]); // one of each pair has its state in the arena, the other one outside
    expect(a.iterations).toBe(4);
  });

  it('goes on with its state when it is stepped by hand', () => {
    const [model, twin] = [newModel(), newModel()];
    const [[a, b], [c, d]] = [pair(), pair()];
    model.compile({ optimizer: a, loss }).trainStep(x, y);
    model.compile({ optimizer: b, loss }).trainStep(x, y);
    stepByHand(model, a);
    model.trainStep(x, y);
    for (const optimizer of [c, d, c, d]) stepByHand(twin, optimizer);
    expectBits(valuesOf(model), valuesOf(twin));
  });

  it('is previewed with its state', () => {
    const [model, twin] = [newModel(), newModel()];
    const [[a, b], [c, d]] = [pair(), pair()];
    const flows = [[model, a, b] as const, [twin, c, d] as const].map(([each, first, second]) => {
      each.compile({ optimizer: first, loss }).trainStep(x, y);
      if (each === model) each.compile({ optimizer: second, loss }).compile({ optimizer: first, loss });
      return gradientFlow(each, x, y).parameters;
    });
    expect(flows[0]).toEqual(flows[1]);
    model.trainStep(x, y);
    twin.trainStep(x, y);
    expectBits(valuesOf(model), valuesOf(twin));
  });

  it('gives its room to the next one', () => {
    const model = newModel();
    const bytes = (): [number, number, number] => {
      model.compile({ optimizer: new Adam(), loss });
      const { optimizer } = model.memory({ B: 2, T: 3 });
      model.trainStep(x, y);
      const { arena } = model.parameters;
      return [optimizer, arena.usage.optimizer, arena.data.length];
    };
    const first = bytes();
    const stream = model.stream();
    const after = bytes();
    expect(after.slice(0, 2)).toEqual(first.slice(0, 2));
    for (let k = 0; k < 20; k++) expect(bytes()).toEqual(after);
    expect(stream.step(randomNormal([1, 2], { seed: 1 }), stream.zeroState())).toBeDefined();
  });

  it('keeps its room when the model is compiled with it again', () => {
    const model = newModel();
    const optimizer = new Adam();
    model.compile({ optimizer, loss }).trainStep(x, y);
    const { kept, pass } = model.parameters.arena;
    model.compile({ optimizer, loss });
    expect([model.parameters.arena.kept, model.parameters.arena.pass]).toEqual([kept, pass]);
  });
});
