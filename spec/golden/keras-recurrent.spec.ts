import type { MergeMode } from '../../lib/layers/bidirectional-pass.ts';
import { tensor } from '../../lib/tensor/create.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';
import { type Arrays, fromKeras, type Kind } from '../support/peer-weights.ts';
import { bidirectionalWith, forward, type LayerState, layerWith, state } from '../support/recurrent.ts';

type Mask = readonly (readonly number[])[];

interface Initializers {
  readonly kernel: number;
  readonly recurrent_kernel: number;
  readonly bias: number;
}

interface Case extends GoldenCase {
  readonly units: number;
  readonly config?: Readonly<Record<string, boolean>>;
  readonly initializers: Initializers;
  readonly x: Tensor;
  readonly initial_state?: readonly Tensor[];
  readonly mask?: Mask;
  readonly calls_before_reading?: number;
  readonly expected: Arrays;
}

function filled(shape: readonly number[], value: number): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return new Tensor({ data: new Float64Array(size).fill(value) }, shape);
}

/** Constant weights in Keras' shapes. */
function constants(
  kind: Kind,
  { units: H, config = {}, x }: Pick<Case, 'units' | 'config' | 'x'>,
  initializers: Initializers,
): Arrays {
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
  ['keras/simple_rnn.json', 'rnn', 'SimpleRNN', 9],
  ['keras/lstm.json', 'lstm', 'LSTM, with and without the forget bias of 1', 11],
  ['keras/gru.json', 'gru', 'GRU, reset before and after', 12],
] as const;

for (const [name, kind, what, run] of FILES) {
  const covers = `${what}: output; initial state, state carried by hand, masks, zeros at masked steps, goBackwards`;
  describeGolden<Case>(name, { covers, run }, (each) => {
    each((c, check, dtype) => {
      const { config = {}, mask } = c;
      const options = {
        dtype,
        returnSequences: config.return_sequences === true,
        goBackwards: config.go_backwards === true,
      };
      const values = fromKeras(kind, constants(kind, c, c.initializers));
      const layers = [layerWith(kind, values, options, config.reset_after !== false)];
      const masked = { mask, zeroOutputForMask: config.zero_output_for_mask === true };
      const [h, cell] = c.initial_state ?? [];
      let initial: readonly (LayerState | undefined)[] = [state(h, cell)];
      let out = forward(layers, c.x, initial, masked);
      for (let call = 1; call < (c.calls_before_reading ?? 1); call++) {
        initial = out.states;
        out = forward(layers, c.x, initial, masked);
      }
      check('y', out.y, (c.expected.y_last ?? c.expected.y)!);
      if (c.expected.state_h) check('state', out.states[0]!.h!, c.expected.state_h);
    });
  });
}

interface BidirectionalCase extends Omit<Case, 'initializers'> {
  readonly inner: 'simple_rnn' | 'lstm' | 'gru';
  readonly merge_mode: MergeMode | 'ave' | null;
  readonly forward_initializers: Initializers;
  readonly backward_initializers: Initializers;
}

describeGolden<BidirectionalCase>(
  'keras/bidirectional.json',
  {
    covers:
      'bidirectional SimpleRNN, LSTM, GRU: five merge modes, initial and final states, state carried by hand, mask',
    run: 9,
  },
  (each) => {
    each((c, check, dtype) => {
      const { inner, merge_mode: mode, x, mask, expected, initial_state: [fh, fc, bh, bc] = [] } = c;
      const kind = inner === 'simple_rnn' ? 'rnn' : inner;
      const weights = [c.forward_initializers, c.backward_initializers].map((initializers) =>
        fromKeras(kind, constants(kind, c, initializers)),
      ) as [Arrays, Arrays];
      const options = { dtype, returnSequences: c.config?.return_sequences === true };
      const layer = bidirectionalWith(kind, weights, mode === 'ave' ? 'average' : (mode ?? 'concat'), options, true);
      const given = fh && { initialState: { forward: state(fh, fc)!, backward: state(bh, bc)! } };
      let out = layer.forward(x, { ...given, mask, returnState: true });
      for (let call = 1; call < (c.calls_before_reading ?? 1); call++) {
        out = layer.forward(x, { initialState: out.state, mask, returnState: true });
      }
      const { y, y_last, y_last_forward, y_last_backward, ...states } = expected;
      if (y_last ?? y) check('y', out.output, (y_last ?? y)!);
      if (y_last_forward) check('y forward', layer.separate(out.output).forward, y_last_forward);
      if (y_last_backward) check('y backward', layer.separate(out.output).backward, y_last_backward);
      for (const [name, values] of Object.entries(states)) {
        const [array, direction] = name.split('_') as ['h' | 'c', 'forward' | 'backward'];
        check(name, out.state[direction][array]!, values);
      }
    });
  },
);

interface StackCase extends GoldenCase {
  readonly cells: readonly { readonly cell: string; readonly units: number }[];
  readonly x: Tensor;
  readonly go_backwards?: boolean;
  readonly initial_state?: readonly Tensor[];
  readonly mask?: Mask;
  readonly calls_before_reading?: number;
  readonly expected: Arrays;
}

const stackLeftOut = [
  {
    reason: 'the output of the peer’s own test cell is no state but the sum of two',
    when: (c: StackCase) => c.cells[0]!.cell === 'two_state',
    cases: 5,
  },
];
const stackCovers =
  'h = x + h′ in ones: one layer and two; initial state, state carried by hand, mask, goBackwards; two LSTMs with a mask';

describeGolden<StackCase>(
  'keras/rnn_stacked_cells.json',
  { covers: stackCovers, run: 9, leftOut: stackLeftOut },
  (each) => {
    each((c, check, dtype) => {
      const goBackwards = c.go_backwards === true;
      let inputSize = c.x.shape[2]!;
      const layers = c.cells.map(({ cell, units }) => {
        const gates = cell === 'lstm' ? 4 : 1;
        const values = {
          kernel: filled([inputSize, gates * units], 1),
          recurrentKernel: filled([units, gates * units], 1),
        };
        inputSize = units;
        if (cell !== 'lstm') return layerWith('rnn', values, { dtype, activation: 'linear', goBackwards });
        const bias = filled([4 * units], 0);
        bias.data.fill(1, units, 2 * units); // the forget gate's
        return layerWith('lstm', { ...values, bias }, { dtype });
      });
      let out = forward(layers, c.x, [state(c.initial_state?.[0])], { mask: c.mask });
      for (let call = 1; call < (c.calls_before_reading ?? 1); call++) {
        out = forward(layers, c.x, out.states, { mask: c.mask });
      }
      const { y_last, y, state0, cell0_state0, cell1_state0 } = c.expected;
      check('last y', out.y.pick(null, c.x.shape[1]! - 1), y_last!);
      if (y) check('y', out.y, y);
      [state0 ?? cell0_state0, cell1_state0].forEach((expected, k) => {
        if (expected) check(`state of layer ${k}`, tensor(out.states[k]!.h!), expected);
      });
    });
  },
);
