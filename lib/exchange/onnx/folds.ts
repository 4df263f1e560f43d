// What nodes make of constants: operators that exporters let weights pass through.

import { sizeOf } from '../../tensor/layout.ts';
import { ELEMENT_TYPES, type ForeignData } from '../element-types.ts';
import type { ForeignArray } from '../foreign-array.ts';
import { floatOf, floatsOf, integerOf, integersOf, type Node, tensorIn } from './graph.ts';
import { tensorOf, typeNamed } from './tensor.ts';

/** What a node makes of constants. */
export type Fold = (call: FoldCall) => ForeignArray;

export interface FoldCall {
  readonly where: string;
  readonly node: Node;
  /** The constant that an input is; refuses one that is left out. */
  input(k: number): ForeignArray;
  /** Integers of an attribute or, in newer versions, of an input; undefined if there are none. */
  integers(attribute: string, input: number): number[] | undefined;
  fail(expected: string, received: string): never;
}

/** The operators that are computed, by name. */
export const FOLDS: ReadonlyMap<string, Fold> = new Map(
  Object.entries<Fold>({
    Constant: ({ where, node, fail }) => {
      const tensor = tensorIn(node, 'value');
      if (tensor !== undefined) return tensorOf(where, tensor, node.name);
      const float = floatOf(node, 'value_float');
      const floats = float === undefined ? floatsOf(node, 'value_floats') : [float];
      if (floats.length > 0)
        return { shape: float === undefined ? [floats.length] : [], dtype: 'float32', data: Float32Array.from(floats) };
      const list = integersOf(node, 'value_ints');
      if (list === undefined && !node.attributes.has('value_int')) fail('have a value of numbers', 'another one');
      const integers = list ?? [integerOf(node, 'value_int', 0)];
      return {
        shape: list === undefined ? [] : [list.length],
        dtype: 'int64',
        data: BigInt64Array.from(integers, (v) => BigInt(Math.trunc(v))),
      };
    },
    Identity: ({ input }) => input(0),
    Cast: ({ node, input, fail }) => cast(input(0), typeNamed(integerOf(node, 'to', 0)) ?? 'another type', fail),
    Transpose: ({ node, input, fail }) => {
      const { shape } = input(0);
      const order = integersOf(node, 'perm') ?? shape.map((_, k) => shape.length - 1 - k);
      const sorted = [...order].sort((a, b) => a - b);
      if (order.length !== shape.length || sorted.some((axis, k) => axis !== k))
        fail(`order ${shape.length} axes`, `[${order.join(', ')}]`);
      const strides = stridesOf(shape);
      return strided(
        input(0),
        order.map((axis) => shape[axis]!),
        order.map((axis) => strides[axis]!),
        0,
      );
    },
    Squeeze: ({ input, integers, fail }) => {
      const { shape } = input(0);
      const axes = axesOf(
        integers('axes', 1) ?? shape.flatMap((size, k) => (size === 1 ? [k] : [])),
        shape.length,
        fail,
      );
      if (axes.some((axis) => shape[axis] !== 1)) fail('remove axes of length 1', `[${shape.join(', ')}]`);
      return { ...input(0), shape: shape.filter((_, k) => !axes.includes(k)) };
    },
    Unsqueeze: ({ input, integers, fail }) => {
      const given = integers('axes', 1) ?? fail('have axes', 'none');
      const rank = input(0).shape.length + given.length;
      const axes = axesOf(given, rank, fail);
      const rest = [...input(0).shape];
      return { ...input(0), shape: Array.from({ length: rank }, (_, k) => (axes.includes(k) ? 1 : rest.shift()!)) };
    },
    Reshape: ({ node, input, integers, fail }) => {
      const array = input(0);
      const wanted = integers('shape', 1) ?? fail('have a shape', 'none');
      if (integerOf(node, 'allowzero', 0) !== 0) fail('keep axes of length 0', 'allowzero');
      const shape = wanted.map((size, k) => (size === 0 ? (array.shape[k] ?? 0) : size));
      const open = shape.indexOf(-1);
      const known = shape.reduce((product, size) => product * (size === -1 ? 1 : size), 1);
      if (open >= 0) shape[open] = array.data.length / known;
      const whole = shape.every((size) => Number.isSafeInteger(size) && size >= 0);
      if (!whole || sizeOf(shape) !== array.data.length)
        fail(`hold ${array.data.length} elements`, `[${wanted.join(', ')}]`);
      return { ...array, shape };
    },
    Concat: ({ node, input, fail }) => {
      const parts = node.inputs.map((_, k) => input(k));
      const [first] = parts;
      if (first === undefined) return fail('have an input', 'none');
      const [axis] = axesOf([integerOf(node, 'axis', 0)], first.shape.length, fail) as [number];
      const alike = parts.every(
        ({ shape, dtype }) =>
          dtype === first.dtype &&
          shape.length === first.shape.length &&
          shape.every((size, k) => k === axis || size === first.shape[k]),
      );
      if (!alike)
        fail('have inputs that differ in one axis', parts.map(({ shape }) => `[${shape.join(', ')}]`).join(', '));
      const shape = first.shape.map((size, k) =>
        k === axis ? parts.reduce((sum, part) => sum + part.shape[axis]!, 0) : size,
      );
      return joined(parts, shape, axis);
    },
    Slice: ({ input, integers, fail }) => {
      const array = input(0);
      const rank = array.shape.length;
      const [starts, ends] = [integers('starts', 1) ?? [], integers('ends', 2) ?? []];
      const axes = axesOf(integers('axes', 3) ?? starts.map((_, k) => k), rank, fail);
      const steps = integers('steps', 4) ?? [];
      if (starts.length !== axes.length || ends.length !== axes.length)
        fail('have a start and an end for each axis', `${starts.length} and ${ends.length}`);
      if (steps.some((step) => step !== 1)) fail('have steps of 1', `[${steps.join(', ')}]`);
      const [shape, strides] = [[...array.shape], stridesOf(array.shape)];
      let offset = 0;
      axes.forEach((axis, k) => {
        const size = array.shape[axis]!;
        const at = (place: number): number => Math.min(size, Math.max(0, place < 0 ? place + size : place));
        const [start, end] = [at(starts[k]!), at(ends[k]!)];
        shape[axis] = Math.max(0, end - start);
        offset += start * strides[axis]!;
      });
      return strided(array, shape, strides, offset);
    },
  }),
);

