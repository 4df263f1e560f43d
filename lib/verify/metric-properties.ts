// `metricProperties`: what a metric promises.

import fc from 'fast-check';
import { requireFunction } from '../checks.ts';
import { readOptions } from '../options.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { elementsOf } from './elements.ts';
import { expectBits, expectClose, PropertyError } from './expect-equal.ts';
import { order, type Properties } from './properties/property.ts';
import {
  batchOf,
  brokenRow,
  maskOf,
  SCORED_OPTIONS,
  type ScoredBatch,
  type ScoredOptions,
  type ScoredRow,
  type ScoredSettings,
  scoredRows,
  scoredSequences,
  timeMajor,
} from './properties/scored.ts';

/** The interface of a metric: that of `Metric`, or an object with these methods. */
export interface CheckedMetric {
  /** Adds a batch. */
  add(prediction: NdArrayLike, target: NdArrayLike, options?: { mask?: NdArrayLike; weights?: NdArrayLike }): unknown;
  /** Returns the figure: a number, an array, or an object or list of them. */
  result(): unknown;
  /** Forgets all batches. */
  reset(): void;
}

/**
 * Returns what a metric promises, each a fast-check property for `fc.assert`: neither the division into batches nor their
 * order changes the figure; masked time steps and rows of weight 0 do not count, whatever they predict; a row of weight 2
 * counts as two rows; `reset` forgets everything; `result` can be read between batches; arrays of any stride give the same
 * figure; arguments do not change, and a batch that is refused adds nothing.
 *
 * @param make - creates a metric
 * @param options - see ScoredOptions
 * @throws ArgumentError for an unknown option or a value outside its range
 *
 * @example
 * ```ts
 * for (const [name, property] of Object.entries(metricProperties(() => new Accuracy(), { classes: 3 }))) {
 *   test(name, () => fc.assert(property));
 * }
 * ```
 */
export function metricProperties(make: () => CheckedMetric, options: ScoredOptions = {}): Properties {
  const where = 'metricProperties';
  requireFunction(where, 'make', make);
  const settings = readOptions(where, options, SCORED_OPTIONS);
  return {
    ...divisionProperties(make, settings),
    ...countProperties(make, settings),
    ...useProperties(make, settings),
  };
}

type Make = () => CheckedMetric;

/** The figure of batches of rows, each with its weight. */
function figureOf(make: Make, settings: ScoredSettings, ...batches: (readonly ScoredRow[])[]): unknown {
  const metric = make();
  for (const rows of batches) if (rows.length > 0) addTo(metric, batchOf(settings, rows));
  return metric.result();
}

function addTo(metric: CheckedMetric, { prediction, target, weights }: ScoredBatch): void {
  metric.add(prediction, target, { weights });
}

/** Throws unless two figures agree. */
function expectFigure(actual: unknown, expected: unknown, tolerance: number): void {
  const [a, b] = [numbersOf(actual), numbersOf(expected)];
  if (a.length !== b.length) throw new PropertyError('result', `have ${b.length} numbers`, `${a.length}`);
  if (tolerance === 0) expectBits('result', vector(a), vector(b));
  else expectClose('result', vector(a), vector(b), tolerance, 1);
}

function vector(numbers: readonly number[]): NdArrayLike {
  return { data: Float64Array.from(numbers), shape: [numbers.length], stride: [1], offset: 0 };
}

/** All numbers of a figure, in order. */
function numbersOf(figure: unknown): number[] {
  if (typeof figure === 'number') return [figure];
  if (typeof figure === 'boolean') return [Number(figure)];
  if (typeof figure !== 'object' || figure === null) {
    throw new PropertyError('result', 'be a number, an array, or an object or list of them', String(figure));
  }
  const { data, shape, stride } = figure as Partial<NdArrayLike>;
  if (data !== undefined && shape !== undefined && stride !== undefined) return [...elementsOf(figure as NdArrayLike)];
  const parts: unknown[] = ArrayBuffer.isView(figure) ? [...(figure as Float64Array)] : Object.values(figure);
  return parts.flatMap(numbersOf);
}

