// Options of recurrent layers for what training draws at random.

import { requireOneOf, requireRecord } from '../checks.ts';
import { DropoutPass } from '../engine/dropout-pass.ts';
import { DroppedInputPass } from '../engine/dropped-input-pass.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import type { MaskScope } from '../engine/random-masks.ts';
import type { Signal } from '../engine/signal.ts';
import { number, optional, type Schema, savedIfSet, unchecked } from '../options.ts';

/** Options of recurrent layers for what training draws at random. Prediction, evaluation and streams draw nothing. */
export interface NoiseOptions {
  /** Dropout of the input: probability, from 0 to 1, with which training drops an element; default 0. */
  readonly dropout?: number;
  /**
   * Dropout of the h' that the recurrent weights multiply, the state itself stays: probability, from 0 to 1, with which
   * training drops an element; default 0.
   */
  readonly recurrentDropout?: number;
  /** Whether a row has one mask of each kind for the whole sequence, or one for each time step; default `'sequence'`. */
  readonly dropoutPer?: MaskScope;
  /**
   * Zoneout: probability, from 0 to 1, with which an element of a state keeps its value in a time step of training; also
   * the share that it keeps otherwise. A number for all states, or numbers by state: `{ h: 0.05, c: 0.5 }`. Default 0.
   */
  readonly zoneout?: number | Readonly<Record<string, number>>;
}

/** @internal Checks what masks are drawn for. */
export function requireScope(where: string, argument: string, value: unknown): MaskScope {
  return requireOneOf<MaskScope>(where, argument, value, ['step', 'sequence']);
}

/** @internal The schema of `NoiseOptions`. */
export const NOISE_OPTIONS: Schema<NoiseOptions> = {
  dropout: savedIfSet(optional(number({ min: 0, max: 1 }), 0)),
  recurrentDropout: savedIfSet(optional(number({ min: 0, max: 1 }), 0)),
  dropoutPer: savedIfSet(optional(requireScope, 'sequence')),
  zoneout: savedIfSet(optional<number | Readonly<Record<string, number>>>(unchecked, 0)), // the layer knows the states
};

/** @internal Checks zoneout for a cell with these states; returns a rate for each of those that have one. */
export function requireZoneout(
  where: string,
  zoneout: Required<NoiseOptions>['zoneout'],
  states: readonly string[],
): Readonly<Record<string, number>> {
  const check = number({ min: 0, max: 1 });
  if (typeof zoneout !== 'object' || zoneout === null) {
    const rate = check(where, 'zoneout', zoneout);
    return Object.fromEntries(states.map((name) => [name, rate]));
  }
  const rates = Object.entries(requireRecord(where, 'zoneout', zoneout, states));
  return Object.fromEntries(rates.map(([name, rate]) => [name, check(where, `zoneout.${name}`, rate)]));
}

/** Lays out a pass that reads `input` with dropout in training. */
export function withInputDropout(
  { dropout, dropoutPer }: Required<Pick<NoiseOptions, 'dropout' | 'dropoutPer'>>,
  workspace: Workspace,
  input: Signal,
  layOut: (input: Signal) => Pass,
): Pass {
  if (dropout === 0 || workspace.purpose !== 'train') return layOut(input);
  const dropped = new DropoutPass(dropout, dropoutPer, workspace.random.fork(0), workspace, input);
  return new DroppedInputPass(dropped, layOut(dropped.output));
}