/** The axes that integers stand for: from the end if they are negative. */
function axesOf(given: readonly number[], rank: number, fail: FoldCall['fail']): number[] {
  const axes = given.map((axis) => (axis < 0 ? axis + rank : axis));
  const sound = axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < rank);
  if (!sound || new Set(axes).size < axes.length) fail(`name axes of ${rank}`, `[${given.join(', ')}]`);
  return axes;
}

function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let k = shape.length - 2; k >= 0; k--) strides[k] = strides[k + 1]! * shape[k + 1]!;
  return strides;
}

/** An empty array of the same type. */
function emptyLike({ data }: ForeignArray, length: number): ForeignData {
  return new (data.constructor as new (length: number) => ForeignData)(length);
}

/** Copies a view. */
function strided(
  array: ForeignArray,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
): ForeignArray {
  const data = emptyLike(array, sizeOf(shape));
  let next = 0;
  const visit = (axis: number, at: number): void => {
    if (axis === shape.length) data[next++] = array.data[at]!;
    else for (let k = 0; k < shape[axis]!; k++) visit(axis + 1, at + k * strides[axis]!);
  };
  if (data.length > 0) visit(0, offset);
  return { shape, dtype: array.dtype, data };
}

/** Joins arrays along an axis. */
function joined(parts: readonly ForeignArray[], shape: readonly number[], axis: number): ForeignArray {
  const data = emptyLike(parts[0]!, sizeOf(shape));
  const outer = sizeOf(shape.slice(0, axis));
  const inner = sizeOf(shape.slice(axis + 1));
  let next = 0;
  for (let k = 0; k < outer; k++) {
    for (const part of parts) {
      const length = part.shape[axis]! * inner;
      for (let j = 0; j < length; j++) data[next++] = part.data[k * length + j]!;
    }
  }
  return { shape, dtype: parts[0]!.dtype, data };
}

/** Element types that constants are cast to. */
const CAST: readonly string[] = ['float32', 'float64', 'int32', 'int64'];

/** Converts elements as ONNX does: a float that is too long is rounded. */
function cast(given: ForeignArray, dtype: string, fail: FoldCall['fail']): ForeignArray {
  const { shape, data } = given;
  if (dtype === given.dtype) return given;
  if (!CAST.includes(dtype)) fail(`cast to ${CAST.join(', ')}`, dtype);
  const result = new (ELEMENT_TYPES.get(dtype)!.array)(data.length);
  for (let k = 0; k < data.length; k++) {
    const value = Number(data[k]);
    if (dtype.startsWith('int') && !Number.isFinite(value)) fail('cast finite numbers to integers', `${value}`);
    result[k] = dtype === 'int64' ? BigInt(Math.trunc(value)) : value;
  }
  return { shape, dtype, data: result };
}
