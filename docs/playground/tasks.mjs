// The tasks of the playground: what a net reads, what it should answer, and when it has learned it. Each draws its batches
// from seeded random numbers.

/**
 * @typedef {object} Batch
 * @property {Float32Array} x - [B, T, I], row-major
 * @property {number[]} xShape
 * @property {Float32Array} y - targets
 * @property {number[]} yShape
 * @property {number[]} [lengths] - time steps of each row; default: all
 * @property {number[][]} [weights] - of time steps, [B][T]; a weight of 0: no answer is asked for
 *
 * @typedef {object} Task
 * @property {string} title
 * @property {string} about - what is hard about it
 * @property {'classes' | 'numbers'} answers
 * @property {boolean} everyStep - whether there is an answer at each time step, or one at the end
 * @property {readonly string[]} inputs - names of the input's features
 * @property {readonly string[]} outputs - names of classes or numbers
 * @property {{ least: number, most: number, usual: number, means: string }} length
 * @property {number} goal - score from which on the task counts as learned
 * @property {string} score - what the score counts
 * @property {(random: import('bptt').Random, rows: number, length: number) => Batch} draw
 */

/** An answer of a net to a number within this distance is right. */
const CLOSE = 0.04;

/** @type {Task} */
const echo = {
  title: 'Echo',
  about: 'Name the symbol of k steps ago. The net has to hold k symbols at a time, in order.',
  answers: 'classes',
  everyStep: true,
  inputs: ['a', 'b', 'c', 'd'],
  outputs: ['a', 'b', 'c', 'd'],
  length: { least: 1, most: 40, usual: 4, means: 'k, the steps between a symbol and its answer' },
  goal: 0.95,
  score: 'right answers',
  draw(random, rows, k) {
    const [T, I] = [2 * k + 8, 4];
    const x = new Float32Array(rows * T * I);
    const y = new Float32Array(rows * T);
    for (let b = 0; b < rows; b++) {
      const symbols = Array.from({ length: T }, () => random.integer(I));
      symbols.forEach((symbol, t) => {
        x[(b * T + t) * I + symbol] = 1;
      });
      for (let t = k; t < T; t++) y[b * T + t] = symbols[t - k];
    }
    const asked = Array.from({ length: T }, (_, t) => (t < k ? 0 : 1));
    return { x, xShape: [rows, T, I], y, yShape: [rows, T], weights: Array.from({ length: rows }, () => asked) };
  },
};

/** @type {Task} */
const adding = {
  title: 'Adding',
  about: 'Add two marked numbers among many others (Hochreiter and Schmidhuber 1997). The answer comes at the end.',
  answers: 'numbers',
  everyStep: false,
  inputs: ['number', 'mark'],
  outputs: ['mean of the two'],
  length: { least: 10, most: 200, usual: 40, means: 'time steps' },
  goal: 0.95,
  score: `answers within ${CLOSE}`,
  draw(random, rows, T) {
    const x = new Float32Array(rows * T * 2);
    const y = new Float32Array(rows);
    const half = Math.floor(T / 2);
    for (let b = 0; b < rows; b++) {
      const row = x.subarray(b * T * 2, (b + 1) * T * 2);
      for (let t = 0; t < T; t++) row[2 * t] = random.uniform(0, 1);
      const marked = [random.integer(half), half + random.integer(T - half)];
      for (const t of marked) row[2 * t + 1] = 1;
      y[b] = marked.reduce((sum, t) => sum + row[2 * t] / 2, 0);
    }
    return { x, xShape: [rows, T, 2], y, yShape: [rows, 1] };
  },
};

