// The loss of a network with several outputs: a loss for each range of columns.

import { reading, refuse, requireInstance, requirePresent, requireRecord, requireShape } from '../checks.ts';
import { Arena } from '../memory/arena.ts';
import { integer, number, optional, readOptions, required, type Schema } from '../options.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import type { DType } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import { countedRows, type LossEvaluateOptions, requireCounted } from './evaluation.ts';
import { Loss, type Reduction } from './loss.ts';
import type { LossPlaces } from './loss-places.ts';

/** The loss of one output. */
export interface SplitLossPart {
  /** The loss; targets are values for each feature, not class numbers. */
  readonly loss: Loss;
  /** Features of the output, at least 1. */
  readonly size: number;
  /** Weight of the loss in the sum, at least 0; default 1. */
  readonly weight?: number;
}

const PART: Schema<SplitLossPart> = {
  loss: required((where, argument, value) =>
    requireInstance(where, argument, value as Loss, Loss, 'be a loss: new MeanSquaredError()'),
  ),
  size: required(integer()),
  weight: optional(number({ min: 0 }), 1),
};

interface Part extends Required<SplitLossPart> {
  readonly name: string;
  /** The first column. */
  readonly from: number;
  /** The first column of the targets, and their number. */
  readonly targetFrom: number;
  readonly targetSize: number;
}

/**
 * The loss of several outputs that lie one above the other, such as those of a `Graph`: (S1) L = Σ wₖ·Lₖ, where Lₖ is the
 * loss of the k-th range of columns. Targets lie side by side like the outputs, and have their shape, unless a loss has fewer
 * targets than predictions.
 *
 * @example
 * ```ts
 * const loss = new SplitLoss({
 *   gains: { loss: new MeanSquaredError(), size: 2 },
 *   vad: { loss: new BinaryCrossEntropy(), size: 1, weight: 0.5 },
 * });
 * const [y, target] = [tensor([[1, 2, 0]]), tensor([[1, 4, 1]])];
 * loss.evaluateParts(y, target).gains;       // 2: the mean of 0 and 2²
 * loss.evaluate(y, target).loss;    // 2.3465735…: 2 + 0.5·log 2
 * ```
 */
export class SplitLoss extends Loss {
  readonly kind = 'SplitLoss';
  /** @internal */
  protected readonly positions = 'rows';
  /** @internal */
  protected readonly targetBounds = {};
  /** The losses by the name of their output. */
  readonly parts: Readonly<Record<string, Required<SplitLossPart>>>;
  readonly #parts: readonly Part[];
  readonly #size: number;
  /** Where the parts are computed, with their columns side by side. */
  readonly #rooms: Partial<Record<DType, Arena>> = {};

  /**
   * @param parts - the loss of each output by name, in the order of the columns; all with the same reduction
   * @throws ArgumentError
   */
  constructor(parts: Readonly<Record<string, SplitLossPart>>) {
    const checked = requireParts(parts);
    super('SplitLoss', { reduction: checked[0]!.loss.reduction });
    this.parts = Object.fromEntries(checked.map(({ name, loss, size, weight }) => [name, { loss, size, weight }]));
    this.#parts = checked;
    this.#size = checked.reduce((sum, { size }) => sum + size, 0);
  }

  /** The parts, and the reduction. */
  override toString(): string {
    const parts = this.#parts.map(({ name, loss, size, weight }) => `  ${name} [${size}]: ${weight} · ${loss}`);
    return [super.toString(), ...parts].join('\n');
  }

