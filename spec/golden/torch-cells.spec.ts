import type { ActivationName } from '../../lib/cells/activations.ts';
import { activationKinds, GRU, LSTM, MGU, type RNN, SimpleRNN } from '../../lib/index.ts';
import { referenceKernels } from '../../lib/kernels/reference.ts';
import { assign } from '../../lib/tensor/ndarray-like.ts';
import { type DType, Tensor } from '../../lib/tensor/tensor.ts';
import { type Blocks, gateGradients, writeGates } from '../support/gate-blocks.ts';
import { type Check, describeGolden, type GoldenCase, type GoldenFile } from '../support/golden.ts';
import type { Arrays } from '../support/peer-weights.ts';
import { backward, float32Forward, float32Gradient, forward, state } from '../support/recurrent.ts';
import { compareTorch, type TorchCase } from '../support/torch-module.ts';

interface Case extends GoldenCase {
  readonly cell?: string;
  readonly config: {
    readonly hidden_size: number;
    readonly input_size: number;
    readonly reset?: 'before' | 'after';
    readonly gate_activation?: string;
    readonly activation?: string;
    readonly output_activation?: string;
    readonly couple?: 'i=1-f' | 'f=1-i';
    readonly peep?: boolean;
    readonly clip?: number;
    readonly trainable_initial_state?: boolean;
  };
  readonly weights: Arrays;
  readonly inputs: Arrays;
  readonly outputs: Arrays;
  readonly upstream: Arrays;
  readonly grads: Arrays;
}

const NAMES: Readonly<Record<string, ActivationName>> = {
  'hard_sigmoid_0.2': 'hardSigmoidFifth',
  'hard_sigmoid_1/6': 'hardSigmoidSixth',
};
const named = (name: string | undefined): ActivationName | undefined =>
  name === undefined ? name : (NAMES[name] ?? (name as ActivationName));

/** A peer's cell: ours, the order of its blocks, and what is beside them. */
interface Converted {
  readonly layer: RNN;
  readonly blocks: Blocks;
  /** Further weights under the peer's names, with our views of their values and gradients. */
  readonly others: Readonly<Record<string, readonly (readonly [at: Tensor, value: Tensor, gradient: Tensor])[]>>;
}

/** Compares outputs, states and every gradient. */
function compare(
  { layer, blocks, others }: Converted,
  c: Case,
  check: Check,
  dtype: DType,
  file: GoldenFile<Case>,
): void {
  const { cell } = layer;
  const { tolerance } = file;
  const forwards = (what: string, got: Tensor, expected: Tensor): void =>
    check(what, got, expected, dtype === 'float32' ? float32Forward(expected) : tolerance);
  const gradient = (what: string, got: Tensor, expected: Tensor): void =>
    check(what, got, expected, dtype === 'float32' ? float32Gradient(expected, 1e-8) : tolerance);
  const { weights, inputs, outputs, upstream, grads } = c;
  const U = weights.U ?? weights.R;
  writeGates(cell, blocks, { W: weights.W!, U: U!, b: weights.b });
  for (const list of Object.values(others)) for (const [at, value] of list) assign(value, at);
  const { y, states } = forward([layer], inputs.x!.transpose(1, 0, 2), [state(inputs.h0, inputs.c0)]);
  forwards('y', y.transpose(1, 0, 2), outputs.y!);
  forwards('hn', states[0]!.h!, outputs.hn!);
  if (outputs.cn) forwards('cn', states[0]!.c!, outputs.cn);

  const { dx, dStates } = backward([layer], upstream.dy!.transpose(1, 0, 2), [state(upstream.dhn, upstream.dcn)]);
  gradient('dx', dx.transpose(1, 0, 2), grads.x!);
  gradient('dh0', dStates[0]!.h!, grads.h0!);
  if (grads.c0) gradient('dc0', dStates[0]!.c!, grads.c0);
  const own = gateGradients(cell, blocks);
  gradient('dW', own.W, grads.W!);
  gradient('dU', own.U, (grads.U ?? grads.R)!);
  if (grads.b) gradient('db', own.b, grads.b);
  for (const [name, list] of Object.entries(others)) {
    for (const [at, , ours] of list) gradient(`d${name}`, ours, offsetIn(at, weights[name]!, grads[name]!));
  }
}

/** The entries of `other` at the place that `view` has in `whole`. */
function offsetIn(view: Tensor, whole: Tensor, other: Tensor): Tensor {
  return new Tensor({ data: other.data }, view.shape, view.stride, view.offset - whole.offset + other.offset);
}

const LSTM_ORDER = ['input', 'forget', 'candidate', 'output'] as const;
const plus = (gates: readonly string[]): Blocks => gates.map((gate) => [gate, 1] as const);
const given = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;

describeGolden<Case>(
  'torch/custom_lstm_peephole.json',
  { covers: 'LSTM with peepholes: outputs, states and every gradient', run: 4 },
  (each) => {
    each((c, check, dtype, file) => {
      const { hidden_size: units, input_size: inputSize } = c.config;
      const layer = new LSTM({ units, inputSize, dtype, peepholes: true, returnSequences: true }).build();
      const others = Object.fromEntries(
        (['input', 'forget', 'output'] as const).map((gate) => {
          const { p, dp } = layer.cell.gate(gate);
          const name = `p_${gate[0]}`;
          return [name, [[c.weights[name]!, p!, dp!] as const]];
        }),
      );
      compare({ layer, blocks: plus(LSTM_ORDER), others }, c, check, dtype, file);
    });
  },
);

