// The loader `rows`: data that are in the job itself.

import { refuse, requireRecord } from '../../checks.ts';
import type { RowData } from '../../tensor/row-data.ts';
import type { LoadedData } from '../run-job.ts';

/** Rows that are in the job itself: `{ loader: 'rows', x, y }`, arrays of rows. */
export function rows(args: Readonly<Record<string, unknown>>): LoadedData {
  const where = 'rows';
  const { x, y } = requireRecord(where, 'data', args, ['x', 'y']) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(x)) refuse(where, 'data.x', 'be an array of rows', x);
  if (!Array.isArray(y)) refuse(where, 'data.y', 'be an array of rows', y);
  return { x: x as RowData, y: y as RowData };
}
