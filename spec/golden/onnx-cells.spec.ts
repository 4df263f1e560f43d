import { type ActivationName, Bidirectional, GRU, LSTM, type RNN, SimpleRNN } from '../../lib/index.ts';
import { assign } from '../../lib/tensor/ndarray-like.ts';
import { type DType, Tensor } from '../../lib/tensor/tensor.ts';
import { type Blocks, rows, writeGates } from '../support/gate-blocks.ts';
import { type Check, describeGolden, type GoldenCase } from '../support/golden.ts';
import type { Arrays } from '../support/peer-weights.ts';
import { type LayerState, state } from '../support/recurrent.ts';

type Op = 'LSTM' | 'GRU' | 'RNN';
type Attribute = number | string | readonly (number | string)[] | undefined;
type Attributes = Readonly<Record<string, Attribute>>;

/** A recurrent operator with the values of its inputs under the names of ONNX' documentation. */
interface Operator {
  readonly op: Op;
  readonly attributes: Attributes;
  readonly inputs: Readonly<Record<string, Tensor | undefined>>;
}

// Blocks of ONNX. z keeps the OLD state, and 1 − φ(a) = φ(−a) for sigmoids of all kinds.
const BLOCKS: Readonly<Record<Op, Blocks>> = {
  LSTM: (['input', 'output', 'forget', 'candidate'] as const).map((gate) => [gate, 1] as const),
  GRU: [
    ['update', -1],
    ['reset', 1],
    ['candidate', 1],
  ],
  RNN: [['hidden', 1]],
};
const NAMES: Readonly<Record<string, ActivationName>> = {
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  Relu: 'relu',
  Softsign: 'softsign',
  HardSigmoid: 'hardSigmoidFifth',
  Affine: 'linear',
};
const DEFAULTS: Readonly<Record<Op, readonly string[]>> = {
  LSTM: ['Sigmoid', 'Tanh', 'Tanh'],
  GRU: ['Sigmoid', 'Tanh'],
  RNN: ['Tanh'],
};

const list = (value: Attribute): readonly (number | string)[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value as number];
/** The layer of one direction of an operator, without parameters. */
function layerOf({ op, attributes, inputs }: Operator, direction: number, dtype: DType): RNN {
  const [W, R] = [inputs.W!.pick(direction), inputs.R!.pick(direction)];
  const [units, inputSize] = [R.shape[1]!, W.shape[1]!];
  const [gate, candidate, output] = (
    list(attributes.activations).length > 0 ? list(attributes.activations) : DEFAULTS[op]
  )
    .slice(direction * DEFAULTS[op].length)
    .map((name) => NAMES[name]!);
  const clip = attributes.clip === undefined ? {} : { clip: attributes.clip as number };
  const coupled = attributes.input_forget === 1;
  const resetAfter = attributes.linear_before_reset === 1;
  const goBackwards = attributes.direction === 'reverse';
  const shared = { units, inputSize, dtype, returnSequences: true, goBackwards, ...clip };
  return op === 'RNN'
    ? new SimpleRNN({ ...shared, activation: gate! })
    : op === 'GRU'
      ? new GRU({ ...shared, recurrentActivation: gate!, activation: candidate!, resetAfter })
      : new LSTM({
          ...shared,
          recurrentActivation: gate!,
          activation: candidate!,
          outputActivation: output!,
          peepholes: inputs.P !== undefined,
          ...(coupled ? { coupledGate: 'forget' as const } : {}),
        });
}

