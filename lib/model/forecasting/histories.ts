// Checks what `forecast` reads: histories, and inputs that are known ahead.

import { reading, refuse, requireElements, requireEntries, requireInteger, requireShape } from '../../checks.ts';
import type { Mask } from '../../engine/packing.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import { masksOfRows } from '../../layers/any-lengths.ts';
import type { Network } from '../../layers/network.ts';
import type { NdArrayLike } from '../../tensor/ndarray-like.ts';
import { type RowData, requireRows } from '../../tensor/row-data.ts';

/** Checked histories [B, T, I]. */
export interface Histories {
  readonly source: NdArrayLike;
  /** Number of time steps of each; undefined if all have T. */
  readonly lengths: ArrayLike<number> | undefined;
}

/** Checks histories, and that they are finite where they count. */
export function requireHistory(where: string, model: Network, history: RowData, lengths: unknown): Histories {
  const argument = 'history';
  const rows = requireRows(where, argument, history);
  if (model.indexCount > 0) refuse(where, 'model', 'read features, not indices', model.layers[0], 'Use generate');
  const masks = masksOfRows(where, argument, rows, model, lengths === undefined ? {} : { lengths: lengths as never });
  const source = rows.whole(where);
  requireShape(where, argument, source.shape, ['B', 'T', model.inputSize ?? 'I']);
  requireElements(where, argument, source.shape);
  const empty = rows.lengths?.indexOf(0) ?? -1;
  if (empty >= 0) refuse(where, `${argument}[${empty}]`, 'have at least one time step', []);
  const checked = masks.lengths && requireLengths(where, masks.lengths, source);
  const mask = model.requireMask(where, checked === undefined ? {} : { lengths: checked }, source);
  requireFinite(where, argument, source, ['row', 'step', 'feature'], mask);
  return { source, lengths: checked };
}

function requireLengths(where: string, lengths: ArrayLike<number>, { shape: [B, T] }: NdArrayLike): number[] {
  const given = reading(where, 'lengths', () => (ArrayBuffer.isView(lengths) ? Array.from(lengths) : lengths));
  const list = requireEntries<number>(where, 'lengths', given as number[], `be ${B} numbers of time steps`);
  if (list.length !== B) refuse(where, 'lengths', `be ${B} numbers of time steps`, lengths);
  return list.map((each, b) => requireInteger(where, `lengths[${b}]`, each, 1, T));
}

/** Checks what is known ahead, [B, steps or more, C]: at least as many steps as the model reads. */
export function requireFuture(
  where: string,
  future: RowData | undefined,
  [B, steps, C]: readonly [number, number, number],
): NdArrayLike | undefined {
  const argument = 'future';
  if (future === undefined) {
    if (C > 0 && steps > 0)
      refuse(where, argument, `be an array [${B}, ${steps}, ${C}], as the model has further inputs`, future);
    return undefined;
  }
  const rows = requireRows(where, argument, future);
  const short = rows.lengths?.findIndex((length) => length < steps) ?? -1;
  if (short >= 0) refuse(where, `${argument}[${short}]`, `have at least ${steps} time steps`, rows.lengths![short]);
  const source = rows.whole(where);
  const expected = `have shape [${B}, at least ${steps}, ${C}]`;
  const { shape } = source;
  if (shape.length !== 3 || shape[0] !== B || shape[1]! < steps || shape[2] !== C || C === 0)
    throw new ShapeError({ where, argument, expected, received: `[${shape.join(', ')}]` });
  const read = { ...layoutOf(source), shape: [B, steps, C] };
  requireFinite(where, argument, read, ['row', 'step', 'feature']);
  return source;
}

function layoutOf({ data, stride, offset }: NdArrayLike): Omit<NdArrayLike, 'shape'> {
  return { data, stride, offset };
}

/** Refuses NaN and infinities, and says where the first one is. `axes`: names of two or three axes. */
export function requireFinite(
  where: string,
  argument: string,
  { data, shape, stride, offset }: NdArrayLike,
  axes: readonly string[],
  mask?: Mask,
): void {
  const [rows, steps, features = 1] = shape as [number, number, number?];
  for (let row = 0; row < rows; row++) {
    const count = mask === undefined ? steps : mask.offsets[row + 1]! - mask.offsets[row]!;
    for (let k = 0; k < count; k++) {
      const step = mask === undefined ? k : mask.times[mask.offsets[row]! + k]!;
      for (let j = 0; j < features; j++) {
        const value = data[offset + row * stride[0]! + step * stride[1]! + j * (stride[2] ?? 0)]!;
        if (Number.isFinite(value)) continue;
        const place = axes.map((name, axis) => `${name} ${[row, step, j][axis]}`).join(', ');
        const remedy = 'Fill gaps of the series first, or cut the series behind them';
        throw new ArgumentError({
          where,
          argument,
          expected: 'hold finite numbers',
          received: `${value} at ${place}`,
          remedy,
        });
      }
    }
  }
}
