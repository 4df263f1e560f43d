import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { importChain, importNode, recurrentNodes } from '../../lib/exchange/onnx.ts';
import type { Bidirectional, RNN, Sequential } from '../../lib/index.ts';
import type { DType, Tensor } from '../../lib/tensor/tensor.ts';
import { type Check, describeGolden, type GoldenCase } from '../support/golden.ts';
import type { Arrays } from '../support/peer-weights.ts';
import { type LayerState, state } from '../support/recurrent.ts';

interface Case extends GoldenCase {
  readonly file: string;
  /** The bytes of the file, if they stand here. */
  readonly base64?: string;
  readonly expect: 'import' | 'refuse' | 'import_or_refuse';
  readonly recurrent_nodes: readonly { readonly op: string; readonly node: string }[];
  readonly operators: readonly string[];
  readonly inputs: Arrays;
  readonly expected: Arrays;
  readonly expected_else?: Arrays;
}

const FOLDER = new URL('../../../shared/golden/onnx2/', import.meta.url);
const bytesOf = ({ file, base64 }: Case): Uint8Array =>
  new Uint8Array(base64 === undefined ? readFileSync(new URL(file, FOLDER)) : Buffer.from(base64, 'base64'));

/** Runs the layer of a node, and compares its outputs in the layout of ONNX: Y [T, D, B, H], states [D, B, H]. */
function compareNode(model: Sequential, inputs: Arrays, expected: Arrays, byBatch: boolean, check: Check): void {
  const [layer] = model.layers as unknown as readonly [RNN | Bidirectional];
  const x = byBatch ? inputs.X! : inputs.X!.transpose(1, 0, 2);
  const lengths = inputs.sequence_lens && [...inputs.sequence_lens.data];
  const options = { ...(lengths && { lengths }), zeroOutputForMask: true, returnState: true } as const;
  const of = (array: Tensor, d: number): Tensor => (byBatch ? array.pick(null, d) : array.pick(d));
  const initial = (d: number): LayerState | undefined =>
    state(inputs.initial_h && of(inputs.initial_h, d), inputs.initial_c && of(inputs.initial_c, d));
  const { Y, Y_h, Y_c } = expected;
  const fits = (d: number, y: Tensor, last: Readonly<Record<string, Tensor>>): void => {
    if (Y) check('Y', byBatch ? y : y.transpose(1, 0, 2), byBatch ? Y.pick(null, null, d) : Y.pick(null, d));
    if (Y_h) check('Y_h', last.h!, of(Y_h, d));
    if (Y_c) check('Y_c', last.c!, of(Y_c, d));
  };
  const first = initial(0);
  if (layer.kind === 'Bidirectional') {
    const both = layer as Bidirectional;
    const initialState = first && { forward: first, backward: initial(1)! };
    const { output, state: last } = both.forward(x, { ...options, ...(initialState && { initialState }) });
    const parts = both.separate(output);
    fits(0, parts.forward, last.forward);
    fits(1, parts.backward, last.backward);
    return;
  }
  const one = layer as RNN;
  const { output, state: last } = one.forward(x, { ...options, ...(first && { initialState: first }) });
  fits(0, one.goBackwards ? output.step(1, -1, 1) : output, last); // its outputs have the order of its reading
}

/** Files whose input and output are [B, T, …]. */
const BATCH_FIRST = /gru_bidirectional_2|packed|language_model|embedding/;

/** Runs a whole graph, and compares its first output. */
function compareChain(c: Case, check: Check, dtype: DType): void {
  const model = importChain(bytesOf(c), { dtype });
  const [input, ...others] = Object.entries(c.inputs);
  const [output] = Object.entries(c.expected);
  const turned = (array: Tensor): Tensor => (BATCH_FIRST.test(c.name) ? array : array.transpose(1, 0, 2));
  const given = new Map(others);
  const lengths = given.get('lengths');
  const options = { ...(lengths && { lengths: [...lengths.data] }), zeroOutputForMask: true };
  const [h, c0] = [given.get('h0'), given.get('c0')];
  const initial = h && { lstm1: { h: h.pick(0).copy(), c: c0!.pick(0).copy() } };
  const x = turned(input![1]);
  const y = model.predict(x, { ...options, ...(initial && { state: initial as never }) });
  check(output![0], y, turned(output![1]));
}

/** Whether a graph is one operator around which there is nothing. */
const alone = ({ recurrent_nodes: nodes, operators, expect: wanted }: Case): boolean =>
  wanted === 'import' &&
  nodes.length === 1 &&
  operators.every((op) =>
    [
      'Identity',
      'LSTM',
      'GRU',
      'RNN',
      'Constant',
      'Unsqueeze',
      'Slice',
      'Concat',
      'Cast',
      'Transpose',
      'Reshape',
    ].includes(op),
  ) &&
  !/^torch/.test(operators.join());

const LACKING = ['lstm_activations_bidirectional', 'rnn_bidirectional_leaky', 'rare_activation'];

/** Imports a file, and compares what its layers compute, or checks that it is refused. */
function compare(c: Case, check: Check, dtype: DType): void {
  const bytes = bytesOf(c);
  const named = recurrentNodes(bytes).map(({ op, name }) => `${op} ${name.split('/').at(-1)}`);
  for (const { op, node } of c.recurrent_nodes)
    expect(named.some((each) => each.startsWith(op) && node.endsWith(each.split(' ')[1]!))).toBe(true);
  expect(named).toHaveLength(c.recurrent_nodes.length);
  if (c.expect === 'refuse' || LACKING.includes(c.name)) {
    check.refused(() => importNode(bytes, { dtype }));
    check.refused(() => importChain(bytes, { dtype }));
  } else if (c.name === 'lstm_inside_if') {
    for (const [branch, expected] of [
      ['then', c.expected],
      ['else', c.expected_else!],
    ] as const) {
      const model = importNode(bytes, { name: `which.${branch}_branch/${branch}_lstm`, dtype });
      compareNode(model, c.inputs, expected, false, check);
    }
  } else if ('X' in c.inputs && alone(c)) {
    compareNode(importNode(bytes, { dtype }), c.inputs, c.expected, c.name.endsWith('layout1'), check);
  } else compareChain(c, check, dtype);
}

describeGolden<Case>(
  'onnx2/cases.json',
  {
    covers:
      'ONNX files: single nodes with weights through other nodes, inside If, chains with Embedding and Dense, exports of PyTorch; and what is refused',
    run: 39,
  },
  (each) => each(compare),
);

describeGolden<Case>(
  'onnxruntime/imported.json',
  { covers: 'a third of the same files, which stand in the repository', run: 13 },
  (each) => each(compare),
);
