// How ONNX lays out the gates of its recurrent operators.

import type { ActivationName } from '../../cells/activations.ts';
import type { GateLayout } from '../gates.ts';

/** The order of the gates: i o f c; z r h, where z keeps the old state; peepholes i o f. */
export const LAYOUTS: Readonly<Record<'LSTM' | 'GRU' | 'RNN', GateLayout>> = {
  LSTM: {
    gates: ['input', 'output', 'forget', 'candidate'],
    blocks: 'rows',
    peepholes: ['input', 'output', 'forget'],
  },
  GRU: { gates: ['update', 'reset', 'candidate'], blocks: 'rows', negated: ['update'] },
  RNN: { gates: ['hidden'], blocks: 'rows' },
};

/** Activations for which 1 − φ(a) = φ(−a), so that the share z of one form is 1 − z of the other. */
export const SYMMETRIC: readonly ActivationName[] = ['sigmoid', 'hardSigmoidFifth', 'hardSigmoidSixth'];