function divisionProperties(make: Make, settings: ScoredSettings): Properties {
  const { tolerance } = settings;
  const rows = scoredRows(settings, 1, 9);
  const whole = (all: readonly ScoredRow[]): unknown => figureOf(make, settings, all);
  return {
    'the division into batches does not change the figure': fc.property(rows, fc.nat(9), fc.nat(9), (all, i, j) => {
      const [from, to] = i < j ? [i, j] : [j, i];
      const parts = [all.slice(0, from), all.slice(from, to), all.slice(to)];
      expectFigure(figureOf(make, settings, ...parts), whole(all), tolerance);
    }) as Properties[string],
    'the order of rows and batches does not change the figure': fc.property(
      rows.chain((all) => fc.tuple(fc.constant(all), order(all.length), fc.nat(9))),
      ([all, places, cut]) => {
        const moved = places.map((k) => all[k]!);
        expectFigure(figureOf(make, settings, moved.slice(0, cut), moved.slice(cut)), whole(all), tolerance);
      },
    ) as Properties[string],
    'sequences count as their time steps, in any layout in memory': fc.property(
      scoredSequences(settings),
      ({ rows: all, outer }) => {
        const { prediction, target, weights } = batchOf(settings, all, outer);
        for (const layout of [(array: Tensor) => array, timeMajor]) {
          const metric = make();
          metric.add(layout(prediction), layout(target), { weights: layout(weights) });
          expectFigure(metric.result(), whole(all), tolerance);
        }
      },
    ) as Properties[string],
  };
}

function countProperties(make: Make, settings: ScoredSettings): Properties {
  const { tolerance } = settings;
  return {
    'rows of weight 0 do not count, whatever they predict': fc.property(
      scoredRows(settings, 1, 5),
      scoredRows(settings, 1, 5),
      (all, others) => {
        const none = others.map((row) => ({ ...brokenRow(row), weight: 0 }));
        const expected = figureOf(make, settings, all);
        expectFigure(figureOf(make, settings, [...none, ...all, ...none]), expected, tolerance);
        expectFigure(figureOf(make, settings, none, all, none), expected, tolerance);
      },
    ) as Properties[string],
    'a row of weight 2 counts as two rows': fc.property(
      scoredRows(settings, 1, 5),
      scoredRows(settings, 0, 5),
      (twice, once) => {
        const one = (rows: readonly ScoredRow[], weight: number): ScoredRow[] =>
          rows.map((row) => ({ ...row, weight }));
        const expected = figureOf(make, settings, [...one(twice, 1), ...one(twice, 1), ...one(once, 1)]);
        expectFigure(figureOf(make, settings, [...one(twice, 2), ...one(once, 1)]), expected, tolerance);
      },
    ) as Properties[string],
    'masked time steps do not count, whatever they hold': fc.property(scoredSequences(settings), (sequences) => {
      const { rows: all, outer, counts } = sequences;
      const held = all.map((row, k) => (counts[k] ? row : { ...brokenRow(row), t: row.t.map(() => Number.NaN) }));
      const { prediction, target, weights } = batchOf(settings, held, outer);
      const metric = make();
      metric.add(prediction, target, { weights, mask: maskOf(sequences) });
      const expected = figureOf(
        make,
        settings,
        all.filter((_, k) => counts[k]),
      );
      expectFigure(metric.result(), expected, tolerance);
    }) as Properties[string],
  };
}

function useProperties(make: Make, settings: ScoredSettings): Properties {
  const rows = scoredRows(settings, 1, 5);
  return {
    'reset forgets all batches': fc.property(rows, rows, (before, after) => {
      const metric = make();
      const none = make().result();
      for (let k = 0; k < 2; k++) {
        addTo(metric, batchOf(settings, before));
        metric.reset();
        expectFigure(metric.result(), none, 0);
      }
      addTo(metric, batchOf(settings, after));
      expectFigure(metric.result(), figureOf(make, settings, after), 0);
    }) as Properties[string],
    'result changes nothing': fc.property(rows, rows, (first, second) => {
      const metric = make();
      addTo(metric, batchOf(settings, first));
      expectFigure(metric.result(), figureOf(make, settings, first), 0);
      expectFigure(metric.result(), figureOf(make, settings, first), 0);
      addTo(metric, batchOf(settings, second));
      expectFigure(metric.result(), figureOf(make, settings, first, second), 0);
    }) as Properties[string],
    ...argumentProperties(make, settings),
  };
}

function argumentProperties(make: Make, settings: ScoredSettings): Properties {
  const rows = scoredRows(settings, 1, 5);
  return {
    'arguments do not change, and are not kept': fc.property(rows, (all) => {
      const metric = make();
      const [given, copy] = [batchOf(settings, all), batchOf(settings, all)];
      addTo(metric, given);
      const figure = numbersOf(metric.result());
      for (const name of ['prediction', 'target', 'weights'] as const) {
        expectBits(name, given[name], copy[name]);
        given[name].data.fill(Number.NaN);
      }
      expectFigure(metric.result(), figure, 0);
    }) as Properties[string],
    'a batch that is refused adds nothing': fc.property(rows, (all) => {
      const metric = make();
      addTo(metric, batchOf(settings, all));
      const { prediction } = batchOf(settings, all);
      const { target } = batchOf(settings, [...all, ...all]);
      let refusal: unknown;
      try {
        metric.add(prediction, target, {});
      } catch (error) {
        refusal = error;
      }
      if (refusal !== undefined) expectFigure(metric.result(), figureOf(make, settings, all), 0);
    }) as Properties[string],
  };
}
