// `bptt inspect`: what is in a file.

import type { ForeignArray } from '../exchange/foreign-array.ts';
import { table } from '../tensor/printed.ts';
import type { Content } from './content.ts';
import { readContent } from './formats.ts';
import type { Io } from './io.ts';

/** Figures of the elements of an array. */
interface Statistics {
  readonly least: number;
  readonly most: number;
  readonly mean: number;
  /** Standard deviation. */
  readonly deviation: number;
  /** Elements that are NaN or infinite; the other figures leave them out. */
  readonly nonFinite: number;
}

/** Figures of all elements, in float64. */
function statisticsOf({ data }: ForeignArray): Statistics {
  let [count, mean, squares, nonFinite, least, most] = [0, 0, 0, 0, Infinity, -Infinity];
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (!Number.isFinite(value)) nonFinite++;
    else {
      const distance = value - mean; // Welford 1962
      mean += distance / ++count;
      squares += distance * (value - mean);
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  const none = count === 0;
  return {
    least: none ? Number.NaN : least,
    most: none ? Number.NaN : most,
    mean: none ? Number.NaN : mean,
    deviation: none ? Number.NaN : Math.sqrt(squares / count),
    nonFinite,
  };
}

const rounded = (value: number): string => (Number.isNaN(value) ? '' : String(Number(value.toPrecision(4))));

function rowOf(name: string, array: ForeignArray): string[] {
  const { least, most, mean, deviation, nonFinite } = statisticsOf(array);
  const shape = `[${array.shape.join(', ')}]`;
  return [
    name,
    shape,
    array.dtype,
    rounded(least),
    rounded(most),
    rounded(mean),
    rounded(deviation),
    nonFinite > 0 ? `${nonFinite} not finite` : '',
  ];
}

const HEADER = ['array', 'shape', 'type', 'least', 'most', 'mean', 'deviation', ''];

function inWords(file: string, { what, model, arrays, notes, use }: Content): string {
  const rows = [...arrays].map(([name, array]) => rowOf(name, array));
  const parts = [`${file}: ${what}`, ...(model === undefined ? [] : [model.summary()])];
  if (rows.length > 0) parts.push(table([HEADER, ...rows]));
  if (notes.length > 0) parts.push(notes.join('\n'));
  return `${[...parts, use].join('\n\n')}\n`;
}

function asJson(file: string, { what, model, arrays, notes, use }: Content): string {
  const described = [...arrays].map(([name, array]) => {
    const { shape, dtype } = array;
    return { name, shape, dtype, ...statisticsOf(array) };
  });
  return `${JSON.stringify({ file, what, summary: model?.summary().split('\n'), arrays: described, notes, use }, null, 2)}\n`;
}

/** Prints what is in a file. */
export async function inspect(
  io: Io,
  file: string,
  { json = false, at }: { readonly json?: boolean; readonly at?: string },
): Promise<number> {
  const content = await readContent(file, at);
  io.out(json ? asJson(file, content) : inWords(file, content));
  return 0;
}
