// Writes an ONNX model of one LSTM as protocol buffers, so that no Python package is needed. Names and numbers of
// fields are those of onnx.proto3.

const FLOAT = 1;
const ATTRIBUTE_INT = 2;
const [IR_VERSION, OPSET] = [8, 14];
const BIG = 0x80;

function varint(value) {
  const bytes = [];
  for (; value >= BIG; value = Math.floor(value / BIG)) bytes.push((value % BIG) + BIG);
  return Buffer.from([...bytes, value]);
}

const integer = (field, value) => Buffer.concat([varint(field * 8), varint(value)]);

/** Encodes a field of bytes: text, a packed array or a message. */
function bytes(field, ...parts) {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
}

/** TensorProto: dims 1, data_type 2, name 8, raw_data 9. */
function tensorProto(name, shape, values) {
  const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([...shape.map((n) => integer(1, n)), integer(2, FLOAT), bytes(8, name), bytes(9, raw)]);
}

/** ValueInfoProto: name 1, type 2; TypeProto.tensor_type 1: elem_type 1, shape 2; dim 1: dim_value 1. */
function valueInfo(name, shape) {
  const dimensions = bytes(2, ...shape.map((n) => bytes(1, integer(1, n))));
  return Buffer.concat([bytes(1, name), bytes(2, bytes(1, integer(1, FLOAT), dimensions))]);
}

/** NodeProto: input 1, output 2, op_type 4, attribute 5; AttributeProto: name 1, i 3, type 20. */
function node(type, inputs, outputs, attributes) {
  return Buffer.concat([
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, type),
    ...Object.entries(attributes).map(([name, value]) =>
      bytes(5, bytes(1, name), integer(3, value), integer(20, ATTRIBUTE_INT)),
    ),
  ]);
}

/**
 * Inputs x [T, B, I], h and c [1, B, H]; outputs y [T, 1, B, H], hNext and cNext.
 *
 * @param {{ T: number, B: number, I: number, H: number }} shape
 * @param {{ W: Float32Array, R: Float32Array, B: Float32Array }} weights - [4H, I], [4H, H], [8H] in the order i o f c
 * @returns {Buffer} ModelProto: ir_version 1, graph 7, opset_import 8; GraphProto: node 1, name 2, initializer 5,
 *   input 11, output 12
 */
export function lstmModel({ T, B, I, H }, weights) {
  const lstm = node('LSTM', ['x', 'W', 'R', 'B', '', 'h', 'c'], ['y', 'hNext', 'cNext'], { hidden_size: H });
  const state = [1, B, H];
  const graph = Buffer.concat([
    bytes(1, lstm),
    bytes(2, 'lstm'),
    bytes(5, tensorProto('W', [1, 4 * H, I], weights.W)),
    bytes(5, tensorProto('R', [1, 4 * H, H], weights.R)),
    bytes(5, tensorProto('B', [1, 8 * H], weights.B)),
    ...[valueInfo('x', [T, B, I]), valueInfo('h', state), valueInfo('c', state)].map((info) => bytes(11, info)),
    ...[valueInfo('y', [T, 1, B, H]), valueInfo('hNext', state), valueInfo('cNext', state)].map((info) =>
      bytes(12, info),
    ),
  ]);
  return Buffer.concat([integer(1, IR_VERSION), bytes(7, graph), bytes(8, integer(2, OPSET))]);
}
