import { describe, expect, it } from '@jest/globals';
import { importChain, importNode, recurrentNodes } from '../../../lib/exchange/onnx.ts';
import { FormatError } from '../../../lib/index.ts';
import {
  type Attribute,
  array,
  bytes,
  graph,
  integer,
  message,
  type NodeDescription,
  onnx,
} from '../../support/onnx-bytes.ts';

const floats = (count: number, value = 0.5): Float32Array => new Float32Array(count).fill(value);
const [H, I] = [2, 3];

/** Weights of a node of G gates. */
const weights = (G: number): Uint8Array[] => [
  array('W', [1, G * H, I], floats(G * H * I)),
  array('R', [1, G * H, H], floats(G * H * H)),
];

/** A file of one recurrent node. */
function recurrent(
  op: 'LSTM' | 'GRU' | 'RNN',
  attributes: Readonly<Record<string, Attribute>> = {},
  {
    inputs = ['X', 'W', 'R'],
    arrays = [] as readonly Uint8Array[],
    nodes = [] as readonly NodeDescription[],
    outputs = ['Y'],
  } = {},
): Uint8Array {
  const given = weights({ LSTM: 4, GRU: 3, RNN: 1 }[op]);
  return onnx({ nodes: [...nodes, { op, inputs, outputs, attributes }], arrays: [...given, ...arrays] });
}

const node = (file: Uint8Array) => () => importNode(file);
const chain = (file: Uint8Array) => () => importChain(file);

/** A chain of nodes from X to Y. */
const chainOf = (nodes: readonly NodeDescription[], arrays: readonly Uint8Array[] = []): Uint8Array =>
  onnx({ nodes, arrays });
const lstm = (outputs: readonly string[] = ['Y']): NodeDescription => ({
  op: 'LSTM',
  inputs: ['X', 'W', 'R'],
  outputs,
});
const shape = (...sizes: number[]): Uint8Array => array('shape', [sizes.length], BigInt64Array.from(sizes, BigInt));

