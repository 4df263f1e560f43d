// The settings of a run, and the address that holds them.
import { TASKS } from './tasks.mjs';

/** A choice of one of some words. */
const choice = (usual, words) => ({ usual, words, read: (text) => (words.includes(text) ? text : undefined) });

/** A number within bounds. */
const number = (usual, least, most, whole = false) => ({
  usual,
  least,
  most,
  whole,
  read(text) {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    return value >= least && value <= most && (!whole || Number.isInteger(value)) ? value : undefined;
  },
});

/** Every setting: its usual value, and how its text is read. The length's bounds depend on the task. */
export const SETTINGS = {
  task: choice('adding', Object.keys(TASKS)),
  cell: choice('LSTM', ['SimpleRNN', 'GRU', 'GRUResetAfter', 'LSTM', 'PeepholeLSTM']),
  units: number(16, 1, 128, true),
  layers: number(1, 1, 3, true),
  length: number(0, 0, 200, true), // 0: the usual one of the task
  rows: number(32, 1, 256, true),
  optimizer: choice('Adam', ['Adam', 'SGD', 'RMSprop']),
  rate: number(0.01, 1e-6, 10),
  clip: number(1, 0, 1000), // 0: no clipping
  init: choice('orthogonal', ['orthogonal', 'glorot', 'small', 'large']),
  forgetBias: number(1, -5, 10),
  dropout: number(0, 0, 0.9),
  seed: number(1, 0, 2 ** 31, true),
};

/** The usual settings. */
export const USUAL = Object.freeze(
  Object.fromEntries(Object.entries(SETTINGS).map(([name, { usual }]) => [name, usual])),
);

/** The length of the sequences of a task, which its bounds limit. */
export function lengthOf({ task, length }) {
  const { least, most, usual } = TASKS[task].length;
  return length === 0 ? usual : Math.min(most, Math.max(least, length));
}

/**
 * Reads settings from an address: `task=echo&units=8`.
 *
 * @param {string} text
 * @returns {{ settings: Readonly<Record<string, string | number>>, ignored: string[] }} ignored: what is no setting, or out
 * of bounds
 */
export function readSettings(text) {
  const settings = { ...USUAL };
  const ignored = [];
  for (const [name, value] of new URLSearchParams(text)) {
    const read = Object.hasOwn(SETTINGS, name) ? SETTINGS[name].read(value) : undefined;
    if (read === undefined) ignored.push(`${name}=${value}`);
    else settings[name] = read;
  }
  return { settings, ignored };
}

/** Writes the settings that are not the usual ones. */
export function writeSettings(settings) {
  const entries = Object.entries(settings).filter(([name, value]) => value !== USUAL[name]);
  return new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString();
}
