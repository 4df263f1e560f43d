import { describe, expect, it } from '@jest/globals';
import {
  BinaryCrossEntropy,
  Dense,
  type DenseActivation,
  GRU,
  type Layer,
  LSTM,
  MeanSquaredError,
  RNN,
  Sequential,
  SGD,
  SimpleRNN,
  SoftmaxCrossEntropy,
  tensor,
} from '../../lib/index.ts';
import { LeakyCell } from '../support/leaky-cell.ts';

const dense = (activation: DenseActivation) => new Dense({ units: 2, activation });
const model = (...layers: Layer[]) => new Sequential(layers);

const LAST: Readonly<Record<string, () => Sequential>> = {
  'linear Dense': () => model(dense('linear')),
  'softmax Dense': () => model(dense('softmax')),
  'sigmoid Dense': () => model(dense('sigmoid')),
  'tanh Dense': () => model(dense('tanh')),
  'relu Dense': () => model(dense('relu')),
  LSTM: () => model(new LSTM({ units: 2 })),
  GRU: () => model(new GRU({ units: 2 })),
  SimpleRNN: () => model(new SimpleRNN({ units: 2 })),
  'relu SimpleRNN': () => model(new SimpleRNN({ units: 2, activation: 'relu' })),
  'a cell by a user': () => model(new RNN({ cell: new LeakyCell({ units: 2 }) })),
  'linear Dense after softmax': () => model(dense('softmax'), dense('linear')),
  'softmax within a model': () => model(new LSTM({ units: 2 }), model(dense('linear'), model(dense('softmax')))),
  'linear Dense within a model': () => model(dense('softmax'), model(dense('sigmoid'), dense('linear'))),
};

const LOSSES = { MeanSquaredError, SoftmaxCrossEntropy, BinaryCrossEntropy };

/** Last layers whose bounds keep a loss from getting near 0. */
const BOUNDED = ['softmax Dense', 'sigmoid Dense', 'tanh Dense', 'LSTM', 'GRU', 'SimpleRNN', 'softmax within a model'];
const REFUSED: Readonly<Record<keyof typeof LOSSES, readonly string[]>> = {
  MeanSquaredError: [],
  SoftmaxCrossEntropy: BOUNDED,
  BinaryCrossEntropy: [...BOUNDED, 'relu Dense', 'relu SimpleRNN'],
};

describe.each(Object.keys(LOSSES) as (keyof typeof LOSSES)[])('compile with %s', (kind) => {
  const compile = (last: string) => LAST[last]!().compile({ optimizer: new SGD(), loss: new LOSSES[kind]() });

  it('refuses bounded outputs where the loss takes logits, and nothing else', () => {
    const refused = Object.keys(LAST).filter((last) => {
      try {
        compile(last);
        return false;
      } catch {
        return true;
      }
    });
    expect(refused.sort()).toEqual([...REFUSED[kind]].sort());
  });
});

describe('compile', () => {
  it('says what the loss does itself, and what to do', () => {
    const loss = new SoftmaxCrossEntropy();
    expect(() => model(dense('softmax')).compile({ optimizer: new SGD(), loss })).toThrow(
      'Sequential.compile: "loss" must follow a layer that returns logits, because SoftmaxCrossEntropy applies softmax itself; ' +
        'received a last layer whose outputs are from 0 to 1. Use a linear Dense as the last layer, and apply softmax to predictions',
    );
    expect(() => model(dense('relu')).compile({ optimizer: new SGD(), loss: new BinaryCrossEntropy() })).toThrow(
      'BinaryCrossEntropy applies sigmoid itself; received a last layer whose outputs are at least 0. Use',
    );
  });

  it('leaves the model compiled as it was', () => {
    const [x, y] = [tensor([[1, 2]]), tensor([[1, 0]])];
    const net = model(dense('softmax')).compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const before = net.evaluate(x, y);
    expect(() => net.compile({ optimizer: new SGD(), loss: new SoftmaxCrossEntropy() })).toThrow('"loss"');
    expect(net.evaluate(x, y)).toBe(before);
  });

  it('lets a linear last layer get where a sigmoid before the loss’ own would stop at ln(1 + 1/e)', () => {
    const [x, y] = [tensor([[1]]), tensor([[1]])];
    const net = model(new Dense({ units: 1 }));
    net.compile({ optimizer: new SGD({ learningRate: 5 }), loss: new BinaryCrossEntropy() });
    for (let step = 0; step < 100; step++) net.trainStep(x, y);
    expect(net.evaluate(x, y)).toBeLessThan(0.0019);
    expect(new BinaryCrossEntropy().evaluate(tensor([1]), tensor([1])).loss).toBeCloseTo(Math.log1p(Math.exp(-1)), 6);
  });
});
