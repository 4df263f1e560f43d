// What all optimizers have in common: options, and what an update depends on.

import type { ParameterRun } from '../parameters/parameter-run.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { ParameterGroup, Part } from './parameter-groups.ts';
import type { StepRates } from './step-rates.ts';

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** Learning rate η, finite and at least 0, or a function of the step; the default depends on the optimizer. */
  readonly learningRate?: number | Schedule;
  /** Groups of parameters with own rates and decays, or frozen; the first group of a parameter counts; default none. */
  readonly groups?: readonly ParameterGroup[];
}

/** What an update depends on beside parameters, gradients and state. */
export interface UpdateStep {
  /** Number of the step, from 1. */
  readonly t: number;
  /** Learning rate η of the step and the group. */
  readonly learningRate: number;
  /** Factor of all weight decay of the group; 1 without groups. */
  readonly decayFactor: number;
}

/** The update of a group in step t. */
export function stepOf({ group, rateFactor, decayFactor }: Part, t: number, { base, own }: StepRates): UpdateStep {
  return { t, learningRate: own[group] ?? base * rateFactor, decayFactor };
}

/** Calls `update` for each run of each group. `state`: offsets of the slots. */
export function updateParts(
  parts: readonly Part[],
  state: readonly number[],
  t: number,
  rates: StepRates,
  update: (run: ParameterRun, state: readonly number[], step: UpdateStep) => void,
): void {
  for (const part of parts) {
    const step = stepOf(part, t, rates);
    for (const run of part.runs) {
      const own = state.map((at) => at + run.start);
      update(run, own, step);
    }
  }
}
