// Reads the tensors and nodes of an ONNX file: just enough of protocol buffers for the specs.

import { Tensor } from '../../lib/tensor/tensor.ts';

/** A message: the values of each field, numbers or bytes, in the order of the file. */
type Message = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, number | string | readonly (number | string)[] | undefined>>;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  /** Constants by name, in float64. */
  readonly constants: Readonly<Record<string, Tensor>>;
}

function parse(bytes: Uint8Array): Message {
  const fields = new Map<number, (number | Uint8Array)[]>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = bytes[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    let value: number | Uint8Array;
    if (key % 8 === 0) value = varint();
    else if (key % 8 === 2) {
      const length = varint();
      value = bytes.subarray(at, at + length);
      at += length;
    } else if (key % 8 === 5) {
      value = view.getFloat32(at, true);
      at += 4;
    } else throw new Error(`wire type ${key % 8}`);
    const field = Math.floor(key / 8);
    fields.set(field, [...(fields.get(field) ?? []), value]);
  }
  return fields;
}

const bytesOf = (message: Message, field: number): Uint8Array[] => (message.get(field) ?? []) as Uint8Array[];
const messages = (message: Message, field: number): Message[] => bytesOf(message, field).map(parse);
const text = (bytes: Uint8Array | undefined): string => (bytes === undefined ? '' : new TextDecoder().decode(bytes));
const texts = (message: Message, field: number): string[] => bytesOf(message, field).map(text);

/** Numbers of a repeated field, packed (with `size` bytes each, 0 for varints) or not. */
function numbers(message: Message, field: number, size: 0 | 4): number[] {
  return (message.get(field) ?? []).flatMap((value) => {
    if (typeof value === 'number') return [value];
    if (size === 4) return [...new Float32Array(value.slice().buffer)];
    const packed = new Uint8Array(
      [...value].flatMap((byte, k) => (k === 0 || value[k - 1]! < 128 ? [8, byte] : [byte])),
    );
    return [...(parse(packed).get(1) ?? [])] as number[];
  });
}

/** Elements of a TensorProto of type float32 or int64. */
function tensorOf(message: Message): Tensor {
  const [type] = numbers(message, 2, 0);
  const raw = bytesOf(message, 9)[0]?.slice().buffer;
  const data =
    type === 7
      ? raw === undefined
        ? numbers(message, 7, 0)
        : [...new BigInt64Array(raw)].map(Number)
      : raw === undefined
        ? numbers(message, 4, 4)
        : [...new Float32Array(raw)];
  return new Tensor({ data: Float64Array.from(data) }, numbers(message, 1, 0));
}

function attributesOf(node: Message): OnnxNode['attributes'] {
  return Object.fromEntries(
    messages(node, 5).map((attribute) => {
      const [f, i] = [numbers(attribute, 2, 4)[0], numbers(attribute, 3, 0)[0]];
      const s = bytesOf(attribute, 4)[0];
      const lists = [numbers(attribute, 7, 4), numbers(attribute, 8, 0), texts(attribute, 9)];
      const list = lists.find((each) => each.length > 0);
      return [texts(attribute, 1)[0]!, f ?? i ?? (s === undefined ? list : text(s))];
    }),
  );
}

export function readOnnx(bytes: Uint8Array): OnnxGraph {
  const graph = messages(parse(bytes), 7)[0]!;
  return {
    nodes: messages(graph, 1).map((node) => {
      const [inputs, outputs, op] = [texts(node, 1), texts(node, 2), texts(node, 4)[0]!];
      return { op, inputs, outputs, attributes: attributesOf(node) };
    }),
    constants: Object.fromEntries(messages(graph, 5).map((message) => [texts(message, 8)[0]!, tensorOf(message)])),
  };
}
