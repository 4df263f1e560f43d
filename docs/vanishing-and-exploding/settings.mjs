// What the reader sets.

export const CELLS = ['linear', 'tanh', 'relu', 'LSTM', 'GRU'];
export const LIMITS = { radius: [0.5, 1.5], steps: [5, 60], size: [0, 10] };
export const DEFAULTS = { cell: 'tanh', radius: 1, steps: 30, size: 0.5, clip: 1 };
