import { describe, expect, it } from '@jest/globals';
import { gradientFlow } from '../../lib/flow/index.ts';
import {
  type BackwardStep,
  type CompileOptions,
  Dense,
  type ForwardStep,
  GRU,
  type Layer,
  LSTM,
  LSTMCell,
  MeanSquaredError,
  type NonFiniteError,
  RNN,
  randomNormal,
  Sequential,
  SGD,
  SimpleRNN,
  StateError,
  zeros,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const [B, T, I, O] = [2, 9, 3, 2];
const x = randomNormal([B, T, I], { seed: 1 });
const y = randomNormal([B, T, O], { seed: 2 });

function compiled(
  options: Partial<CompileOptions> = {},
  layers: Layer[] = [new GRU({ units: O, returnSequences: true })],
) {
  const model = new Sequential(layers, { inputSize: I, seed: 4 });
  return model.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), ...options });
}

describe('backward', () => {
  it('follows forward, and nothing that trains or evaluates', () => {
    const model = compiled({ onNonFinite: 'skip' });
    const bad = x.copy();
    bad.set(0, 0, 0, Number.NaN);
    expect(model.trainStep(bad, y).skipped).toBe(true);
    expect(() => model.backward(y)).toThrow(StateError);
    model.evaluate(x, y);
    expect(() => model.backward(y)).toThrow(StateError);
  });

  it('goes back over all segments again after a cell has thrown', () => {
    let broken = false;
    class Broken extends LSTMCell {
      #steps = 0;
      override backwardStep(step: BackwardStep): void {
        if (broken && ++this.#steps === 3) throw new Error('broken');
        super.backwardStep(step);
      }
    }
    const [whole, divided] = [1, 2].map(() => new RNN({ cell: new Broken({ units: 3 }), returnSequences: true }));
    const dy = whole!.forward(x);
    divided!.forward(x, { checkpoint: 2 });
    broken = true;
    expect(() => divided!.backward(dy)).toThrow('broken');
    broken = false;
    divided!.parameters.zeroGradients();
    expectBits(divided!.backward(dy).dx, whole!.backward(dy).dx);
    for (const { name, gradient } of whole!.parameters) expectBits(divided!.parameters.get(name).gradient, gradient);
  });
});

describe('gradientFlow', () => {
  it.each([1, 2, 4, 'sqrt' as const])('counts every step once in segments of %s', (checkpoint) => {
    const layers = () => [
      new LSTM({ units: 4, returnSequences: true }),
      new SimpleRNN({ units: 3, activation: 'relu' as const, returnSequences: true }),
      new Dense({ units: O }),
    ];
    const [plain, divided] = [{}, { checkpoint }].map((options) => gradientFlow(compiled(options, layers()), x, y));
    for (const [k, { gates }] of plain!.layers.entries()) expect(divided!.layers[k]!.gates).toEqual(gates);
  });
});

describe('a budget that is too small', () => {
  it('is refused by gradientFlow before there are parameters', () => {
    const model = new Sequential([new GRU({ units: O, returnSequences: true })]);
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), checkpoint: { memory: 1 } });
    expect(() => gradientFlow(model, x, y)).toThrow('checkpoint.memory');
    expect(model.built).toBe(false);
  });
});

describe('a gradient of the prediction that overflows', () => {
  it.each([0, 3, 8])('is found at step %d, whatever its segment', (step) => {
    const far = y.copy();
    far.set(1, step, 0, 3e38);
    for (const checkpoint of [1, 2, 4]) {
      const model = compiled({ checkpoint, loss: new MeanSquaredError({ reduction: 'sum' }) });
      const place = (() => {
        try {
          return model.trainStep(x, far);
        } catch (error) {
          return (error as NonFiniteError).place;
        }
      })();
      expect(place).toMatchObject({ phase: 'backward', tensor: 'prediction', step, row: 1, unit: 0 });
    }
  });
});

describe('memory', () => {
  it('tells what a net without recurrent layers takes for sequences, and for rows', () => {
    for (const steps of [{}, { T: 1 }, { T }]) {
      const model = compiled({}, [new Dense({ units: 5, activation: 'tanh' }), new Dense({ units: O })]);
      const { total, segment, snapshots, recomputed, ...purposes } = model.memory({ B, ...steps });
      const axes = 'T' in steps ? [B, steps.T] : [B];
      model.trainStep(zeros([...axes, I]), zeros([...axes, O]));
      expect(model.parameters.arena.usage).toEqual(purposes);
    }
  });

  it('of a net without states fits into the least that is asked for', () => {
    const model = compiled({}, [new Dense({ units: O })]).build();
    const asked = (): unknown => model.forward(x, { checkpoint: { memory: 1 } });
    expect(asked).toThrow('at least');
    const least = Number(/at least (\d+) bytes/.exec(messageOf(asked))![1]);
    expect(model.forward(x, { checkpoint: { memory: least } }).shape).toEqual([B, T, O]);
  });

  it('counts the steps that are computed again, in overlapping windows too', () => {
    let steps = 0;
    class Counting extends LSTMCell {
      override forwardStep(step: ForwardStep): void {
        steps++;
        super.forwardStep(step);
      }
    }
    const every = [{}, { checkpoint: 2 }, { checkpoint: 'sqrt' as const }];
    const windows = [{}, { truncate: { every: 1, back: 5 } }, { truncate: { every: 2, back: 5 } }];
    for (const returnSequences of [true, false]) {
      for (const options of every.flatMap((one) => windows.map((other) => ({ ...one, ...other })))) {
        const model = compiled(options, [new RNN({ cell: new Counting({ units: O }), returnSequences })]);
        const { recomputed } = model.memory({ B, T });
        steps = 0;
        model.trainStep(x, returnSequences ? y : zeros([B, O]));
        expect(recomputed).toBe(steps - T);
      }
    }
  });
});

function messageOf(call: () => unknown): string {
  try {
    return String(call());
  } catch (error) {
    return String(error);
  }
}
