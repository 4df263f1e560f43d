import { describe, expect, it } from '@jest/globals';
import {
  assignAll,
  type GateArrays,
  type GateLayout,
  gateShapes,
  readGates,
  writeGates,
} from '../../lib/exchange/gates.ts';
import { type Cell, GRUCell, LSTMCell, SimpleRNNCell } from '../../lib/index.ts';

const H = 3;
const I = 2;
const sizes = { units: H, inputSize: I, dtype: 'float64' } as const;

const TORCH_LSTM: GateLayout = { gates: ['input', 'forget', 'candidate', 'output'], blocks: 'rows' };
const TORCH_GRU: GateLayout = { gates: ['reset', 'update', 'candidate'], blocks: 'rows', negated: ['update'] };
const KERAS_GRU: GateLayout = { gates: ['update', 'reset', 'candidate'], blocks: 'columns', negated: ['update'] };
const ONNX_LSTM: GateLayout = {
  gates: ['input', 'output', 'forget', 'candidate'],
  blocks: 'rows',
  peepholes: ['input', 'output', 'forget'],
};

/** Arrays of a library, each element another number. */
function numbered(cell: Cell, layout: GateLayout, names: readonly (keyof GateArrays)[]): GateArrays {
  const shapes = gateShapes(cell, layout);
  const filled = names.map((name, n) => {
    const size = shapes[name].reduce((a, b) => a * b, 1);
    return [name, Float64Array.from({ length: size }, (_, k) => 1000 * (n + 1) + k)] as const;
  });
  return Object.fromEntries(filled) as unknown as GateArrays;
}

function load(cell: Cell, layout: GateLayout, arrays: GateArrays): void {
  assignAll('spec', readGates(cell.build(), layout, arrays));
}

const plain = (array: { toArray(): unknown } | undefined): unknown => array?.toArray();

describe('gate blocks in rows', () => {
  const cell = new LSTMCell(sizes).build();
  const arrays = numbered(cell, ONNX_LSTM, ['kernel', 'recurrentKernel', 'bias', 'recurrentBias']);
  load(cell, ONNX_LSTM, arrays);

  it('have the order of the layout', () => {
    // Block 2 of i, o, f, c: row j has the weights of unit j.
    const { W, b } = cell.gate('forget');
    const row = (j: number) =>
      [0, 1, 2].map((r) => 2000 + (2 * H + j) * H + r).concat([0, 1].map((r) => 1000 + (2 * H + j) * I + r));
    expect(plain(W)).toEqual([row(0), row(1), row(2)]);
    expect(plain(b)).toEqual([0, 1, 2].map((j) => 3000 + 4000 + 2 * (2 * H + j)));
  });

  it('are written where they were read, with the sum of both biases in the first', () => {
    const { recurrentBias, bias, ...weights } = writeGates(cell, ONNX_LSTM);
    const { kernel, recurrentKernel } = arrays;
    expect(weights).toEqual({ kernel, recurrentKernel });
    expect(bias).toEqual(arrays.bias!.map((v, j) => v + arrays.recurrentBias![j]!));
    expect(recurrentBias).toEqual(new Float64Array(4 * H));
  });
});

describe('gate blocks in columns', () => {
  const cell = new GRUCell({ ...sizes, resetAfter: true }).build();
  const arrays = numbered(cell, KERAS_GRU, ['kernel', 'recurrentKernel', 'bias', 'recurrentBias']);
  load(cell, KERAS_GRU, arrays);

  it('have the sign of the layout', () => {
    const { W, b } = cell.gate('update');
    expect(W.get(1, 0)).toBe(-2001); // row 0 of U, column 1 of the first block
    expect(W.get(1, H + 1)).toBe(-(1000 + 3 * H + 1));
    expect(b!.get(2)).toBe(-(3002 + 4002));
    expect(cell.gate('reset').W.get(0, 0)).toBe(2000 + H);
  });

  it('keep the second bias of the candidate apart', () => {
    const { b, bu } = cell.gate('candidate');
    expect(plain(b)).toEqual([3006, 3007, 3008]);
    expect(plain(bu)).toEqual([4006, 4007, 4008]);
    expect(Array.from(writeGates(cell, KERAS_GRU).recurrentBias!)).toEqual([0, 0, 0, 0, 0, 0, 4006, 4007, 4008]);
  });
});

describe('a round trip', () => {
  const cells: readonly (readonly [string, () => Cell, GateLayout])[] = [
    ['LSTM', () => new LSTMCell(sizes), TORCH_LSTM],
    ['LSTM without bias', () => new LSTMCell({ ...sizes, useBias: false }), TORCH_LSTM],
    ['LSTM with projection', () => new LSTMCell({ ...sizes, projectionSize: 2 }), TORCH_LSTM],
    ['LSTM with peepholes', () => new LSTMCell({ ...sizes, peepholes: true }), ONNX_LSTM],
    ['LSTM with a coupled gate', () => new LSTMCell({ ...sizes, coupledGate: 'forget', peepholes: true }), ONNX_LSTM],
    ['GRU, reset after', () => new GRUCell({ ...sizes, resetAfter: true }), TORCH_GRU],
    ['GRU, reset before, in float32', () => new GRUCell({ ...sizes, dtype: 'float32' }), KERAS_GRU],
    ['SimpleRNN', () => new SimpleRNNCell(sizes), { gates: ['hidden'], blocks: 'columns' }],
  ];

  it.each(cells)('of %s gives the same parameters', (_, make, layout) => {
    const cell = make().build();
    const other = make().build();
    for (const [n, { value }] of [...cell.parameters].entries()) {
      value.data.set(
        Float64Array.from({ length: value.size }, (_, k) => 1 + n + k / 64),
        value.offset,
      );
    }
    const arrays = writeGates(cell, layout);
    const shapes = gateShapes(cell, layout);
    for (const [name, data] of Object.entries(arrays)) {
      expect(data.length).toBe(shapes[name as keyof GateArrays].reduce((a, b) => a * b, 1));
    }
    load(other, layout, arrays);
    for (const { name, value } of cell.parameters)
      expect(plain(other.parameters.get(name).value)).toEqual(plain(value));
  });

  it('has zeros for a gate that the cell lacks', () => {
    const cell = new LSTMCell({ ...sizes, coupledGate: 'forget' }).build();
    expect(Array.from(writeGates(cell, TORCH_LSTM).kernel.subarray(H * I, 2 * H * I))).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('refusals', () => {
  it('name a missing array and a gate that the layout lacks', () => {
    const cell = new LSTMCell({ ...sizes, peepholes: true }).build();
    const arrays = numbered(cell, ONNX_LSTM, ['kernel', 'recurrentKernel', 'bias']);
    expect(() => readGates(cell, ONNX_LSTM, arrays)).toThrow(
      'readGates: "peephole" must be given for this cell; received undefined',
    );
    expect(() => readGates(cell, TORCH_LSTM, arrays)).toThrow('GateLayout: "gates" must contain input; received []');
  });

  it('leave all parameters as they were', () => {
    const cell = new SimpleRNNCell(sizes).build();
    const before = [...cell.parameters].map(({ value }) => plain(value));
    const arrays = numbered(cell, { gates: ['hidden'], blocks: 'rows' }, ['kernel', 'recurrentKernel', 'bias']);
    arrays.bias![1] = Number.POSITIVE_INFINITY;
    expect(() => load(cell, { gates: ['hidden'], blocks: 'rows' }, arrays)).toThrow(
      'spec: "bias" must get finite numbers; received Infinity',
    );
    expect([...cell.parameters].map(({ value }) => plain(value))).toEqual(before);
  });
});