  /** @internal Each part may read other columns: only a range that holds for all of them counts. */
  override requireOutputs(where: string, range: readonly [number, number]): void {
    for (const { loss } of this.#parts) loss.requireOutputs(where, range);
  }

  /** @internal Checks the targets of each part. */
  override requireTarget(
    where: string,
    argument: string,
    target: NdArrayLike,
    prediction: readonly number[],
    rows?: ArrayLike<number>,
  ): { readonly source: NdArrayLike; readonly sparse: boolean } {
    const outer = prediction.slice(0, -1);
    if (prediction.at(-1) !== this.#size) {
      refuse(
        where,
        'loss',
        `have parts of ${prediction.at(-1)} features, those of the output`,
        `${this.#size} features`,
      );
    }
    const source = requireNdArray(where, argument, target);
    requireShape(where, argument, source.shape, [...outer, this.targetSize()]);
    for (const part of this.#parts) {
      part.loss.requireTarget(where, argument, targetsOf(source, part), [...outer, part.size], rows);
    }
    return { source, sparse: false };
  }

  /**
   * Computes the loss of each output alone, without its weight.
   *
   * @param prediction - [..., F]
   * @param target - the targets of all outputs side by side
   * @param options - which rows count, and how much
   * @returns the reduced losses by name
   * @throws ShapeError, ArgumentError
   */
  evaluateParts(
    prediction: NdArrayLike,
    target: NdArrayLike,
    options: LossEvaluateOptions = {},
  ): Readonly<Record<string, number>> {
    const where = 'SplitLoss.evaluateParts';
    const output = requireNdArray(where, 'prediction', prediction);
    const { counted, weights } = requireCounted(where, options, output.shape);
    const [rows, targets] = counted === undefined ? [output, target] : countedRows(where, counted, output, target);
    const { source } = this.requireTarget(where, 'target', targets, rows.shape, counted);
    const each = weights && { weights: new Tensor({ data: weights }, rows.shape.slice(0, -1)) };
    const losses = this.#parts.map((part) => {
      const { loss } = part.loss.evaluate(columnsOf(rows, part), targetsOf(source, part), each);
      return [part.name, loss] as const;
    });
    return Object.fromEntries(losses);
  }

  /** @internal Number of targets of a row. */
  override targetSize(): number {
    return this.#parts.reduce((sum, { targetSize }) => sum + targetSize, 0);
  }

  /** @internal (S1) */
  protected sum(arena: Arena, places: LossPlaces, scale: number): number {
    const { dtype } = arena;
    this.#rooms[dtype] ??= new Arena(dtype);
    return this.#parts.reduce((sum, part) => sum + part.weight * this.#add(arena, places, part, scale), 0);
  }

  /** The loss of a part summed over rows; writes its columns of the gradient. */
  #add(
    { data, dtype }: Arena,
    places: LossPlaces,
    { loss, size, from, targetFrom, targetSize, weight }: Part,
    scale: number,
  ): number {
    const { dOutput, each, output, target, rows, F } = places;
    const room = this.#rooms[dtype]!;
    const [y, t, d, e] = room.layOut((take) => [0, 1, 2, 3].map(() => take(rows * size))) as [
      number,
      number,
      number,
      number,
    ];
    const own = room.data;
    const all = this.targetSize();
    for (let row = 0; row < rows; row++) {
      const begin = row * F + from;
      own.set(data.subarray(output + begin, output + begin + size), y + row * size);
      const first = target + row * all + targetFrom;
      own.set(data.subarray(first, first + targetSize), t + row * targetSize);
    }
    const part = { dOutput: d, each: e, output: y, target: t, rows, F: size, sparse: false };
    const sum = loss.compute('SplitLoss', 'target', room, part, 1);
    for (let row = 0; row < rows; row++) {
      for (let f = 0; f < size; f++) data[dOutput + row * F + from + f] = own[d + row * size + f]! * weight * scale;
    }
    if (each < 0) return sum;
    const count = loss.lossesPerRow(size);
    const share = weight / (loss.reduction === 'mean' ? count : 1);
    if (from === 0) data.fill(0, each, each + rows);
    for (let k = 0; k < rows * count; k++) data[each + Math.floor(k / count)]! += own[e + k]! * share;
    return sum;
  }
}

function requireParts(parts: Readonly<Record<string, SplitLossPart>>): readonly Part[] {
  const where = 'SplitLoss';
  const expected = 'be an object of parts { loss, size } by name';
  requirePresent(where, 'parts', parts, expected);
  const entries = reading(where, 'parts', () =>
    typeof parts !== 'object' || Array.isArray(parts) ? refuse(where, 'parts', expected, parts) : Object.entries(parts),
  );
  if (entries.length === 0) refuse(where, 'parts', 'name at least one part', parts);
  let [from, targetFrom] = [0, 0];
  let reduction: Reduction | undefined;
  return entries.map(([name, given]) => {
    const argument = `parts.${name}`;
    const record = requireRecord(where, argument, given, Object.keys(PART));
    const options = readOptions(where, record, PART, argument);
    const part = { name, from, targetFrom, targetSize: options.loss.targetSize(options.size), ...options };
    if (part.loss.needsWhole !== undefined) {
      refuse(where, `${argument}.loss`, 'be a loss of each time step, not of whole sequences', part.loss.kind);
    }
    reduction ??= part.loss.reduction;
    if (part.loss.reduction !== reduction) {
      refuse(
        where,
        `${argument}.loss`,
        `have the reduction '${reduction}' of the parts before it`,
        part.loss.reduction,
      );
    }
    from += part.size;
    targetFrom += part.targetSize;
    return part;
  });
}

/** The targets of a part: a view. */
function targetsOf(targets: NdArrayLike, { targetFrom, targetSize }: Part): NdArrayLike {
  return columnsOf(targets, { from: targetFrom, size: targetSize });
}

/** The columns of a part: a view. */
function columnsOf(
  { data, shape, stride, offset }: NdArrayLike,
  { from, size }: Pick<Part, 'from' | 'size'>,
): NdArrayLike {
  return { data, shape: [...shape.slice(0, -1), size], stride, offset: offset + from * stride.at(-1)! };
}
