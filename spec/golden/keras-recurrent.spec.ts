import { tensor } from '../../lib/tensor/create.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';
import { type Arrays, fromKeras, type Kind } from '../support/peer-weights.ts';
import { forward, type LayerState, layerWith, state } from '../support/recurrent.ts';

interface Case extends GoldenCase {
  readonly units: number;
  readonly config: Readonly<Record<string, boolean>>;
  readonly initializers: { readonly kernel: number; readonly recurrent_kernel: number; readonly bias: number };
  readonly x: Tensor;
  readonly initial_state?: readonly Tensor[];
  readonly mask?: unknown;
  readonly calls_before_reading?: number;
  readonly expected: { readonly y_last: Tensor; readonly state_h?: Tensor };
}

function filled(shape: readonly number[], value: number): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return new Tensor({ data: new Float64Array(size).fill(value) }, shape);
}

/** Constant weights in Keras' shapes. */
function constants(kind: Kind, { units: H, config, initializers, x }: Case): Arrays {
  const width = { rnn: 1, lstm: 4, gru: 3 }[kind] * H;
  const kernel = filled([x.shape[2]!, width], initializers.kernel);
  const recurrent_kernel = filled([H, width], initializers.recurrent_kernel);
  if (config.use_bias === false) return { kernel, recurrent_kernel };
  const twoRows = kind === 'gru' && config.reset_after !== false;
  const bias = filled(twoRows ? [2, width] : [width], initializers.bias);
  if (kind === 'lstm' && config.unit_forget_bias !== false) for (let j = H; j < 2 * H; j++) bias.set(j, 1);
  return { kernel, recurrent_kernel, bias };
}

const FILES = [
  ['keras/simple_rnn.json', 'rnn', 'SimpleRNN', 3, { masks: 4, goBackwards: 2 }],
  ['keras/lstm.json', 'lstm', 'LSTM, with and without the forget bias of 1', 5, { masks: 4, goBackwards: 2 }],
  ['keras/gru.json', 'gru', 'GRU, reset before and after', 6, { masks: 4, goBackwards: 2 }],
] as const;

for (const [name, kind, what, run, { masks, goBackwards }] of FILES) {
  const leftOut = [
    { reason: 'masks', when: (c: Case) => c.mask !== undefined, cases: masks },
    { reason: 'goBackwards', when: (c: Case) => c.config.go_backwards === true, cases: goBackwards },
  ];
  const covers = `${what}: output; initial state, state carried by hand`;
  describeGolden<Case>(name, { covers, run, leftOut }, (each) => {
    each((c, check, dtype) => {
      const resetAfter = c.config.reset_after !== false;
      const layers = [
        layerWith(kind, fromKeras(kind, constants(kind, c)), { dtype, returnSequences: false }, resetAfter),
      ];
      const [h, cell] = c.initial_state ?? [];
      let initial: readonly (LayerState | undefined)[] = [state(h, cell)];
      let out = forward(layers, c.x, initial);
      for (let call = 1; call < (c.calls_before_reading ?? 1); call++) {
        initial = out.states;
        out = forward(layers, c.x, initial);
      }
      check('y', out.y, c.expected.y_last);
      if (c.expected.state_h) check('state', out.states[0]!.h!, c.expected.state_h);
    });
  });
}

interface StackCase extends GoldenCase {
  readonly cells: readonly { readonly cell: string; readonly units: number }[];
  readonly x: Tensor;
  readonly go_backwards?: boolean;
  readonly initial_state?: readonly Tensor[];
  readonly mask?: unknown;
  readonly calls_before_reading?: number;
  readonly expected: Arrays;
}

const stackLeftOut = [
  { reason: 'masks', when: (c: StackCase) => c.mask !== undefined, cases: 2 },
  { reason: 'goBackwards', when: (c: StackCase) => c.go_backwards === true, cases: 1 },
  {
    reason: "the peer's own test cell of two states",
    when: (c: StackCase) => c.cells[0]!.cell === 'two_state',
    cases: 5,
  },
];
const stackCovers = 'h = x + h′ in ones: one layer and two; initial state, state carried by hand';

describeGolden<StackCase>(
  'keras/rnn_stacked_cells.json',
  { covers: stackCovers, run: 6, leftOut: stackLeftOut },
  (each) => {
    each((c, check, dtype) => {
      // A linear cell of ones over positive inputs: relu changes nothing.
      let inputSize = c.x.shape[2]!;
      const layers = c.cells.map(({ units }) => {
        const values = { kernel: filled([inputSize, units], 1), recurrentKernel: filled([units, units], 1) };
        inputSize = units;
        return layerWith('rnn', values, { dtype, activation: 'relu' });
      });
      let out = forward(layers, c.x, [state(c.initial_state?.[0])]);
      for (let call = 1; call < (c.calls_before_reading ?? 1); call++) out = forward(layers, c.x, out.states);
      const { y_last, y, state0, cell0_state0, cell1_state0 } = c.expected;
      check('last y', out.y.pick(null, c.x.shape[1]! - 1), y_last!);
      if (y) check('y', out.y, y);
      [state0 ?? cell0_state0, cell1_state0].forEach((expected, k) => {
        if (expected) check(`state of layer ${k}`, tensor(out.states[k]!.h!), expected);
      });
    });
  },
);
