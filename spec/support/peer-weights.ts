import { assign } from '../../lib/tensor/ndarray-like.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';
import { float64 } from './compare.ts';

/** Arrays by name. */
export type Arrays = Readonly<Record<string, Tensor>>;

/** The kinds of recurrent layers. */
export type Kind = 'rnn' | 'lstm' | 'gru';

/** How a peer lays out gates: our block g is `sign[g]` times its block `order[g]`. */
interface Blocks {
  readonly order: readonly number[];
  readonly sign: readonly number[];
}

const SAME: Readonly<Record<'rnn' | 'lstm', Blocks>> = {
  rnn: { order: [0], sign: [1] },
  lstm: { order: [0, 1, 2, 3], sign: [1, 1, 1, 1] }, // i f c o
};

// z keeps the OLD state in all peers, 1 − σ(a) = σ(−a): the update gate's block is negated.
/** PyTorch: GRU r z n. */
const TORCH: Readonly<Record<Kind, Blocks>> = { ...SAME, gru: { order: [0, 1, 2], sign: [1, -1, 1] } };
/** Keras and TensorFlow.js: GRU z r h. */
const KERAS: Readonly<Record<Kind, Blocks>> = { ...SAME, gru: { order: [1, 0, 2], sign: [1, -1, 1] } };

/** A peer's parameters, turned to rows of inputs: kernel [I, G·H], recurrentKernel [H, G·H], biases [G·H] each. */
interface PeerWeights {
  readonly kernel: Tensor;
  readonly recurrentKernel: Tensor;
  /** None, one, or the input's and the recurrent one. */
  readonly biases: readonly Tensor[];
}

/** Columns of one gate. */
function block(array: Tensor, gate: number, gates: number): Tensor {
  const rows = array.shape.slice(0, -1).map(() => null);
  const H = array.shape.at(-1)! / gates;
  return array.lo(...rows, gate * H).hi(...rows, H);
}

function moved(from: Tensor, { order, sign }: Blocks, direction: 'toOurs' | 'toPeer'): Tensor {
  const to = float64(from);
  order.forEach((peers, ours) => {
    const [source, target] = direction === 'toOurs' ? [peers, ours] : [ours, peers];
    const values = float64(block(from, source, order.length));
    values.data.forEach((v, j) => {
      values.data[j] = sign[ours]! * v;
    });
    assign(block(to, target, order.length), values);
  });
  return to;
}

function sum(a: Tensor, b: Tensor): Tensor {
  return new Tensor({ data: float64(a).data.map((v, j) => v + b.get(j)) }, a.shape);
}

/**
 * Our parameters from a peer's. Two biases are added up, except the candidate's where the reset gate stands between
 * them.
 */
function fromPeer(blocks: Blocks, weights: PeerWeights, resetAfter = false): Arrays {
  const [first, second] = weights.biases.map((bias) => moved(bias, blocks, 'toOurs'));
  const arrays: Record<string, Tensor> = {
    recurrentKernel: moved(weights.recurrentKernel, blocks, 'toOurs'),
    kernel: moved(weights.kernel, blocks, 'toOurs'),
  };
  if (first === undefined) return arrays;
  arrays.bias = second === undefined ? first : sum(first, second);
  if (resetAfter && second !== undefined) {
    assign(block(arrays.bias, 2, 3), block(first, 2, 3));
    arrays.recurrentBias = block(second, 2, 3);
  }
  return arrays;
}

/** A peer's gradients, with both biases, from ours. */
function toPeer(blocks: Blocks, ours: Arrays): PeerWeights {
  const { kernel, recurrentKernel, bias, recurrentBias } = ours;
  const turned = {
    kernel: moved(kernel!, blocks, 'toPeer'),
    recurrentKernel: moved(recurrentKernel!, blocks, 'toPeer'),
  };
  if (bias === undefined) return { ...turned, biases: [] };
  const first = moved(bias, blocks, 'toPeer');
  const second = first.copy();
  if (recurrentBias !== undefined) assign(block(second, 2, 3), recurrentBias); // the candidate's is last everywhere
  return { ...turned, biases: [first, second] };
}

/** Our parameters from those of layer k of a torch module, `0_reverse` for its backward direction: weight_ih [G·H, I], weight_hh [G·H, H], two biases. */
export function fromTorch(kind: Kind, weights: Arrays, k: number | string = 0): Arrays {
  const [ih, hh] = [weights[`bias_ih_l${k}`], weights[`bias_hh_l${k}`]];
  const biases = ih === undefined || hh === undefined ? [] : [ih, hh];
  const kernel = weights[`weight_ih_l${k}`]!.T;
  const recurrentKernel = weights[`weight_hh_l${k}`]!.T;
  return fromPeer(TORCH[kind], { kernel, recurrentKernel, biases }, kind === 'gru');
}

/** Gradients under torch's names and in its shapes, from ours. */
export function toTorch(kind: Kind, ours: Arrays, k: number | string = 0): Arrays {
  const { kernel, recurrentKernel, biases } = toPeer(TORCH[kind], ours);
  const weights = { [`weight_ih_l${k}`]: kernel.T, [`weight_hh_l${k}`]: recurrentKernel.T };
  const [ih, hh] = biases;
  return ih === undefined ? weights : { ...weights, [`bias_ih_l${k}`]: ih, [`bias_hh_l${k}`]: hh! };
}

/** Our parameters from a layer of TensorFlow.js or Keras; a bias of two rows is that of reset-after. */
export function fromKeras(kind: Kind, weights: Arrays, prefix = ''): Arrays {
  const bias = weights[`${prefix}bias`];
  const twoRows = bias?.shape.length === 2;
  const biases = bias === undefined ? [] : twoRows ? [bias.pick(0), bias.pick(1)] : [bias];
  const kernel = weights[`${prefix}kernel`]!;
  return fromPeer(
    KERAS[kind],
    { kernel, recurrentKernel: weights[`${prefix}recurrent_kernel`]!, biases },
    twoRows && kind === 'gru',
  );
}

/** Gradients under the names of TensorFlow.js, from ours. */
export function toKeras(kind: Kind, ours: Arrays, prefix = ''): Arrays {
  const { kernel, recurrentKernel, biases } = toPeer(KERAS[kind], ours);
  const weights = { [`${prefix}kernel`]: kernel, [`${prefix}recurrent_kernel`]: recurrentKernel };
  return biases[0] === undefined ? weights : { ...weights, [`${prefix}bias`]: biases[0] };
}
