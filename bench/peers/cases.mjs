// The cases of the comparison, with the same weights and inputs for all libraries.
import { flopOf, LARGE, MIDDLE, SMALL, STREAMING } from '../recurrent.mjs';

/** The shape that brain.js can train; see engines/brain.mjs. */
export const NARROW = { B: 2, T: 80, I: 8, H: 64 };

const written = ({ B, T, I, H }) => `B ${B} T ${T} I ${I} H ${H}`;

function caseOf(layer, work, shape) {
  const flop = (work === 'training step' ? 3 : 1) * flopOf(layer, shape);
  return {
    group: written(shape),
    name: `${layer} ${work}`,
    layer,
    work: { amount: flop, unit: 'flop' },
    does: work,
    shape,
  };
}

/** Kinds of work: 'forward' over a sequence, 'training step', and 'step', one step of a stream. */
export function peerCases() {
  const sequences = [SMALL, MIDDLE, LARGE].flatMap((shape) => [
    caseOf('LSTM', 'forward', shape),
    caseOf('LSTM', 'training step', shape),
    caseOf('GRU reset after', 'training step', shape),
    caseOf('GRU', 'training step', shape),
  ]);
  return [...sequences, caseOf('LSTM', 'step', STREAMING), caseOf('LSTM', 'training step', NARROW)];
}
