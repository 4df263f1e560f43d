// Words and colors of the playground.

export const CELLS = {
  SimpleRNN: 'SimpleRNN',
  GRU: 'GRU',
  GRUResetAfter: 'GRU, reset after',
  LSTM: 'LSTM',
  PeepholeLSTM: 'LSTM with peepholes',
};

export const TASKS = {
  echo: 'Echo',
  adding: 'Adding',
  order: 'Temporal order',
  counting: 'Counting aⁿbⁿ',
  text: 'Next character',
  series: 'Forecasting',
};

export const INITS = { orthogonal: 'orthogonal', glorot: 'Glorot', small: 'small (0.01)', large: 'large (1)' };

/** Names of what a teacher can hide. */
export const CONTROLS = {
  task: 'task',
  length: 'length',
  rows: 'rows',
  seed: 'seed',
  text: 'text',
  data: 'series',
  cell: 'cell',
  units: 'units',
  layers: 'layers',
  optimizer: 'optimizer',
  rate: 'rate',
  clip: 'clipping',
  init: 'initial weights',
  forgetBias: 'forget bias',
  dropout: 'dropout',
  nets: 'number of nets',
  code: 'copy as code',
  verdicts: 'verdicts',
  teacher: 'this list',
};

/** Colors of the nets, which can be seen on light and on dark ground. */
export const COLORS = ['#3b82c4', '#d9691e', '#2e9e4f'];

export const percent = (share) => `${Math.round(100 * share) + 0} %`; // + 0: without −0

/** A factor in two digits. */
export const inWords = (value) =>
  value >= 0.01 && value < 1000 ? String(Number(value.toPrecision(2))) : value.toExponential(1);

/** A change of settings in words: `cell LSTM`. */
export const changeText = (change) =>
  Object.entries(change)
    .map(([name, value]) => `${CONTROLS[name]} ${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`)
    .join(', ');
