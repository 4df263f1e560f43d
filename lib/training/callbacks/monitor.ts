// The figure of an epoch that a callback watches, and which of two of its values is better.

import { refuse, requireOneOf } from '../../checks.ts';
import { optional, type Schema } from '../../options.ts';
import type { EpochLog, TrainingRun } from '../callbacks.ts';
import type { Run } from '../training-run.ts';

/** Options of callbacks that watch a figure. */
export interface MonitorOptions {
  /**
   * The figure of the epoch's log: `'loss'`, `'validationLoss'`, or another number by its path, such as
   * `'validationMetrics.accuracy'`. The name of a metric alone is that of the training data: `'accuracy'` is
   * `'metrics.accuracy'`. A name that no log can have throws before the first
   * step. Default `'validationLoss'`.
   */
  readonly monitor?: string;
  /** Whether less or more of it is better: `'min'` or `'max'`. Default `'min'` for both losses; required for others. */
  readonly mode?: 'min' | 'max';
}

/** The schema of `MonitorOptions`. */
export const MONITOR_OPTIONS: Schema<MonitorOptions, 'mode'> = {
  monitor: /* @__PURE__ */ optional(requireName, 'validationLoss'),
  mode: /* @__PURE__ */ optional((where, argument, value) =>
    requireOneOf<'min' | 'max'>(where, argument, value, ['min', 'max']),
  ),
};

function requireName(where: string, argument: string, value: unknown): string {
  const expected = "be the name of a figure of an epoch: 'validationLoss'";
  if (typeof value !== 'string' || value === '') return refuse(where, argument, expected, value);
  const keras = /^val_(.+)$/.exec(value)?.[1];
  if (keras === undefined) return value;
  const here = keras === 'loss' ? 'validationLoss' : `validationMetrics.${keras}`;
  return refuse(where, argument, expected, value, `It is '${here}' here`);
}

/** Reads one figure of the logs. */
export class Monitor {
  readonly #where: string;
  readonly #name: string;
  /** Whether less or more is better. */
  readonly mode: 'min' | 'max';

  constructor(where: string, { monitor, mode }: { readonly monitor: string; readonly mode?: 'min' | 'max' }) {
    this.#where = where;
    this.#name = monitor;
    const isLoss = monitor === 'loss' || monitor === 'validationLoss';
    this.mode = mode ?? (isLoss ? 'min' : refuse(where, 'mode', `be 'min' or 'max' for ${monitor}`, mode));
  }

  /** Throws before a training whose logs cannot have the figure. Only its first log shows what a metric returns. */
  requireFigure(run: TrainingRun): void {
    const { figures, validates } = run as Partial<Run>;
    if (figures === undefined) return; // a run that is not of `fit`
    const mayBe = (name: string) => (figure: string) => name === figure || name.startsWith(`${figure}.`);
    if (![this.#name, `metrics.${this.#name}`].some((name) => figures.some(mayBe(name))))
      this.#refuse(figures, validates!);
  }

  /** The figure in a log; throws if the log has none. */
  valueOf(log: EpochLog): number {
    const figures = new Map(figuresOf(log));
    const value = figures.get(this.#name) ?? figures.get(`metrics.${this.#name}`);
    if (value !== undefined) return value;
    return this.#refuse([...figures.keys()], log.validationLoss !== undefined);
  }

  #refuse(figures: readonly string[], validates: boolean): never {
    const needsData = this.#name.startsWith('validation') && !validates;
    const remedy = needsData ? 'Give fit the option validationData or validationSplit' : undefined;
    return refuse(this.#where, 'monitor', `be one of ${figures.join(', ')}`, this.#name, remedy);
  }

  /** A value that every number but itself improves. */
  get worst(): number {
    return this.mode === 'min' ? Infinity : -Infinity;
  }

  /** Whether `value` is better than `other` by more than `delta`. NaN never is. */
  isBetter(value: number, other: number, delta = 0): boolean {
    return this.mode === 'min' ? value < other - delta : value > other + delta;
  }
}

/** All numbers of a log, by their paths. */
export function figuresOf(log: object, path = ''): [name: string, value: number][] {
  return Object.entries(log).flatMap(([name, value]): [string, number][] => {
    if (typeof value === 'number') return [[path + name, value]];
    const isRecord = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
    return isRecord ? figuresOf(value, `${path}${name}.`) : [];
  });
}
