// Recurrent modules of PyTorch, with their weights, as networks: layers, directions, projection, lengths.

import type { ActivationName } from '../../lib/cells/activations.ts';
import { Bidirectional, Network, type RNN } from '../../lib/index.ts';
import type { DType, Tensor } from '../../lib/tensor/tensor.ts';
import type { Tolerance } from './compare.ts';
import type { Check, GoldenCase } from './golden.ts';
import { type Arrays, fromTorch, type Kind, toTorch } from './peer-weights.ts';
import { float32Forward, float32Gradient, gradients, layerFor, load } from './recurrent.ts';

/** A case of `torch.nn.RNN`, `LSTM` or `GRU`. Time comes first in x and y. */
export interface TorchCase extends GoldenCase {
  readonly cell: Kind;
  readonly config: {
    readonly num_layers: number;
    readonly bidirectional: boolean;
    readonly proj_size?: number;
    readonly nonlinearity?: ActivationName;
  };
  readonly lengths?: readonly number[];
  readonly weights: Arrays;
  /** Trained initial states, one row each. */
  readonly initial?: Arrays;
  readonly inputs: Arrays;
  readonly outputs: Arrays;
  readonly upstream: Arrays;
  readonly grads: Arrays;
}

/** One direction of one layer. */
interface Part {
  readonly layer: RNN;
  /** What its weights' names end with: `0`, `0_reverse`. */
  readonly at: string;
  /** Its number in torch's arrays of states. */
  readonly index: number;
  /** Where a state of the network has its arrays. */
  readonly path: readonly string[];
}

type Tree = { readonly [name: string]: Tensor | Tree };

/** A module of torch as a network. */
class TorchModule {
  readonly network: Network;
  readonly parts: readonly Part[];
  readonly #case: TorchCase;

  constructor(c: TorchCase, dtype: DType) {
    this.#case = c;
    const names = c.config.bidirectional ? ['forward', 'backward'] : [''];
    const made = Array.from({ length: c.config.num_layers }, (_, k) =>
      names.map((name) => directionOf(c, dtype, name === 'backward' ? `${k}_reverse` : `${k}`)),
    );
    const layers = made.map((pair) =>
      pair.length === 1 ? pair[0]! : new Bidirectional({ layers: [pair[0]!, pair[1]!], dtype }),
    );
    const inputSize = c.inputs.x!.shape[2]!;
    this.network = new Network(layers, { dtype, inputSize }).build();
    this.parts = made.flatMap((pair, k) =>
      pair.map((layer, d) => ({
        layer,
        at: d === 1 ? `${k}_reverse` : `${k}`,
        index: k * names.length + d,
        path: [this.network.layerNames[k]!, ...(names.length === 1 ? [] : [names[d]!])],
      })),
    );
    for (const { layer, at, index } of this.parts) load(layer.parameters, this.#ours(c.weights, at, index));
  }

  /** Our parameters of one direction. */
  #ours(weights: Arrays, at: string, index: number): Arrays {
    const { cell, initial } = this.#case;
    const projection = weights[`weight_hr_l${at}`];
    return {
      ...fromTorch(cell, weights, at),
      ...(projection && { projection: projection.T }),
      ...(initial?.h0 && { initialH: initial.h0.pick(index, 0) }),
      ...(initial?.c0 && { initialC: initial.c0.pick(index, 0) }),
    };
  }

  /** The gradients of one direction under the names of torch. */
  gradientsOf({ layer, at }: Part): Arrays {
    const { projection, initialH, initialC, ...ours } = gradients(layer.parameters);
    return {
      ...toTorch(this.#case.cell, ours, at),
      ...(projection && { [`weight_hr_l${at}`]: projection.T }),
      ...(initialH && { h0: initialH }),
      ...(initialC && { c0: initialC }),
    };
  }

  /** A state of the network from torch's arrays [layers·directions, B, H]; undefined without any. */
  state(h: Tensor | undefined, c: Tensor | undefined): Tree | undefined {
    if (h === undefined) return undefined;
    const tree: Record<string, Tree> = {};
    for (const { index, path } of this.parts) {
      const arrays = { h: h.pick(index), ...(c && { c: c.pick(index) }) };
      const [name, direction] = path as [string, string?];
      tree[name] = direction === undefined ? arrays : { ...tree[name], [direction]: arrays };
    }
    return tree;
  }
}

function directionOf({ cell, config, weights, initial }: TorchCase, dtype: DType, at: string): RNN {
  const { nonlinearity: activation, proj_size: projectionSize = 0 } = config;
  const options = {
    dtype,
    trainInitialState: initial !== undefined,
    ...(activation && { activation }),
    ...(projectionSize > 0 && { projectionSize }),
  };
  return layerFor(cell, fromTorch(cell, weights, at), options, true);
}

/** The arrays of one direction in a state of the network. */
const arraysAt = (state: Tree, { path }: Part): Arrays =>
  path.reduce<Tree>((tree, name) => tree[name] as Tree, state) as Arrays;

/** Gradients of outputs and final states under the names of torch: dy, dhn, dcn. */
type Upstream = Readonly<Record<string, Tensor | undefined>>;

/**
 * Compares outputs, final states and every gradient. `floor` is what float32 cannot tell from 0 in gradients; `upstream`
 * has the gradients of what a loss computes from y [T, B, F].
 */
export function compareTorch(
  c: TorchCase,
  check: Check,
  dtype: DType,
  tolerance: Tolerance,
  { floor = 0, upstream = () => c.upstream }: { floor?: number; upstream?: (y: Tensor) => Upstream } = {},
): void {
  const { inputs, outputs, grads, lengths } = c;
  const module = new TorchModule(c, dtype);
  const forwards = (what: string, got: Tensor, expected: Tensor): void =>
    check(what, got, expected, dtype === 'float32' ? float32Forward(expected) : tolerance);
  const gradient = (what: string, got: Tensor, expected: Tensor): void =>
    check(what, got, expected, dtype === 'float32' ? float32Gradient(expected, floor) : tolerance);

  const initialState = module.state(inputs.h0, inputs.c0);
  const { output, state } = module.network.forward(inputs.x!.transpose(1, 0, 2), {
    ...(initialState && { initialState }),
    lengths,
    zeroOutputForMask: true,
    returnState: true,
  });
  forwards('y', output.transpose(1, 0, 2), outputs.y!);
  for (const part of module.parts) {
    const arrays = arraysAt(state, part);
    if (outputs.hn) forwards(`hn ${part.at}`, arrays.h!, outputs.hn.pick(part.index));
    if (outputs.cn) forwards(`cn ${part.at}`, arrays.c!, outputs.cn.pick(part.index));
  }

  module.network.parameters.zeroGradients();
  const { dy, dhn, dcn } = upstream(output.transpose(1, 0, 2));
  const dState = module.state(dhn, dcn);
  const { dx, dInitialState } = module.network.backward(dy?.transpose(1, 0, 2), dState && { dState: dState as never });
  gradient('dx', dx.transpose(1, 0, 2), grads.x!);
  for (const part of module.parts) {
    const { at, index } = part;
    const initialOf = (array: Tensor): Tensor => array.pick(index, ...(c.initial ? [0] : []));
    const arrays = arraysAt(dInitialState, part);
    const { h0 = arrays.h!, c0 = arrays.c!, ...own } = module.gradientsOf(part);
    if (grads.h0) gradient(`dh0 ${at}`, h0, initialOf(grads.h0));
    if (grads.c0) gradient(`dc0 ${at}`, c0, initialOf(grads.c0));
    for (const [name, values] of Object.entries(own)) gradient(`d ${name}`, values, grads[name]!);
  }
}
