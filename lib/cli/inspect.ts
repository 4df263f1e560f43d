// `bptt inspect`: what is in a file.

import type { Content } from '../content/content.ts';
import { statisticsOf } from '../content/statistics.ts';
import type { ForeignArray } from '../exchange/foreign-array.ts';
import { table } from '../tensor/printed.ts';
import { readContent } from './formats.ts';
import type { Io } from './io.ts';

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