/** @type {Task} */
const order = {
  title: 'Temporal order',
  about: 'Two of many symbols are X or Y. Name both in their order, at the end (experiment 6 of 1997).',
  answers: 'classes',
  everyStep: false,
  inputs: ['a', 'b', 'c', 'd', 'X', 'Y'],
  outputs: ['XX', 'XY', 'YX', 'YY'],
  length: { least: 10, most: 200, usual: 30, means: 'time steps' },
  goal: 0.95,
  score: 'right answers',
  draw(random, rows, T) {
    const I = 6;
    const x = new Float32Array(rows * T * I);
    const y = new Float32Array(rows);
    const tenth = Math.floor(T / 10);
    for (let b = 0; b < rows; b++) {
      const symbols = Array.from({ length: T }, () => random.integer(4));
      const [first, second] = [random.integer(2), random.integer(2)];
      symbols[tenth + random.integer(tenth)] = 4 + first;
      symbols[5 * tenth + random.integer(tenth)] = 4 + second;
      symbols.forEach((symbol, t) => {
        x[(b * T + t) * I + symbol] = 1;
      });
      y[b] = 2 * first + second;
    }
    return { x, xShape: [rows, T, I], y, yShape: [rows] };
  },
};

const [START, A, B] = [0, 1, 2];

/** @type {Task} */
const counting = {
  title: 'Counting aⁿbⁿ',
  about: 'Foretell the next symbol of aⁿbⁿ. From the first b on it is certain, if the net has counted.',
  answers: 'classes',
  everyStep: true,
  inputs: ['start', 'a', 'b'],
  outputs: ['end', 'a', 'b'],
  length: { least: 2, most: 60, usual: 10, means: 'the largest n' },
  goal: 0.95,
  score: 'right answers from the first b on',
  draw(random, rows, most) {
    const counts = Array.from({ length: rows }, () => 1 + random.integer(most));
    const [T, I] = [2 * most + 1, 3];
    const x = new Float32Array(rows * T * I);
    const y = new Float32Array(rows * T);
    const weights = counts.map((n, b) => {
      const symbols = [START, ...new Array(n).fill(A), ...new Array(n).fill(B)];
      symbols.forEach((symbol, t) => {
        x[(b * T + t) * I + symbol] = 1;
        y[b * T + t] = symbols[t + 1] ?? START;
      });
      return Array.from({ length: T }, (_, t) => (t > n && t < symbols.length ? 1 : 0));
    });
    return { x, xShape: [rows, T, I], y, yShape: [rows, T], lengths: counts.map((n) => 2 * n + 1), weights };
  },
};

/** The value of a series at a step: two seasons and a trend, from a place and a phase. */
function seasonal(step, phase) {
  return 0.6 * Math.sin((2 * Math.PI * step) / 12 + phase) + 0.3 * Math.sin((2 * Math.PI * step) / 5 + 2 * phase);
}

/** @type {Task} */
const series = {
  title: 'Forecasting',
  about: 'Foretell the next value of a series with two seasons and noise.',
  answers: 'numbers',
  everyStep: true,
  inputs: ['value'],
  outputs: ['next value'],
  length: { least: 8, most: 200, usual: 48, means: 'time steps' },
  goal: 0.5,
  score: `answers within ${CLOSE}`,
  draw(random, rows, T) {
    const x = new Float32Array(rows * T);
    const y = new Float32Array(rows * T);
    for (let b = 0; b < rows; b++) {
      const phase = random.uniform(0, 2 * Math.PI);
      const values = Array.from({ length: T + 1 }, (_, t) => seasonal(t, phase) + 0.02 * random.uniform(-1, 1));
      x.set(values.slice(0, T), b * T);
      y.set(values.slice(1), b * T);
    }
    return { x, xShape: [rows, T, 1], y, yShape: [rows, T, 1] };
  },
};

/** Tasks by name. */
export const TASKS = { echo, adding, order, counting, series };

/** The share of answers that are right, from 0 to 1. */
export function scoreOf({ answers, everyStep }, { y, yShape, weights }, prediction) {
  const [rows, T] = [yShape[0], everyStep ? yShape[1] : 1];
  const { data } = prediction.copy();
  const F = data.length / (rows * T);
  let [right, asked] = [0, 0];
  for (let k = 0; k < rows * T; k++) {
    if (weights !== undefined && weights[Math.floor(k / T)][k % T] === 0) continue;
    asked++;
    const answer = data.subarray(k * F, (k + 1) * F);
    if (answers === 'numbers') right += Math.abs(answer[0] - y[k]) < CLOSE ? 1 : 0;
    else right += answer.indexOf(Math.max(...answer)) === y[k] ? 1 : 0;
  }
  return right / asked;
}
