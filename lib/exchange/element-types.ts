// The element types of arrays in files.

/** The elements of an array in a file, in the smallest type of JavaScript that holds all of them. */
export type ForeignData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** An element type of files. */
export interface ElementType {
  /** Bytes of an element in a file. */
  readonly size: number;
  /** Class of the array that holds elements of this type. */
  readonly array: { new (length: number): ForeignData; new (buffer: ArrayBufferLike): ForeignData };
}

/** Element types by name. */
export const ELEMENT_TYPES: ReadonlyMap<string, ElementType> = new Map<string, ElementType>([
  ['float64', { size: 8, array: Float64Array }],
  ['float32', { size: 4, array: Float32Array }],
  ['float16', { size: 2, array: Float32Array }],
  ['bfloat16', { size: 2, array: Float32Array }],
  ['int64', { size: 8, array: BigInt64Array }],
  ['int32', { size: 4, array: Int32Array }],
  ['int16', { size: 2, array: Int16Array }],
  ['int8', { size: 1, array: Int8Array }],
  ['uint64', { size: 8, array: BigUint64Array }],
  ['uint32', { size: 4, array: Uint32Array }],
  ['uint16', { size: 2, array: Uint16Array }],
  ['uint8', { size: 1, array: Uint8Array }],
  ['bool', { size: 1, array: Uint8Array }],
]);
