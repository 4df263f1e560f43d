// Texts for error messages: a description of a value, and a suggestion for a misspelt name.

import { isOutOfMemory } from './errors.ts';

const { isArray } = Array;
const { isView } = ArrayBuffer;
const { is } = Object;

/** Largest number of list entries in a message. Longer lists are shortened. */
const LISTED = 8;

/** Levels of nested lists in a message. Deeper ones, and lists that contain themselves, are shortened. */
const LEVELS = 2;

/** Describes a value for an error message: short, on one line. Never throws. */
export function describe(value: unknown): string {
  try {
    return describeWithin(value, LEVELS);
  } catch (error) {
    return `an object that throws ${isOutOfMemory(error) ? 'a RangeError' : 'an error'} when it is read`; // a revoked proxy, a getter
  }
}

function describeWithin(value: unknown, levels: number): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined)
    return is(value, -0) ? '-0' : String(value);
  if (typeof value === 'symbol') return 'a symbol';
  if (isArray(value)) {
    if (levels === 0) return '[…]';
    const listed = Array.from(value.slice(0, LISTED), (entry) => describeWithin(entry, levels - 1));
    return `[${listed.join(', ')}${value.length > LISTED ? ', …' : ''}]`;
  }
  if (isView(value))
    return `${tagOf(value)} of ${(value as unknown as { length?: number }).length ?? value.byteLength} elements`;
  const name: unknown = (value as object).constructor?.name; // of a class, or any value from a parsed file
  return `an object (${typeof name === 'string' && /^[\w$]{1,60}$/.test(name) ? name : 'Object'})`;
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** What Keras and PyTorch call names of this library that differ by more than a few letters. */
const ELSEWHERE: ReadonlyMap<string, readonly string[]> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries({
    learningRate: ['lr'],
    epsilon: ['eps'],
    weightDecay: ['wd'],
    restoreBest: ['restoreBestWeights', 'restore_best_weights'],
    validationLoss: ['val_loss', 'valLoss'],
    units: ['hiddenSize', 'hidden_size', 'outFeatures', 'out_features'],
    inputSize: ['inputShape', 'input_shape', 'inFeatures', 'in_features'],
    recurrentActivation: ['gateActivation'],
    trainInitialState: ['learnInitialState'],
    clip: ['clipnorm', 'clipvalue', 'global_clipnorm', 'clipNorm', 'clipValue', 'globalClipnorm'],
    sampleWeights: ['sampleWeight', 'sample_weight'],
    validationSplit: ['validation_split'],
  }),
);

/**
 * Says which known name is meant by `value`: the one that Keras and PyTorch call so, or else, as a question, the name with the
 * smallest edit distance, ignoring case, if at most a third of its letters differ.
 */
export function didYouMean(value: unknown, known: readonly string[]): string | undefined {
  if (typeof value !== 'string') return undefined;
  const here = known.find((name) => ELSEWHERE.get(name)?.includes(value));
  if (here !== undefined) return `It is ${here} here`;
  const given = value.toLowerCase();
  let nearest: string | undefined;
  let least = Infinity;
  for (const name of known) {
    const most = name.length / 3;
    if (Math.abs(name.length - given.length) > most) continue;
    const distance = editDistance(given, name.toLowerCase());
    if (distance <= most && distance < least) [nearest, least] = [name, distance];
  }
  return nearest && `Did you mean ${nearest}?`;
}

/** Number of letters to insert, delete or replace to turn one word into the other (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, above[j]! + 1, row[j - 1]! + 1));
    }
  }
  return row[b.length]!;
}
