// The tasks of the playground: what a net reads, what it should answer, and when it has learned it. Each draws its batches
// from seeded random numbers.
import { seriesTask } from './series.mjs';
import { textTask } from './text.mjs';

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
 * @property {boolean} [whole] - whether a sequence counts as right only with all its answers
 * @property {boolean} [changes] - whether answers are changes of a series; see `scoreOf`
 * @property {readonly string[]} inputs - names of the input's features
 * @property {readonly string[]} outputs - names of classes or numbers
 * @property {{ least: number, most: number, usual: number, means: string }} length
 * @property {number} goal - score from which on the task counts as learned
 * @property {string} score - what the score counts
 * @property {(random: import('bptt').Random, rows: number, length: number, heldOut?: boolean) => Batch} draw - heldOut: from
 * data that are not trained on; tasks that make up their sequences have no such data
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
  score: 'of answers right',
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
  score: `of answers within ${CLOSE}`,
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
  score: 'of answers right',
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
  whole: true,
  score: 'of words right from the first b to the end',
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

/** The names of the tasks, and their makers. */
const MAKERS = {
  echo: () => echo,
  adding: () => adding,
  order: () => order,
  counting: () => counting,
  text: ({ text }) => textTask(text),
  series: ({ data }) => seriesTask(data),
};

export const TASK_NAMES = Object.keys(MAKERS);

/**
 * The task of some settings.
 *
 * @param {{ task: string, text: string, data: string }} settings
 * @returns {Task}
 */
export const taskOf = (settings) => MAKERS[settings.task](settings);

/** Whether the answer to a class, or a number, is right. */
function isRight(answers, answer, wanted) {
  if (answers === 'numbers') return Math.abs(answer[0] - wanted) < CLOSE;
  return answer.indexOf(Math.max(...answer)) === wanted;
}

/** 1 − Σ(y − ŷ)²/Σy²; 0 where nothing changes: no answer is better than that. */
function scoreOfChanges(y, answers) {
  const error = y.reduce((sum, wanted, k) => sum + (answers[k] - wanted) ** 2, 0);
  const changes = y.reduce((sum, wanted) => sum + wanted ** 2, 0);
  return changes === 0 ? 0 : 1 - error / changes;
}

/**
 * The share of answers, or of whole sequences, that are right, from 0 to 1. Where answers are changes of a series,
 * 1 − Σ(y − ŷ)²/Σy²: 0 for a net that always says that nothing changes, 1 for one that is always right.
 *
 * @param {Task} task
 * @param {Batch} batch
 * @param {import('bptt').Tensor} prediction
 */
export function scoreOf({ answers, everyStep, whole, changes }, { y, yShape, weights }, prediction) {
  const [rows, T] = [yShape[0], everyStep ? yShape[1] : 1];
  const { data } = prediction.copy();
  if (changes) return scoreOfChanges(y, data);
  const F = data.length / (rows * T);
  const shares = Array.from({ length: rows }, (_, b) => {
    const asked = Array.from({ length: T }, (_, t) => b * T + t).filter((_, t) => (weights?.[b][t] ?? 1) !== 0);
    const right = asked.filter((k) => isRight(answers, data.subarray(k * F, (k + 1) * F), y[k])).length;
    return whole ? [right === asked.length ? 1 : 0, 1] : [right, asked.length];
  });
  const [right, asked] = shares.reduce(([a, b], [c, d]) => [a + c, b + d]);
  return right / asked;
}
