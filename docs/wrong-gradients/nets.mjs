// The cells of each fault, right and wrong.
import { LSTMCell, SimpleRNNCell } from 'bptt';
import * as cells from './cells.mjs';

/**
 * By the fault's name: { Right, Wrong, onlyOutput?, clip? }. `onlyOutput`: the states are no outputs of the check. `clip`: how gradients
 * are clipped, if the fault is there. 'overwritten' is a net on plain arrays, in bidirectional.mjs.
 */
export const NETS = {
  'forward-order': { Right: SimpleRNNCell, Wrong: cells.ForwardOrder },
  'this-step-only': { Right: SimpleRNNCell, Wrong: cells.NotPassedOn },
  replaced: { Right: SimpleRNNCell, Wrong: cells.Replaced },
  'tanh-of-output': { Right: SimpleRNNCell, Wrong: cells.TanhOfOutput },
  'no-carousel': { Right: LSTMCell, Wrong: cells.NoCarousel, onlyOutput: true },
  'last-state': { Right: LSTMCell, Wrong: cells.NoLastState },
  'copied-bias': { Right: LSTMCell, Wrong: cells.CopiedBias },
  'no-mask': { Right: cells.Dropout, Wrong: cells.DropoutForgotten },
  'first-mask': { Right: cells.Zoneout, Wrong: cells.FirstMask },
  clipping: { Right: SimpleRNNCell, Wrong: SimpleRNNCell, clip: { right: { globalNorm: 0.1 }, wrong: { norm: 0.1 } } },
};
