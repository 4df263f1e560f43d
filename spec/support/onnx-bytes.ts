// Writes ONNX files for specs, also such as no exporter writes.

type Content = readonly (number | Uint8Array)[];

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return bytes;
}

const joined = (parts: Content): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));

/** A field with an integer. */
export const integer = (field: number, value: number): Uint8Array => joined([...varint(8 * field), ...varint(value)]);
/** A field with bytes, a text or a message. */
export const bytes = (field: number, content: Uint8Array | string): Uint8Array => {
  const data = typeof content === 'string' ? utf8(content) : content;
  return joined([...varint(8 * field + 2), ...varint(data.length), data]);
};
/** A field with a float32. */
const float = (field: number, value: number): Uint8Array =>
  joined([...varint(8 * field + 5), new Uint8Array(Float32Array.of(value).buffer)]);
/** A message of fields. */
export const message = (...fields: readonly Uint8Array[]): Uint8Array => joined(fields);

/** An array: float32 unless the numbers are bigints; `type`: another type of ONNX for the same bytes. */
export function array(
  name: string,
  shape: readonly number[],
  data: Float32Array | Float64Array | BigInt64Array,
  type = data instanceof Float32Array ? 1 : data instanceof Float64Array ? 11 : 7,
): Uint8Array {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return message(...shape.map((size) => integer(1, size)), integer(2, type), bytes(8, name), bytes(9, raw));
}

export type Attribute = number | string | Uint8Array | { readonly float: number } | readonly (number | string)[];

function attribute(name: string, value: Attribute): Uint8Array {
  const label = bytes(1, name);
  if (typeof value === 'number') return message(label, integer(3, value));
  if (typeof value === 'string') return message(label, bytes(4, value));
  if (value instanceof Uint8Array)
    return message(label, bytes(name.endsWith('branch') || name === 'body' ? 6 : 5, value));
  if ('float' in value) return message(label, float(2, value.float));
  return message(
    label,
    ...value.map((each) =>
      typeof each === 'string' ? bytes(9, each) : Number.isInteger(each) ? integer(8, each) : float(7, each),
    ),
  );
}

export interface NodeDescription {
  readonly op: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  /** Lengths of the axes of inputs by name; 0 for one that is not fixed. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

function node({ op, inputs = [], outputs = ['Y'], name = op, domain, attributes = {} }: NodeDescription): Uint8Array {
  return message(
    ...inputs.map((input) => bytes(1, input)),
    ...outputs.map((output) => bytes(2, output)),
    bytes(3, name),
    bytes(4, op),
    ...(domain === undefined ? [] : [bytes(7, domain)]),
    ...Object.entries(attributes).map(([key, value]) => bytes(5, attribute(key, value))),
  );
}

export interface GraphDescription {
  readonly nodes: readonly NodeDescription[];
  readonly arrays?: readonly Uint8Array[];
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  /** Lengths of the axes of inputs by name; 0 for one that is not fixed. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
}

/** The type of an input, with its shape. */
function typed(shape: readonly number[] | undefined): Uint8Array[] {
  if (shape === undefined) return [];
  const lengths = message(...shape.map((length) => bytes(1, message(integer(1, length)))));
  return [bytes(2, message(bytes(1, message(bytes(2, lengths)))))];
}

export function graph({
  nodes,
  arrays = [],
  inputs = ['X'],
  outputs = ['Y'],
  shapes = {},
}: GraphDescription): Uint8Array {
  return message(
    ...nodes.map((each) => bytes(1, node(each))),
    ...arrays.map((each) => bytes(5, each)),
    ...inputs.map((name) => bytes(11, message(bytes(1, name), ...typed(shapes[name])))),
    ...outputs.map((name) => bytes(12, message(bytes(1, name)))),
  );
}

/** A file. */
export function onnx(description: GraphDescription, version = 14): Uint8Array {
  return message(integer(1, 8), bytes(8, message(integer(2, version))), bytes(7, graph(description)));
}
