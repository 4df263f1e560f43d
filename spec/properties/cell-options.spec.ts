import { describe } from '@jest/globals';
import { GRU, LSTM, SimpleRNN } from '../../lib/index.ts';
import type { Layer } from '../../lib/layers/layer.ts';
import { type RecurrentLayer, type RecurrentLayerOptions, recurrentProperties } from '../../lib/verify/index.ts';
import { hold } from './hold.ts';

type Make = (options: RecurrentLayerOptions) => RecurrentLayer & Layer;

// Without kinks, at which gradients are a matter of rounding.
const LAYERS: Readonly<Record<string, Make>> = {
  'LSTM with peepholes': (options) => new LSTM({ ...options, peepholes: true }),
  'LSTM, i = 1 − f, peepholes': (options) => new LSTM({ ...options, coupledGate: 'input', peepholes: true }),
  'LSTM, f = 1 − i, softsign': (options) => new LSTM({ ...options, coupledGate: 'forget', activation: 'softsign' }),
  'LSTM, linear output': (options) => new LSTM({ ...options, outputActivation: 'linear' }),
  'GRU, softsign': (options) => new GRU({ ...options, activation: 'softsign' }),
  'GRU, reset after, softsign': (options) => new GRU({ ...options, resetAfter: true, activation: 'softsign' }),
  'SimpleRNN, softsign': (options) => new SimpleRNN({ ...options, activation: 'softsign' }),
};

const small = { maxT: 5, maxB: 3, maxI: 2, maxH: 3 };

describe.each(Object.entries(LAYERS))('%s', (_, make) => {
  describe('float32', () => hold(recurrentProperties(make, small), 100));
  describe('float64', () => hold(recurrentProperties(make, { ...small, dtype: 'float64' }), 30));
});

const KINKS: Readonly<Record<string, Make>> = {
  'LSTM, clip': (options) => new LSTM({ ...options, clip: 0.7 }),
  'LSTM, hard sigmoid, relu': (options) => {
    return new LSTM({
      ...options,
      recurrentActivation: 'hardSigmoidFifth',
      activation: 'relu',
      outputActivation: 'tanh',
    });
  },
  'GRU, hard sigmoid, clip': (options) => new GRU({ ...options, recurrentActivation: 'hardSigmoidSixth', clip: 1 }),
};

describe.each(Object.entries(KINKS))('%s', (_, make) => {
  describe('float32', () => hold(recurrentProperties(make, small), 60));
});
