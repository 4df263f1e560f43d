// The trials of a study: what figures say of them, and marks for them.

import { dot } from '@observablehq/plot';
import type { Space } from '../fleet/sweep/space.ts';
import { type ReadTrial, requireResults, type StudyResults } from '../fleet/sweep/study-results.ts';
import type { Axis } from './axes.ts';
import { type LegendEntry, MARKS } from './legend.ts';
import { DOWN, marked, UP } from './lines.ts';
import { inWords } from './numbers.ts';
import { INK, SERIES, SOFT } from './palette.ts';
import { notesOn, type Place, type Point, placeOf } from './series.ts';

/** The trials of a study, by what is drawn of them. */
export interface Trials {
  readonly space: Space;
  readonly direction: 'minimize' | 'maximize';
  /** All, by number. */
  readonly all: readonly ReadTrial[];
  readonly complete: readonly Valued[];
  /** Pruned ones and those that have not ended, with their last report. */
  readonly partial: readonly Valued[];
  /** Failed ones, and those whose last report is NaN. */
  readonly failed: readonly ReadTrial[];
  /** Number of trials without a report. */
  readonly silent: number;
  /** The complete trial with the best value, the first of equal ones. */
  readonly best: Valued | undefined;
}

/** A trial with a value, which is not NaN. */
export interface Valued extends ReadTrial {
  readonly value: number;
}

/** Largest number of trials with a tooltip each. */
const HINTED = 1000;

/** Reads the results of a study. */
export function readTrials(where: string, study: StudyResults): Trials {
  const { space, direction, trials } = requireResults(where, study);
  const all = [...trials].sort((a, b) => a.number - b.number);
  const failed = all.filter(({ state, value }) => state === 'failed' || Number.isNaN(value));
  const valued = all.filter((trial): trial is Valued => trial.value !== undefined && !failed.includes(trial));
  const complete = valued.filter(({ state }) => state === 'complete');
  const partial = valued.filter(({ state }) => state !== 'complete');
  const silent = all.length - failed.length - valued.length;
  return { space, direction, all, complete, partial, failed, silent, best: bestOf(complete, direction).at(-1) };
}

/** Those of the trials that are better than all before them. */
export function bestOf(trials: readonly Valued[], direction: Trials['direction']): Valued[] {
  const found: Valued[] = [];
  for (const trial of trials) {
    const before = found.at(-1);
    const isBetter =
      before === undefined || (direction === 'minimize' ? trial.value < before.value : trial.value > before.value);
    if (isBetter) found.push(trial);
  }
  return found;
}

/** A text of at most `most` letters. */
export function shortened(text: string, most: number): string {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, Math.max(1, most - 1)).join('')}…` : text;
}

const shownValue = (value: unknown): string =>
  typeof value === 'number' ? inWords(value) : shortened(String(value), 40);

/** The values of a trial in words. */
function parametersOf({ parameters }: ReadTrial): string {
  const parts = Object.entries(parameters).map(([name, value]) => `${shortened(name, 40)} ${shownValue(value)}`);
  return parts.join(', ');
}

/** A trial in words. */
export function hintOf(trial: ReadTrial): string {
  const { number, state, value } = trial;
  const given = value === undefined ? '' : ` ${inWords(value, 4)}`;
  return `trial ${number}, ${state}${given}: ${parametersOf(trial)}`;
}

/** The best trial in one sentence. */
export function inShort({ best, all }: Trials): string {
  if (best === undefined) return `None of ${all.length === 1 ? '1 trial' : `${all.length} trials`} is complete.`;
  return `Best value ${inWords(best.value, 4)}, trial ${best.number} of ${all.length}: ${parametersOf(best)}.`;
}

const [VALUE, BEST] = [SERIES[0]![0], SERIES[1]![0]];

/** The legend of the marks, with the number of each. */
export function trialLegend({ complete, partial, failed, best }: Trials): LegendEntry[] {
  const unfinished = partial.some(({ state }) => state !== 'pruned');
  const name = unfinished ? 'pruned or unfinished, last report' : 'pruned, last report';
  return [
    ...(complete.length > 0
      ? [{ name: `complete (${complete.length})`, colour: VALUE, width: 0, mark: MARKS.dot }]
      : []),
    ...(partial.length > 0
      ? [{ name: `${name} (${partial.length})`, colour: SOFT[0], width: 0, mark: MARKS.point }]
      : []),
    ...(failed.length > 0 ? [{ name: `failed (${failed.length})`, colour: INK[0], width: 0, mark: MARKS.cross }] : []),
    ...(best === undefined ? [] : [{ name: 'best', colour: BEST, width: 0, mark: MARKS.diamond }]),
  ];
}

/** Notes on trials and values that the axes cannot show. */
export function trialNotes({ complete, partial, silent }: Trials, log: boolean): string[] {
  const values = [...complete, ...partial].map(({ value }) => value);
  if (silent === 0) return notesOn(values, log);
  const are = silent === 1 ? '1 trial has' : `${silent} trials have`;
  return [...notesOn(values, log), `${are} no value: not drawn.`];
}

/** A mark for each trial: its value by x, ▼ or ▲ at the edge where the axis ends, and × at the upper edge if it failed. */
export function trialMarks(trials: Trials, x: (trial: ReadTrial) => number, { domain, log = false }: Axis): object[] {
  const { complete, partial, failed, best, all } = trials;
  const [low, high] = domain;
  const hint = all.length <= HINTED ? { title: hintOf } : {};
  const at = (of: readonly ReadTrial[], r: number, y: number, look: object): object[] =>
    of.length === 0 ? [] : [dot(of, { x, y: () => y, r, ...hint, ...look })];
  const group = (of: readonly Valued[], r: number, fill: string): object[] => {
    const inside = of.filter(({ value }) => placeOf(value, log) === 'inside');
    const edge = (place: Place, y: number): Point[] =>
      of.filter(({ value }) => placeOf(value, log) === place).map((trial) => [x(trial), y]);
    const look = { fill, fillOpacity: 0.75 };
    return [
      ...(inside.length === 0 ? [] : [dot(inside, { x, y: ({ value }: Valued) => value, r, ...hint, ...look })]),
      ...marked(edge('below', low), 4, DOWN, fill),
      ...marked(edge('above', high), 4, UP, fill),
    ];
  };
  const [place, top] = [placeOf(best?.value ?? Number.NaN, log), { symbol: 'diamond', fill: BEST }];
  return [
    ...group(partial, 2.2, SOFT[0]),
    ...group(complete, complete.length > 300 ? 2.2 : 3.2, VALUE),
    ...at(failed, 4, high, { symbol: 'times', stroke: INK[0], strokeWidth: 1.6 }),
    ...(best === undefined ? [] : at([best], 5, place === 'inside' ? best.value : place === 'below' ? low : high, top)),
  ];
}
