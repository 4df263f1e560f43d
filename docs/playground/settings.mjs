// The settings of runs, and the address that holds them.
import { seriesOf } from './series.mjs';
import { TASK_NAMES, taskOf } from './tasks.mjs';
import { isText, RHYME } from './text.mjs';

/** A choice of one of some words. */
const choice = (usual, words) => ({ usual, words, read: (text) => (words.includes(text) ? text : undefined) });

/** A text that has to fit. */
const words = (usual, fits) => ({ usual, read: (text) => (fits(text) ? text : undefined) });

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

/** What all nets of a page share: their usual values, and how their texts are read. */
export const SHARED = {
  task: choice('adding', TASK_NAMES),
  length: number(0, 0, 200, true), // 0: the usual one of the task
  rows: number(32, 1, 256, true),
  seed: number(1, 0, 2 ** 31, true),
  text: words(RHYME, isText), // of the task of that name
  data: words('', (text) => seriesOf(text) !== undefined), // of the task `series`; empty: the built-in series
};

/** What each net has of its own. */
export const OWN = {
  cell: choice('LSTM', ['SimpleRNN', 'GRU', 'GRUResetAfter', 'LSTM', 'PeepholeLSTM']),
  units: number(16, 1, 128, true),
  layers: number(1, 1, 3, true),
  optimizer: choice('Adam', ['Adam', 'SGD', 'RMSprop']),
  rate: number(0.01, 1e-6, 10),
  clip: number(1, 0, 1000), // 0: no clipping
  init: choice('orthogonal', ['orthogonal', 'glorot', 'small', 'large']),
  forgetBias: number(1, -5, 10),
  dropout: number(0, 0, 0.9),
};

export const SETTINGS = { ...SHARED, ...OWN };

/** Controls that an address can hide, beside those of settings. */
const OTHER_CONTROLS = ['nets', 'code', 'verdicts', 'teacher'];
export const CONTROLS = [...Object.keys(SETTINGS), ...OTHER_CONTROLS];

/** The usual settings. */
export const USUAL = Object.freeze(
  Object.fromEntries(Object.entries(SETTINGS).map(([name, { usual }]) => [name, usual])),
);

/** What a control has as a setting: a number out of bounds becomes the nearest one, nonsense the usual value. */
export function repaired(name, value) {
  const { read, usual, least, most, whole } = SETTINGS[name];
  if (typeof value !== 'number') return read(String(value)) ?? usual;
  const inside = Math.min(most, Math.max(least, value));
  return whole ? Math.round(inside) : inside;
}

export const MOST_NETS = 3;

/** The length of the sequences of a task, which its bounds limit. */
export function lengthOf(settings) {
  const { least, most, usual } = taskOf(settings).length;
  return settings.length === 0 ? usual : Math.min(most, Math.max(least, settings.length));
}

/** Reads one setting into settings; returns whether it is one. */
function readInto(settings, known, name, text) {
  const value = Object.hasOwn(known, name) ? known[name].read(text) : undefined;
  if (value !== undefined) settings[name] = value;
  return value !== undefined;
}

/**
 * Reads an address: `task=echo&units=8&nets=2&2.cell=GRU&hide=seed`. The second net has the prefix `2.`; what is not said is
 * usual.
 *
 * @param {string} text
 * @returns {{ nets: Record<string, string | number>[], hidden: string[], ignored: string[] }} the settings of each net; the
 * hidden controls; what is no setting, or out of bounds
 */
export function readAddress(text) {
  const entries = [...new URLSearchParams(text)];
  const count = Number(entries.findLast(([name, value]) => name === 'nets' && /^[1-3]$/.test(value))?.[1] ?? 1);
  const shared = {};
  const own = Array.from({ length: count }, () => ({}));
  const hidden = new Set();
  const ignored = [];
  for (const [name, value] of entries) {
    if (name === 'nets' && value === String(count)) continue;
    if (name === 'hide') {
      for (const control of value.split(',')) {
        if (CONTROLS.includes(control)) hidden.add(control);
        else ignored.push(`hide=${control}`);
      }
      continue;
    }
    const [, net, rest] = /^(?:([23])\.)?(.*)$/s.exec(name);
    const mine = own[Number(net ?? 1) - 1];
    const isShared = net === undefined && readInto(shared, SHARED, rest, value);
    if (!isShared && !(mine !== undefined && readInto(mine, OWN, rest, value))) ignored.push(`${name}=${value}`);
  }
  return { nets: own.map((settings) => ({ ...USUAL, ...shared, ...settings })), hidden: [...hidden], ignored };
}

/** Writes what is not usual. */
export function writeAddress(nets, hidden = []) {
  const params = new URLSearchParams();
  const write = (settings, known, prefix = '') => {
    for (const name of Object.keys(known))
      if (settings[name] !== USUAL[name]) params.set(prefix + name, String(settings[name]));
  };
  write(nets[0], SHARED);
  if (nets.length > 1) params.set('nets', String(nets.length));
  nets.forEach((settings, k) => {
    write(settings, OWN, k === 0 ? '' : `${k + 1}.`);
  });
  if (hidden.length > 0) params.set('hide', CONTROLS.filter((control) => hidden.includes(control)).join(','));
  return params.toString();
}

/** The settings of a single net, from an address. */
export const readSettings = (text) => readAddress(text).nets[0];