function lstm(c: Case, dtype: DType): Converted {
  const { hidden_size: units, input_size: inputSize, couple, peep = false, clip } = c.config;
  const coupledGate = couple === undefined ? undefined : couple === 'i=1-f' ? 'input' : 'forget';
  const layer = new LSTM(
    given({
      units,
      inputSize,
      dtype,
      returnSequences: true,
      activation: named(c.config.activation),
      recurrentActivation: named(c.config.gate_activation),
      outputActivation: named(c.config.output_activation),
      coupledGate,
      peepholes: peep,
      clip,
    }) as { units: number },
  ).build();
  const P = c.weights.P;
  const peepholes = (['input', 'forget', 'output'] as const).flatMap((gate, k) => {
    if (P === undefined || gate === coupledGate) return [];
    const { p, dp } = layer.cell.gate(gate);
    return [[P.pick(k), p!, dp!] as const];
  });
  return {
    layer,
    blocks: plus(LSTM_ORDER.filter((gate) => gate !== coupledGate)),
    others: P === undefined ? {} : { P: peepholes },
  };
}

describeGolden<Case>(
  'torch2/cells_lstm_activations_coupled.json',
  { covers: 'LSTM with other activations, coupled gates both ways, peepholes', run: 11 },
  (each) => each((c, check, dtype, file) => compare(lstm(c, dtype), c, check, dtype, file)),
);

describeGolden<Case>(
  'torch2/cells_gru_activations.json',
  { covers: 'GRU with other activations, reset before and after', run: 16 },
  (each) => {
    each((c, check, dtype, file) => {
      const { hidden_size: units, input_size: inputSize, reset } = c.config;
      const layer = new GRU(
        given({
          units,
          inputSize,
          dtype,
          returnSequences: true,
          activation: named(c.config.activation),
          recurrentActivation: named(c.config.gate_activation),
          resetAfter: reset === 'after',
        }) as { units: number },
      ).build();
      // z keeps the OLD state, and 1 − φ(a) = φ(−a) for sigmoids of all kinds
      const blocks: Blocks = [
        ['update', -1],
        ['reset', 1],
        ['candidate', 1],
      ];
      const { bu, dbu } = layer.cell.gate('candidate');
      const others = c.weights.b_rn === undefined ? {} : { b_rn: [[c.weights.b_rn, bu!, dbu!] as const] };
      compare({ layer, blocks, others }, c, check, dtype, file);
    });
  },
);

describeGolden<Case>(
  'torch2/cells_other.json',
  {
    covers:
      'SimpleRNN with other activations, minimal gated unit, LSTM with clipped pre-activations; trained initial states, ' +
      'one layer, and two bidirectional ones with lengths',
    run: 14,
  },
  (each) => {
    each((c, check, dtype, file) => {
      if (c.config.trainable_initial_state) {
        return compareTorch(c as unknown as TorchCase, check, dtype, file.tolerance);
      }
      if (c.cell === 'lstm') return compare(lstm(c, dtype), c, check, dtype, file);
      const { hidden_size: units, input_size: inputSize, activation } = c.config;
      if (c.cell === 'mgu') {
        const layer = new MGU({ returnSequences: true, units, inputSize, dtype }).build();
        return compare({ layer, blocks: plus(['forget', 'candidate']), others: {} }, c, check, dtype, file);
      }
      const layer = new SimpleRNN({
        returnSequences: true,
        units,
        inputSize,
        dtype,
        activation: named(activation)!,
      }).build();
      return compare({ layer, blocks: plus(['hidden']), others: {} }, c, check, dtype, file);
    });
  },
);

interface ActivationCase extends GoldenCase {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly dy_dx: Tensor;
}

/** Points at which the derivative is a matter of choice. */
const KINKS = new Set([0, 2.5, 3]);

describeGolden<ActivationCase>(
  'torch2/activations2.json',
  {
    covers: 'activations and their derivatives from the output, without the kinks',
    run: 6,
    leftOut: [
      {
        reason: 'activations that cells and dense layers do not have',
        when: ({ name }) => !(named(name)! in activationKinds),
        cases: 12,
      },
    ],
  },
  (each) => {
    each(
      (c, check, _, file) => {
        const [n, kind] = [c.x.size, activationKinds[named(c.name)!]];
        const heap = Float64Array.from([...c.x.data, ...c.x.data.map(() => 1)]);
        const kernels = referenceKernels(heap);
        kernels.activationForward(0, kind, 0, n, 0, n, 1, n);
        check('y', new Tensor({ data: heap.slice(0, n) }, [n]), c.y, file.tolerance);
        kernels.activationBackward(0, kind, n, n, 0, n, n, n, 1, n);
        const slopes = Array.from(heap.subarray(n), (slope, j) => {
          const kink = /relu|hard/.test(c.name) && KINKS.has(Math.abs(c.x.get(j)));
          return kink ? c.dy_dx.get(j) : slope;
        });
        // The derivative comes from an output within rounding of ±1, or from one that has underflowed.
        const tolerance = { abs: 1e-15, rel: c.name === 'hard_sigmoid_1/6' ? 1e-7 : 1e-8 };
        check('dy/dx', new Tensor({ data: Float64Array.from(slopes) }, [n]), c.dy_dx, tolerance);
      },
      ['float64'],
    );
  },
);
