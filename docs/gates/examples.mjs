// What one unit of an LSTM or a GRU can show: sequences, and weights set by hand.

/** Gates of each cell, in the order of the equations; `keeps` says how much of the old state stays. */
export const CELLS = {
  LSTM: { gates: ['forget', 'candidate', 'input', 'output'], memory: 'c', keeps: ({ forget }) => forget },
  GRU: { gates: ['reset', 'update', 'candidate'], memory: 'h', keeps: ({ update }) => update.map((z) => 1 - z) },
};

/** Sequences that the unit can read, from −1 to 1. */
export const SEQUENCES = {
  pulse: { title: 'one pulse', values: Array.from({ length: 60 }, (_, t) => (t === 5 ? 1 : 0)) },
  pulses: {
    title: 'pulses up and down',
    values: Array.from({ length: 60 }, (_, t) => ({ 5: 1, 25: -1, 40: 1 })[t] ?? 0),
  },
  wave: { title: 'a wave', values: Array.from({ length: 60 }, (_, t) => Math.sin(t / 4)) },
  word: { title: 'a¹⁵b¹⁵: 1 for a, −1 for b', values: Array.from({ length: 30 }, (_, t) => (t < 15 ? 1 : -1)) },
};

/** A gate: its pre-activation is x·input + h·own + bias. */
const gate = (input, own, bias) => ({ input, own, bias });

/** Weights that show something, with a sentence about what to see. */
export const EXAMPLES = {
  remember: {
    title: 'Remember',
    about: 'A pulse opens the input gate. The forget gate stays near 1, so the cell state holds the pulse.',
    cell: 'LSTM',
    sequence: 'pulse',
    weights: { forget: gate(0, 0, 5), candidate: gate(3, 0, 0), input: gate(10, 0, -5), output: gate(0, 0, 2) },
  },
  leak: {
    title: 'Leak',
    about: 'With a bias of 1 the forget gate is 0.73: after ten steps, 4 % of the pulse is left.',
    cell: 'LSTM',
    sequence: 'pulse',
    weights: { forget: gate(0, 0, 1), candidate: gate(3, 0, 0), input: gate(10, 0, -5), output: gate(0, 0, 2) },
  },
  erase: {
    title: 'Erase',
    about: 'A pulse down closes the forget gate, and the next pulse up is stored in an empty cell.',
    cell: 'LSTM',
    sequence: 'pulses',
    weights: { forget: gate(10, 0, 5), candidate: gate(3, 0, 0), input: gate(10, 0, -5), output: gate(0, 0, 2) },
  },
  count: {
    title: 'Count',
    about:
      'Input and forget gates are nearly 1, so each a adds tanh(1) to the cell state, and each b takes it away again.',
    cell: 'LSTM',
    sequence: 'word',
    weights: { forget: gate(0, 0, 10), candidate: gate(1, 0, 0), input: gate(0, 0, 10), output: gate(0, 0, 2) },
  },
  hold: {
    title: 'GRU: hold',
    about: 'A pulse opens the update gate, which takes the candidate; then 1 − z is near 1, and the state stays.',
    cell: 'GRU',
    sequence: 'pulse',
    weights: { reset: gate(0, 0, 0), update: gate(10, 0, -5), candidate: gate(3, 0, 0) },
  },
  bounded: {
    title: 'GRU: no counter',
    about:
      'The state is a mean of candidates, so it stays between −1 and 1: after a few letters it no longer tells how many.',
    cell: 'GRU',
    sequence: 'word',
    weights: { reset: gate(0, 0, 5), update: gate(0, 0, -1), candidate: gate(2, 0, 0) },
  },
};

/** The largest n that counters are trained on. */
export const TRAINED = 10;
/** Settings of the playground that train them. */
export const ADDRESSES = {
  LSTM: `task=counting&length=${TRAINED}&units=1&rate=0.02`,
  GRU: `task=counting&length=${TRAINED}&units=4&cell=GRU`,
};
