// The input sequence above the gates.

import { reading, refuse } from '../checks.ts';
import { tensor } from '../tensor/create.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Axis } from './axes.ts';
import type { Panel } from './figure.ts';
import type { LegendEntry } from './legend.ts';
import { lines } from './lines.ts';
import { requireArray, requireTensor } from './requirements.ts';
import type { Series } from './series.ts';
import { textPanel } from './text-panel.ts';

/** An input sequence: a text with one letter per step, a list of words or letters, or numbers [T] or [T, I]. */
export type GateInput = string | readonly string[] | readonly number[] | NdArrayLike;

/** First and last step to draw, counted from 1. */
export type StepRange = readonly [first: number, last: number];

/** The panel above the gates. */
export interface InputPanel {
  readonly panel: Panel;
  readonly legend: readonly LegendEntry[];
  readonly notes: readonly string[];
}

/** Largest number of features to draw; more lines are unreadable. */
const FEATURES = 6;

/** Checks an input of `T` steps: words, or numbers [T, I]. */
export function requireInput(where: string, input: GateInput, T: number | 'T'): readonly string[] | Tensor {
  const list = reading(where, 'input', () =>
    typeof input === 'string'
      ? Array.from(input)
      : Array.isArray(input)
        ? requireArray(where, 'input', input, 'steps')
        : undefined,
  ) as (string | number)[] | undefined;
  if (list === undefined) {
    const array = requireNdArray(where, 'input', input);
    return requireTensor(where, 'input', array, array.shape.length === 1 ? [T] : [T, 'I']);
  }
  const kinds = new Set(list.map((each) => typeof each));
  const kind = [...kinds][0];
  if (kinds.size !== 1 || (kind !== 'string' && kind !== 'number')) {
    return refuse(where, 'input', 'contain only strings, or only numbers', input);
  }
  if (T !== 'T' && list.length !== T) {
    return refuse(where, 'input', `have a letter, a word or a number for each of ${T} steps`, list.length);
  }
  return kind === 'string' ? (list as string[]) : tensor(list as number[], { dtype: 'float64' });
}

/** Checks an input with any number of steps, and returns a copy. */
export function requireAnyInput(where: string, _argument: string, value: unknown): readonly string[] | Tensor {
  return requireInput(where, value as GateInput, 'T');
}

/** The input as a separate panel over the same x axis. */
export function inputPanel(where: string, input: GateInput, T: number, [first, last]: StepRange, x: Axis): InputPanel {
  const values = requireInput(where, input, T);
  if (!(values instanceof Tensor)) {
    return { panel: textPanel(values.slice(first - 1, last), first, x), legend: [], notes: [] };
  }
  const I = values.shape[1] ?? 1;
  const at = (t: number, i: number): number => (values.shape.length === 1 ? values.get(t) : values.get(t, i));
  const series = Array.from(
    { length: Math.min(I, FEATURES) },
    (_, i): Series => ({
      name: I === 1 ? 'input' : `input ${i}`,
      dots: false,
      points: Array.from({ length: last - first + 1 }, (__, k) => [first + k, at(first - 1 + k, i)]),
    }),
  );
  const { panel, legend } = lines({ series, xLabel: '', yLabel: 'input', yScale: 'linear', xAxis: x, height: 110 });
  const notes = I > FEATURES ? [`Only the first ${FEATURES} of ${I} input features are drawn.`] : [];
  return { panel, legend: I === 1 ? [] : legend, notes };
}
