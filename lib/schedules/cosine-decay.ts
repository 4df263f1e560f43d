// Rates that fall along half a cosine, once or again and again.

import { cosPi } from '../kernels/cos-pi.ts';
import { pow } from '../kernels/pow.ts';
import { integer, number, optional, readOptions, required, type Schema } from '../options.ts';
import { mix, rate, scheduleOf, steps } from './formula.ts';
import type { Schedule } from './schedule.ts';

/** Options of `cosineDecay`. */
export interface CosineDecayOptions {
  /** n, the step from which on the rate is `end`, at least 1. */
  readonly steps: number;
  /** The last rate, at least 0; default 0. */
  readonly end?: number;
}

/** Options of `cosineRestarts`. */
export interface CosineRestartsOptions {
  /** n, the number of steps of the first cycle, at least 1. */
  readonly steps: number;
  /** How many times as long each cycle is as the one before it, an integer of at least 1; default 1. */
  readonly cycleFactor?: number;
  /** How many times as high the peak of each cycle is as that of the one before it, above 0; default 1. */
  readonly peakFactor?: number;
  /** The rate at the end of each cycle, at least 0; default 0. */
  readonly end?: number;
}

const OPTIONS: Schema<CosineDecayOptions> = {
  steps: required(steps),
  end: optional(rate, 0),
};

const RESTARTS: Schema<CosineRestartsOptions> = {
  steps: required(steps),
  cycleFactor: optional(integer(), 1),
  peakFactor: optional(number({ min: 0, minOpen: true }), 1),
  end: optional(rate, 0),
};

/** (1 + cos πt) / 2 for 0 <= t <= 1, as the square of cos(πt/2), which is precise near 0. */
export function halfCosine(t: number): number {
  const root = cosPi(t / 2);
  return root * root;
}

/**
 * Returns a schedule that goes from η₀ to the last rate along half a cosine: (H5) η(k) = e + (η₀ − e)(1 + cos(πk/n))/2 for
 * k < n, then e (Loshchilov and Hutter 2017). As `CosineAnnealingLR` of PyTorch up to step n, `CosineDecay` of Keras. With
 * a warm-up: `linearWarmup(cosineDecay(…), { steps })`.
 *
 * @param initial - η₀, finite and at least 0
 * @param options - `steps`: n; `end`: e, default 0
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const schedule = cosineDecay(0.5, { steps: 100 });
 * [schedule(0), schedule(50), schedule(100)]; // [0.5, 0.25, 0]
 * ```
 */
export function cosineDecay(initial: number, options: CosineDecayOptions): Schedule {
  const start = rate('cosineDecay', 'initial', initial);
  const { steps: n, end } = readOptions('cosineDecay', options, OPTIONS);
  return scheduleOf('cosineDecay', (step) => (step < n ? mix(start, end, halfCosine(step / n)) : end));
}

/**
 * Returns a schedule of warm restarts: `cosineDecay`, begun anew after each cycle (SGDR, Loshchilov and Hutter 2017). Cycle
 * i, from 0, has n·cⁱ steps and goes from (H6) η₀·pⁱ to the last rate. As `CosineAnnealingWarmRestarts` of PyTorch,
 * `CosineDecayRestarts` of Keras.
 *
 * @param initial - η₀, the peak of the first cycle, finite and at least 0
 * @param options - `steps`: n; `cycleFactor`: c, default 1; `peakFactor`: p, default 1; `end`: default 0
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const schedule = cosineRestarts(0.5, { steps: 100, cycleFactor: 2, peakFactor: 0.5 });
 * [schedule(0), schedule(50), schedule(100), schedule(200), schedule(300)]; // [0.5, 0.25, 0.25, 0.125, 0.125]
 * ```
 */
export function cosineRestarts(initial: number, options: CosineRestartsOptions): Schedule {
  const start = rate('cosineRestarts', 'initial', initial);
  const { steps: n, cycleFactor, peakFactor, end } = readOptions('cosineRestarts', options, RESTARTS);
  return scheduleOf('cosineRestarts', (step) => {
    let cycle = cycleFactor === 1 ? Math.floor(step / n) : 0;
    let begin = cycle * n;
    let length = n;
    while (step >= begin + length) {
      begin += length;
      length *= cycleFactor;
      cycle++;
    }
    return mix(start * pow(peakFactor, cycle), end, halfCosine((step - begin) / length));
  });
}