describe('refused ONNX files', () => {
  it.each<[string, () => unknown, string]>([
    [
      'no file',
      () => recurrentNodes(new Uint8Array(0)),
      'recurrentNodes: "bytes" must be an ONNX file; received no graph, or no version of its operators',
    ],
    [
      'a cut off integer',
      () => recurrentNodes(Uint8Array.of(128)),
      'recurrentNodes: "bytes" must be an ONNX file; received an integer that the file cuts off',
    ],
    [
      'an endless integer',
      () => recurrentNodes(new Uint8Array(11).fill(255)),
      'recurrentNodes: "bytes" must be an ONNX file; received an integer of more than 10 bytes',
    ],
    [
      'a group',
      () => recurrentNodes(Uint8Array.of(11)),
      'recurrentNodes: "bytes" must be an ONNX file; received a field of wire type 3',
    ],
    [
      'a field that is cut off',
      () => recurrentNodes(Uint8Array.of(58, 5, 0)),
      'recurrentNodes: "bytes" must be an ONNX file; received a field of 5 bytes that the file cuts off',
    ],
    [
      'a text that is none',
      () => recurrentNodes(message(bytes(8, message(bytes(1, Uint8Array.of(255)))), bytes(7, ''))),
      'recurrentNodes: "bytes" must be an ONNX file; received a text that is no UTF-8',
    ],
    [
      'a number for a graph',
      () => recurrentNodes(message(integer(7, 1))),
      'recurrentNodes: "bytes" must be an ONNX file; received a number where bytes belong',
    ],
    [
      'bytes for a version',
      () => recurrentNodes(message(bytes(8, message(bytes(2, 'x'))), bytes(7, ''))),
      'recurrentNodes: "bytes" must be an ONNX file; received bytes where a number belongs',
    ],
    [
      'many fields',
      () => recurrentNodes(new Uint8Array(600_000).fill(8).map((_, k) => (k % 2 === 0 ? 8 : 0))),
      'recurrentNodes: "bytes" must be an ONNX file; received more than 262144 fields',
    ],
    [
      'old operators',
      () => recurrentNodes(onnx({ nodes: [] }, 6)),
      'recurrentNodes: "bytes" must have operators of version 7 or later; received version 6. onnx.version_converter brings them up to date',
    ],
    [
      'graphs in graphs',
      () => {
        let inner = graph({ nodes: [] });
        for (let k = 0; k < 10; k++) inner = graph({ nodes: [{ op: 'If', attributes: { then_branch: inner } }] });
        return recurrentNodes(message(bytes(8, message(integer(2, 14))), bytes(7, inner)));
      },
      'recurrentNodes: "bytes" must be an ONNX file; received graphs in graphs, deeper than 8',
    ],
    [
      'no recurrent node',
      node(onnx({ nodes: [{ op: 'Relu', inputs: ['X'] }] })),
      'importNode: "bytes" must have a node of LSTM, GRU or RNN; received none. An exporter may have written the recurrence out as products and activations; export the module instead of its cell',
    ],
    [
      'a node of another domain',
      node(onnx({ nodes: [{ op: 'LSTM', inputs: ['X', 'W', 'R'], domain: 'com.acme' }], arrays: weights(4) })),
      'importNode: "bytes" must have a node of LSTM, GRU or RNN; received none. An exporter may have written the recurrence out as products and activations; export the module instead of its cell',
    ],
    [
      'two nodes',
      node(
        onnx({
          nodes: [
            { ...lstm(), name: 'a' },
            { ...lstm(), name: 'b' },
          ],
          arrays: weights(4),
        }),
      ),
      'importNode: "bytes" must have one recurrent node, or be given its name; received "a", "b"',
    ],
    [
      'no such node',
      () => importNode(recurrent('LSTM'), { name: 'b' }),
      'importNode: "bytes" must have one node "b"; received "LSTM"',
    ],
    [
      'no weights',
      node(recurrent('LSTM', {}, { inputs: ['X', 'W'] })),
      'importNode: "node LSTM" must have weights W and R; received none',
    ],
    [
      'weights from outside',
      node(recurrent('LSTM', {}, { inputs: ['X', 'X', 'R'] })),
      'importNode: "node LSTM" must have weights W that are constants; received weights from graph input "X"',
    ],
    [
      'weights from nowhere',
      node(recurrent('LSTM', {}, { inputs: ['X', 'V', 'R'] })),
      'importNode: "node LSTM" must have weights W that are constants; received weights from "V", which is nowhere',
    ],
    [
      'weights of computed numbers',
      node(
        recurrent(
          'LSTM',
          {},
          { inputs: ['X', 'V', 'R'], nodes: [{ op: 'Mul', inputs: ['W', 'W'], outputs: ['V'], name: 'square' }] },
        ),
      ),
      'importNode: "node LSTM" must have weights W that are constants; received weights from node "square" of Mul',
    ],
    [
      'another R',
      node(onnx({ nodes: [lstm()], arrays: [weights(4)[0]!, array('R', [1, 6, 2], floats(12))] })),
      'importNode: "node LSTM" must have R of shape [1, 8, 2]; received [1, 6, 2]',
    ],
    [
      'a bias for one product',
      node(recurrent('GRU', {}, { inputs: ['X', 'W', 'R', 'B'], arrays: [array('B', [1, 6], floats(6))] })),
      'importNode: "node GRU" must have B of shape [1, 12]; received [1, 6]',
    ],
    [
      'other units',
      node(recurrent('RNN', { hidden_size: 5 })),
      'importNode: "node RNN" must have hidden_size 2, as its weights; received 5',
    ],
    [
      'one direction of two',
      node(recurrent('RNN', { direction: 'bidirectional' })),
      'importNode: "node RNN" must have W of shape [2, 2, 3]; received [1, 2, 3]',
    ],
    [
      'no direction',
      node(recurrent('RNN', { direction: 'sideways' })),
      'importNode: "node RNN" must read forward, reverse or bidirectional; received sideways',
    ],
    [
      'an unknown activation',
      node(recurrent('RNN', { activations: ['Mish'] })),
      'importNode: "node RNN" must have activations that bptt has; received Mish. ONNX Runtime runs the file as it is',
    ],
    [
      'another slope',
      node(recurrent('GRU', { activations: ['HardSigmoid', 'Tanh'], activation_alpha: [0.25] })),
      'importNode: "node GRU" must have activations that bptt has; received HardSigmoid(0.25, 0.5). ONNX Runtime runs the file as it is',
    ],
    [
      'too few activations',
      node(recurrent('LSTM', { activations: ['Sigmoid', 'Tanh'] })),
      'importNode: "node LSTM" must have 3 activations for each direction; received 2 in all',
    ],
    [
      'a reset gate of tanh',
      node(recurrent('GRU', { activations: ['Tanh', 'Tanh'] })),
      'importNode: "node GRU" must have an update gate with 1 − φ(a) = φ(−a), as z is the other share here; received tanh',
    ],
    [
      'a clip of nothing',
      node(recurrent('LSTM', { clip: { float: 0 } })),
      'importNode: "node LSTM" must clip to a bound above 0; received 0',
    ],
    [
      'NaN',
      node(onnx({ nodes: [lstm()], arrays: [array('W', [1, 8, 3], floats(24, Number.NaN)), weights(4)[1]!] })),
      'importNode: "node LSTM" must have finite numbers in W; received NaN',
    ],
    [
      'numbers beyond float32',
      node(onnx({ nodes: [lstm()], arrays: [array('W', [1, 8, 3], new Float64Array(24).fill(0.1)), weights(4)[1]!] })),
      'importNode: "node LSTM" must hold numbers that float32 holds exactly in W; received 0.1 of float64 at element 0. dtype: \'float64\' may hold them',
    ],
    [
      'texts for weights',
      node(onnx({ nodes: [lstm()], arrays: [array('W', [1, 8, 3], floats(24), 8), weights(4)[1]!] })),
      'importNode: "array W" must have elements that are numbers; received type 8 of ONNX',
    ],
    [
      'half the elements',
      node(onnx({ nodes: [lstm()], arrays: [array('W', [1, 8, 3], floats(12)), weights(4)[1]!] })),
      'importNode: "array W" must have 24 elements, of shape [1, 8, 3]; received 12',
    ],
    [
      'weights beside the file',
      node(
        onnx({ nodes: [lstm()], arrays: [message(array('W', [1, 8, 3], floats(24)), integer(14, 1)), weights(4)[1]!] }),
      ),
      'importNode: "array W" must be in the file; received an array in a file beside it',
    ],
    [
      'an initial state in the file',
      node(
        recurrent('LSTM', {}, { inputs: ['X', 'W', 'R', '', '', 'h0'], arrays: [array('h0', [1, 1, 2], floats(2))] }),
      ),
      'importNode: "node LSTM" must have an initial_h of zeros, or from an input of the graph; received constants other than 0',
    ],
    [
      'a bomb of weights',
      node(
        recurrent(
          'LSTM',
          {},
          {
            inputs: ['X', 'w20', 'R'],
            nodes: Array.from({ length: 20 }, (_, k) => ({
              op: 'Concat',
              inputs: k === 0 ? ['W', 'W'] : [`w${k}`, `w${k}`],
              outputs: [`w${k + 1}`],
              name: `double${k + 1}`,
              attributes: { axis: 1 },
            })),
          },
        ),
      ),
      'importNode: "node double11" must move weights a few times; received more elements than that',
    ],
    [
      'a slice beyond axes',
      node(
        recurrent(
          'LSTM',
          {},
          {
            inputs: ['X', 'V', 'R'],
            nodes: [{ op: 'Slice', inputs: ['W', 's', 's', 's'], outputs: ['V'] }],
            arrays: [array('s', [1], BigInt64Array.of(9n))],
          },
        ),
      ),
      'importNode: "node Slice" must name axes of 3; received [9]',
    ],
    [
      'a shape of other elements',
      node(
        recurrent(
          'LSTM',
          {},
          {
            inputs: ['X', 'V', 'R'],
            nodes: [{ op: 'Reshape', inputs: ['W', 'shape'], outputs: ['V'] }],
            arrays: [shape(7, -1)],
          },
        ),
      ),
      'importNode: "node Reshape" must hold 24 elements; received [7, -1]',
    ],
    [
      'an order of no axes',
      node(
        recurrent(
          'LSTM',
          {},
          {
            inputs: ['X', 'V', 'R'],
            nodes: [{ op: 'Transpose', inputs: ['W'], outputs: ['V'], attributes: { perm: [0, 0, 1] } }],
          },
        ),
      ),
      'importNode: "node Transpose" must order 3 axes; received [0, 0, 1]',
    ],
    [
      'another operator',
      chain(chainOf([{ op: 'Mul', inputs: ['X', 'W'] }], weights(4))),
      'importChain: "node Mul" must be of an operator that layers have; received Mul. importNode imports single nodes',
    ],
    [
      'a convolution of a matrix',
      chain(chainOf([{ op: 'Conv', inputs: ['X', 'M'] }], [array('M', [2, 3], floats(6))])),
      'importChain: "node Conv" must convolve one axis in one group; received group 1, a kernel [2, 3]',
    ],
    [
      'a convolution in groups',
      chain(chainOf([{ op: 'Conv', inputs: ['X', 'W'], attributes: { group: 2 } }], weights(4))),
      'importChain: "node Conv" must convolve one axis in one group; received group 2, a kernel [1, 8, 3]',
    ],
    [
      'a convolution with time steps after the input alone',
      chain(chainOf([{ op: 'Conv', inputs: ['X', 'W'], attributes: { pads: [0, 2] } }], weights(4))),
      'importChain: "node Conv" must pad nothing, 2 time steps before the input, or around it as \'same\' does; received pads 0, 2 with strides 1',
    ],
    [
      'a convolution that is padded as no layer is',
      chain(chainOf([{ op: 'Conv', inputs: ['X', 'W'], attributes: { auto_pad: 'SAME_LOWER' } }], weights(4))),
      'importChain: "node Conv" must pad nothing, 2 time steps before the input, or around it as \'same\' does; received auto_pad SAME_LOWER',
    ],
    [
      'a convolution over features',
      chain(
        chainOf(
          [lstm(['y']), { op: 'Squeeze', inputs: ['y', 'shape'], outputs: ['s'] }, { op: 'Conv', inputs: ['s', 'V'] }],
          [...weights(4), array('V', [1, 2, 1], floats(2)), shape(1)],
        ),
      ),
      'importChain: "node Conv" must convolve [batch, features, time]; received axes [0, 1, F]',
    ],
    [
      'a normalization of time',
      chain(
        chainOf(
          [{ op: 'LayerNormalization', inputs: ['X', 'g'], attributes: { axis: 1 } }],
          [array('g', [4], floats(4))],
        ),
      ),
      'importChain: "node LayerNormalization" must normalize the last axis of 4 features; received axis 1, scale [4]',
    ],
    [
      'a bias over another axis',
      chain(
        chainOf(
          [
            { op: 'MatMul', inputs: ['X', 'M'], outputs: ['m'] },
            { op: 'Transpose', inputs: ['m'], outputs: ['t'], attributes: { perm: [0, 2, 1] } },
            { op: 'Add', inputs: ['t', 'b'] },
          ],
          [array('M', [3, 2], floats(6)), array('b', [2], floats(2))],
        ),
      ),
      'importChain: "node Add" must read the features of a layer along the last axis; received axes [0, F, 1]',
    ],
    [
      'a Cast that cuts off digits',
      chain(
        chainOf(
          [
            { op: 'Cast', inputs: ['X'], outputs: ['c'], attributes: { to: 7 } },
            { op: 'MatMul', inputs: ['c', 'M'] },
          ],
          [array('M', [3, 2], floats(6))],
        ),
      ),
      'importChain: "node Cast" must keep the numbers; received Cast to int64',
    ],
    [
      'the second output of a layer',
      chain(
        chainOf([{ op: 'LayerNormalization', inputs: ['X', 'g'], outputs: ['n', 'Y'] }], [array('g', [3], floats(3))]),
      ),
      'importChain: "node LayerNormalization" must pass on its first output; received output 1',
    ],
    [
      'an initial state that is a part of the data',
      chain(
        chainOf(
          [
            { op: 'Slice', inputs: ['X', 's', 's'], outputs: ['h'] },
            { op: 'LSTM', inputs: ['X', 'W', 'R', '', '', 'h'] },
          ],
          [...weights(4), shape(1)],
        ),
      ),
      'importChain: "node LSTM" must have an initial_h of zeros, or from an input of the graph; received node "Slice" of Slice',
    ],
    [
      'lengths that are constants',
      node(recurrent('LSTM', {}, { inputs: ['X', 'W', 'R', '', 'shape'], arrays: [shape(2)] })),
      'importNode: "node LSTM" must have no sequence_lens but those of an input of the graph; received constants. Lengths are given to the calls of the model; make them an input of the graph, or remove them',
    ],
    [
      'lengths that are computed',
      chain(
        chainOf(
          [
            { op: 'ReduceSum', inputs: ['X'], outputs: ['n'] },
            { op: 'LSTM', inputs: ['X', 'W', 'R', '', 'n'] },
          ],
          weights(4),
        ),
      ),
      'importChain: "node LSTM" must have no sequence_lens but those of an input of the graph; received node "ReduceSum" of ReduceSum. Lengths are given to the calls of the model; make them an input of the graph, or remove them',
    ],
    [
      'activations alone',
      chain(chainOf([{ op: 'Softmax', inputs: ['X'] }])),
      'importChain: "bytes" must have weights, or an input with a fixed number of features; received activations alone',
    ],
    [
      'softmax over time and features together, the default of old operators',
      () => importChain(onnx({ nodes: [{ op: 'Softmax', inputs: ['X'] }] }, 12)),
      'importChain: "node Softmax" must run over the last axis; received axis 1',
    ],
    [
      'directions that are not joined',
      chain(chainOf([lstm()], weights(4))),
      'importChain: "bytes" must have an output whose last axis are the features of a layer; received axes [0, D, 1, F], where D are directions',
    ],
    [
      'an output of nothing',
      () => importChain(recurrent('LSTM'), { output: 'Z' }),
      'importChain: "bytes" must have an output "Z"; received outputs "Y"',
    ],
    [
      'features and time that trade places',
      chain(chainOf([lstm(['y']), { op: 'Reshape', inputs: ['y', 'shape'] }], [...weights(4), shape(-1, 0, 4)])),
      'importChain: "node Reshape" must join only directions and features, or keep [0, D, 1, F]; received shape [-1, 0, 4]',
    ],
    [
      'another axis of time',
      chain(
        chainOf(
          [
            lstm(['y']),
            { op: 'Squeeze', inputs: ['y', 'shape'], outputs: ['s'] },
            { op: 'Transpose', inputs: ['s'], outputs: ['t'], attributes: { perm: [1, 0, 2] } },
            { op: 'LSTM', name: 'second', inputs: ['t', 'V', 'R'] },
          ],
          [...weights(4), array('V', [1, 8, 2], floats(16)), shape(1)],
        ),
      ),
      'importChain: "node second" must read along the axis that the nodes before it read along; received the other one',
    ],
    [
      'a reversed sequence',
      chain(recurrent('LSTM', { direction: 'reverse' })),
      'importChain: "node LSTM" must read forwards, or pass on its last output only; received reverse. importNode imports it alone',
    ],
    [
      'a cell state as output',
      chain(recurrent('LSTM', {}, { outputs: ['', '', 'Y'] })),
      'importChain: "node LSTM" must pass on Y or Y_h; received Y_c',
    ],
    [
      'a sum of two values',
      chain(chainOf([{ op: 'Add', inputs: ['X', 'X'] }])),
      'importChain: "node Add" must add a constant to a value; received 0 constants',
    ],
    [
      'a bias alone',
      chain(chainOf([{ op: 'Add', inputs: ['X', 'R'] }], weights(4))),
      'importChain: "node Add" must follow a product; received another node before it',
    ],
    [
      'a circle',
      chain(chainOf([{ op: 'Identity', inputs: ['Y'] }])),
      'importChain: "output Y" must come from an input of the graph, node by node; received more than 4096 nodes',
    ],
  ])('%s', (_, call, expected) => {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(FormatError);
    expect((thrown as FormatError).message).toBe(expected);
  });
});
