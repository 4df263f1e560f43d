import { norm2 } from '../../lib/clip/norm.ts';
import { jacobianNorms } from '../../lib/flow/jacobian/jacobian-norms.ts';
import { layerProducts } from '../../lib/flow/jacobian/layer-products.ts';
import { singularValues } from '../../lib/flow/jacobian/singular-values.ts';
import { matrixOperator, spectralNorm } from '../../lib/flow/jacobian/spectral-norm.ts';
import type { LayerTrace } from '../../lib/flow/layer-trace.ts';
import { recurrentSpectrum } from '../../lib/flow/recurrent-spectrum.ts';
import type { RNN } from '../../lib/index.ts';
import { tensor, zeros } from '../../lib/tensor/create.ts';
import type { NdArrayLike } from '../../lib/tensor/ndarray-like.ts';
import { stack } from '../../lib/tensor/stack.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';
import { float64, largest } from '../support/compare.ts';
import { traced } from '../support/flow.ts';
import { type Check, describeGolden, type GoldenCase } from '../support/golden.ts';
import { type Arrays, fromTorch } from '../support/peer-weights.ts';
import {
  backward,
  float32Forward,
  float32Gradient,
  forward,
  type LayerState,
  layerWith,
} from '../support/recurrent.ts';

interface Case extends GoldenCase {
  readonly cell?: 'lstm' | 'gru';
  readonly config: { readonly hidden_size: number; readonly seq_len: number };
  readonly weights: Arrays;
  readonly inputs: Arrays;
  /** Row t is the state after t steps: h, or [h, c] side by side. */
  readonly h?: Tensor;
  readonly states?: Tensor;
  readonly jacobians: readonly {
    readonly i: number;
    readonly t: number;
    readonly J: Tensor;
    readonly spectral_norm: number;
    readonly frobenius_norm?: number;
    readonly singular_values?: readonly number[];
  }[];
  readonly W_hh_singular_values?: readonly number[];
  readonly W_hh_spectral_radius?: number;
  readonly v?: Tensor;
  readonly dL_dh?: Tensor;
  readonly dL_dh_norms?: readonly number[];
}

const covers =
  '∂h_t/∂h_i of a SimpleRNN in four regimes, of LSTM and GRU (reset after), their norms and singular values; ∂L/∂h_t along time';

describeGolden<Case>('torch/jacobian.json', { covers, run: 6 }, (each) => {
  each((c, check, dtype, file) => {
    const { cell = 'rnn', config, weights, inputs, jacobians, v, dL_dh } = c;
    const { hidden_size: H, seq_len: T } = config;
    const named =
      cell === 'rnn'
        ? { kernel: weights.W_xh!.T, recurrentKernel: weights.W_hh!.T, bias: weights.b! }
        : fromTorch(cell, Object.fromEntries(Object.entries(weights).map(([name, w]) => [`${name}_l0`, w])));
    const layers = [layerWith(cell, named, { dtype })];
    const expected = (c.h ?? c.states)!;
    const x = inputs.x!;
    const batch = (row: NdArrayLike): Tensor => stack([row]);
    const split = (row: Tensor): LayerState =>
      cell === 'lstm' ? { h: batch(row.hi(H)), c: batch(row.lo(H)) } : { h: batch(row) };
    const join = (states: Readonly<Record<string, Tensor>>): number[] =>
      Object.values(states).flatMap((array) => Array.from(array.data));
    const tail = (i: number, t: number): { last: number[]; back: (dState: Tensor) => number[] } => {
      const out = forward(layers, batch(x.lo(i).hi(t - i)), [split(expected.pick(i))]);
      return {
        last: join(out.states[0]!),
        back: (dState) => join(backward(layers, undefined, [split(dState)]).dStates[0]!),
      };
    };

    for (let t = 1; t <= T; t++) {
      const row = expected.pick(t);
      check(`state ${t}`, tail(0, t).last, row, dtype === 'float32' ? float32Forward(row) : file.tolerance);
    }
    // All of h_12 lies within 0.02 of ±1 there: the smallest 1 − h² is 0.004, and known in float32 to 2⁻²³, 3e-5 of itself.
    const times = c.name === 'rnn_jacobian_contracting' ? 6 : 1;
    const gradient = (what: string, got: number[], row: Tensor, of: Tensor): void =>
      check(what, got, row, dtype === 'float32' ? float32Gradient(of, times * 5e-6 * largest(of)) : file.tolerance);
    for (const { i, t, J } of jacobians.filter(({ i, t }) => i < t)) {
      const { back } = tail(i, t);
      for (let a = 0; a < J.shape[0]!; a++) {
        const unit = zeros([J.shape[0]!], { dtype: 'float64' });
        unit.set(a, 1);
        gradient(`row ${a} of ∂h_${t}/∂h_${i}`, back(unit), J.pick(a), J);
      }
    }
    if (dtype === 'float64') checkFlow(c, check, layerWith(cell, named, { dtype, returnSequences: false }), split);
    if (dL_dh === undefined) return;
    for (let i = 0; i < T; i++) gradient(`dL/dh_${i}`, tail(i, T).back(v!), dL_dh.pick(i), dL_dh.pick(i));
    check('v', v!, dL_dh.pick(T)); // ∂L/∂h_T
  });
});

