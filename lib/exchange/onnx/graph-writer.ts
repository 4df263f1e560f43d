// Collects the nodes, constants, inputs and outputs of an ONNX graph, and writes the model. Names and numbers of fields are
// those of onnx.proto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.

import { ProtoMessage } from './proto-writer.ts';

/** Of the operators: 17 is the first with LayerNormalization. */
const OPSET = 17;
/** Of the file; ONNX 1.12, which brought operators 17, wrote 8. */
const IR_VERSION = 8;

/** Element types of TensorProto. */
const TYPES = { float: 1, int32: 6, int64: 7 } as const;

/** An attribute of a node. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly texts: readonly string[] };

/** The attributes of a node; those that are undefined are left out. */
export type Attributes = Readonly<Record<string, Attribute | undefined>>;

/** Length of an axis: a number, or a name for any number. */
export type Axis = number | string;

/** AttributeProto: field and type of each kind of value. */
const KINDS = { float: [2, 1], int: [3, 2], text: [4, 3], floats: [7, 6], ints: [8, 7], texts: [9, 8] } as const;

/** AttributeProto: name 1, type 20. */
function attributeProto(name: string, attribute: Attribute): ProtoMessage {
  const [kind, value] = Object.entries(attribute)[0]! as [keyof typeof KINDS, never];
  const [field, type] = KINDS[kind];
  const message = new ProtoMessage().texts(1, [name]);
  if (kind === 'float' || kind === 'floats') message.floats(field, kind === 'float' ? [value] : value);
  else if (kind === 'int' || kind === 'ints') message.integers(field, kind === 'int' ? [value] : value);
  else message.texts(field, kind === 'text' ? [value] : value);
  return message.integer(20, type);
}

/** TensorProto: dims 1, data_type 2, name 8, raw_data 9. */
function tensorProto(name: string, type: keyof typeof TYPES, shape: readonly number[], raw: Uint8Array): ProtoMessage {
  return new ProtoMessage().integers(1, shape).integer(2, TYPES[type]).texts(8, [name]).raw(9, raw);
}

/** ValueInfoProto: name 1, type 2; TypeProto.tensor_type 1: elem_type 1, shape 2; dim 1: dim_value 1, dim_param 2. */
function valueInfo(name: string, type: keyof typeof TYPES, shape: readonly Axis[]): ProtoMessage {
  const axes = shape.map((axis) =>
    typeof axis === 'number' ? new ProtoMessage().integer(1, axis) : new ProtoMessage().texts(2, [axis]),
  );
  const tensor = new ProtoMessage().integer(1, TYPES[type]).messages(2, [new ProtoMessage().messages(1, axes)]);
  return new ProtoMessage().texts(1, [name]).messages(2, [new ProtoMessage().messages(1, [tensor])]);
}

/** Elements, each written little-endian by `set`. */
function littleEndian<T>(values: ArrayLike<T>, size: number, set: (view: DataView, at: number, value: T) => void) {
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  for (let k = 0; k < values.length; k++) set(view, k * size, values[k]!);
  return bytes;
}

/** A graph in the making. Values are known by name. */
export class GraphWriter {
  readonly #nodes: ProtoMessage[] = [];
  readonly #constants = new Map<string, ProtoMessage>();
  readonly #inputs: ProtoMessage[] = [];
  readonly #outputs: ProtoMessage[] = [];
  readonly #names = new Set<string>();

  /** A name that no other value or node has. */
  #unique(name: string): string {
    let unique = name;
    for (let k = 2; this.#names.has(unique); k++) unique = `${name}_${k}`;
    this.#names.add(unique);
    return unique;
  }

  /** Adds an input of the graph. */
  input(name: string, type: keyof typeof TYPES, shape: readonly Axis[]): string {
    this.#names.add(name);
    this.#inputs.push(valueInfo(name, type, shape));
    return name;
  }

  /** Adds an output of the graph: `value` under another name. */
  output(name: string, value: string, shape: readonly Axis[]): void {
    this.#add('Identity', this.#unique(`${name}.Identity`), [value], [name], {});
    this.#outputs.push(valueInfo(name, 'float', shape));
  }

  /** Adds an array of float32. */
  floats(name: string, shape: readonly number[], values: ArrayLike<number>): string {
    const unique = this.#unique(name);
    const raw = littleEndian(values, 4, (view, at, value) => view.setFloat32(at, value, true));
    this.#constants.set(unique, tensorProto(unique, 'float', shape, raw));
    return unique;
  }

  /** A list of integers, or a single one; equal ones are the same constant. */
  ints(values: readonly number[] | number): string {
    const list = typeof values === 'number' ? [values] : values;
    const name = `int64 ${JSON.stringify(values)}`;
    const raw = littleEndian(list, 8, (view, at, value) => view.setBigInt64(at, BigInt(value), true));
    const shape = typeof values === 'number' ? [] : [list.length];
    if (!this.#constants.has(name)) this.#constants.set(name, tensorProto(name, 'int64', shape, raw));
    return name;
  }

  /**
   * Adds a node with one output, and returns its name.
   *
   * @param scope - the layer, as the beginning of the names of node and output
   */
  node(scope: string, op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const name = this.#unique(`${scope}.${op}`);
    this.#add(op, name, inputs, [name], attributes);
    return name;
  }

  /** Adds a node whose outputs have these names; '' for one that nothing uses. */
  nodeOf(
    name: string,
    op: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes,
  ): void {
    this.#names.add(name);
    this.#add(op, name, inputs, outputs, attributes);
  }

  /** NodeProto: input 1, output 2, name 3, op_type 4, attribute 5. */
  #add(op: string, name: string, inputs: readonly string[], outputs: readonly string[], attributes: Attributes): void {
    const protos = Object.entries(attributes).flatMap(([key, value]) =>
      value === undefined ? [] : [attributeProto(key, value)],
    );
    const node = new ProtoMessage().texts(1, inputs).texts(2, outputs);
    this.#nodes.push(node.texts(3, [name]).texts(4, [op]).messages(5, protos));
  }

  /**
   * The model. ModelProto: ir_version 1, producer_name 2, graph 7, opset_import 8; OperatorSetIdProto: domain 1, version 2;
   * GraphProto: node 1, name 2, initializer 5, input 11, output 12.
   */
  model(): ProtoMessage {
    const graph = new ProtoMessage()
      .messages(1, this.#nodes)
      .texts(2, ['bptt'])
      .messages(5, [...this.#constants.values()])
      .messages(11, this.#inputs)
      .messages(12, this.#outputs);
    const opset = new ProtoMessage().texts(1, ['']).integer(2, OPSET);
    return new ProtoMessage().integer(1, IR_VERSION).texts(2, ['bptt']).messages(7, [graph]).messages(8, [opset]);
  }
}