/** Copies the weights of one direction of an operator. */
function loadInto({ cell }: RNN, { op, attributes, inputs }: Operator, direction: number): void {
  const [W, R] = [inputs.W!.pick(direction), inputs.R!.pick(direction)];
  const units = R.shape[1]!;
  const resetAfter = attributes.linear_before_reset === 1;
  const blocks = BLOCKS[op];
  const G = blocks.length;
  for (const [k, block] of blocks.entries()) {
    if (!cell.gates.includes(block[0])) continue; // the coupled forget gate has blocks that ONNX does not use
    const B = inputs.B?.pick(direction);
    const [Wb, Rb] = [k, G + k].map((at) => (B === undefined ? undefined : rows(B, at, units)));
    const after = resetAfter && block[0] === 'candidate';
    const b = new Tensor(
      { data: new Float64Array(units).map((_, j) => (Wb?.get(j) ?? 0) + (after ? 0 : (Rb?.get(j) ?? 0))) },
      [units],
    );
    writeGates(cell, [block], { W: rows(W, k, units), U: rows(R, k, units), b });
    if (after && Rb !== undefined) assign(cell.gate('candidate').bu!, Rb);
  }
  if (inputs.P !== undefined) {
    ['input', 'output', 'forget'].forEach((name, k) => {
      if (cell.gates.includes(name)) assign(cell.gate(name).p!, rows(inputs.P!.pick(direction), k, units));
    });
  }
}

/** Runs an operator, and compares its outputs in the layout of ONNX: Y [T, D, B, H], states [D, B, H]. */
function compare(
  operator: Operator,
  expected: Readonly<Record<string, Tensor | undefined>>,
  check: Check,
  dtype: DType,
): void {
  const { attributes, inputs } = operator;
  const byBatch = attributes.layout === 1;
  const x = byBatch ? inputs.X! : inputs.X!.transpose(1, 0, 2);
  const lengths = inputs.sequence_lens && [...inputs.sequence_lens.data];
  const options = { lengths, zeroOutputForMask: true, returnState: true } as const;
  const of = (array: Tensor, d: number): Tensor => (byBatch ? array.pick(null, d) : array.pick(d));
  const initial = (d: number): LayerState | undefined =>
    state(inputs.initial_h && of(inputs.initial_h, d), inputs.initial_c && of(inputs.initial_c, d));
  const fits = (d: number, y: Tensor, last: Readonly<Record<string, Tensor>>): void => {
    const { Y, Y_h, Y_c } = expected;
    if (Y) check('Y', byBatch ? y : y.transpose(1, 0, 2), byBatch ? Y.pick(null, null, d) : Y.pick(null, d));
    if (Y_h) check('Y_h', last.h!, of(Y_h, d));
    if (Y_c) check('Y_c', last.c!, of(Y_c, d));
  };

  const layers = Array.from({ length: inputs.W!.shape[0]! }, (_, d) => layerOf(operator, d, dtype));
  const [one, other] = layers as [RNN, RNN?];
  if (other === undefined) {
    loadInto(one.build() as RNN, operator, 0);
    const initialState = initial(0);
    const { output, state: last } = one.forward(x, { ...options, ...(initialState && { initialState }) });
    fits(0, one.goBackwards ? output.step(1, -1, 1) : output, last); // its outputs have the order of its reading
    return;
  }
  const layer = new Bidirectional({ layers: [one, other], dtype }).build() as Bidirectional;
  for (const [d, each] of layers.entries()) loadInto(each, operator, d);
  const [forward, backward] = [initial(0), initial(1)];
  const { output, state: last } = layer.forward(x, {
    ...options,
    ...(forward && backward && { initialState: { forward, backward } }),
  });
  const parts = layer.separate(output);
  fits(0, parts.forward, last.forward);
  fits(1, parts.backward, last.backward);
}

interface BackendCase extends GoldenCase {
  readonly op: Op;
  readonly attributes: Attributes;
  readonly inputs: Arrays;
  readonly expected: Arrays;
}

describeGolden<BackendCase>(
  'onnx/onnx_backend_node.json',
  { covers: 'LSTM with peepholes, GRU, RNN: default activations and biases, both directions, layouts', run: 18 },
  (each) => each((c, check, dtype) => compare(c, c.expected, check, dtype)),
);