/** What `bptt/flow` makes of the same case: joint Jacobians by forward mode, norms by both methods, ‖∂L/∂h_t‖, W_hh. */
function checkFlow(c: Case, check: Check, layer: RNN, split: (row: Tensor) => LayerState): void {
  const { units: H } = layer.cell;
  const trace = traced(layer, stack([c.inputs.x!]), { initialState: split((c.h ?? c.states)!.pick(0)) });
  checkGradientNorms(c, check, layer, trace);
  const pairs = c.jacobians.map(({ i, t }) => [i, t] as const);
  const norms = (method: 'product' | 'power') =>
    jacobianNorms('spec', 'layer', layer.cell, trace.rows, { pairs, method, keep: method === 'product' }).h!;
  const [product, power] = [norms('product'), norms('power')];
  c.jacobians.forEach(({ i, t, J, spectral_norm, frobenius_norm, singular_values }, p) => {
    const name = `∂h_${t}/∂h_${i}`;
    const joint = trace.rows[0]!.steps.slice(i, t).reduce<Float64Array>((left, values) => {
      return times(layerProducts(layer.cell).matrix(values), left, J.shape[0]!);
    }, identity(J.shape[0]!));
    check(`joint ${name}`, new Tensor({ data: joint }, J.shape), J);
    const found = [...singularValues(joint, J.shape[0]!)];
    if (singular_values !== undefined) check(`singular values of ${name}`, found, singular_values);
    if (frobenius_norm !== undefined) check(`Frobenius norm of ${name}`, norm2(joint), frobenius_norm);
    const joined = spectralNorm(matrixOperator(joint, J.shape[0]!));
    check(`norm of joint ${name}`, joined.norm, spectral_norm);
    check(`block of ${name}`, product[p]!.jacobian!, J.hi(H, H));
    const ofBlock = c.cell === 'lstm' ? singularValues(float64(J.hi(H, H)).data as Float64Array, H)[0]! : spectral_norm;
    check(`norm of ${name} by products`, product[p]!.norm, ofBlock);
    check(`norm of ${name} by power`, power[p]!.norm, ofBlock);
  });
  if (c.W_hh_spectral_radius === undefined) return;
  const spectrum = recurrentSpectrum(layer.cell)!;
  check('spectral radius of W_hh', spectrum.spectralRadius, c.W_hh_spectral_radius);
  check('singular values of W_hh', spectrum.singularValues, tensor(c.W_hh_singular_values!, { dtype: 'float64' }));
  check('norm of W_hh', spectrum.norm, c.W_hh_singular_values![0]!);
}

function checkGradientNorms({ v, dL_dh_norms }: Case, check: Check, layer: RNN, trace: LayerTrace): void {
  if (dL_dh_norms === undefined) return;
  const { arena } = layer.parameters;
  layer.passes.current('spec').backward({
    writeGradient: ({ gradient }) => arena.data.set(v!.data, gradient.at), // L = v·h_T
    visit: { forward: () => {}, backward: (values) => trace.backward(arena.data, values) },
  });
  trace.finish(arena.data);
  check(
    '‖∂L/∂h_t‖',
    trace.stateGradients.h!,
    tensor(
      dL_dh_norms.map((norm) => [norm]),
      { dtype: 'float64' },
    ),
  );
}

function identity(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0));
}

function times(left: Float64Array, right: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, k) => {
    const [r, c] = [Math.floor(k / n), k % n];
    return Array.from({ length: n }, (_, j) => left[r * n + j]! * right[j * n + c]!).reduce((a, b) => a + b, 0);
  });
}
