// Layers whose weights are constant inputs of one node.

import type { ActivationName } from '../../cells/activations.ts';
import { Conv1D } from '../../layers/conv1d.ts';
import { type ConvolutionPadding, spanOf } from '../../layers/conv1d-shape.ts';
import { Dense } from '../../layers/dense.ts';
import type { DenseActivation } from '../../layers/dense-pass.ts';
import { Embedding } from '../../layers/embedding.ts';
import type { Layer } from '../../layers/layer.ts';
import { LayerNormalization } from '../../layers/layer-normalization.ts';
import type { FloatArray } from '../../tensor/storage.ts';
import type { Assignment } from '../gates.ts';
import type { FailNode } from './axes.ts';
import { floatOf, integerOf, integersOf, type Node, textOf } from './graph.ts';

/** A node, and its constant inputs in the element type of the model. */
export interface ConstantNode {
  readonly node: Node;
  constant(input: number, what: string): { readonly data: FloatArray; readonly shape: readonly number[] };
  readonly fail: FailNode;
}

/** A layer, and its weights once it has parameters. */
export interface MadeLayer {
  readonly layer: Layer;
  weights(): Assignment[];
}

/** A product or a convolution, which becomes a layer once its bias and its activation are known. */
export interface OpenLayer {
  /** Whether a bias and softmax may follow it, as they may follow a product. */
  readonly isProduct: boolean;
  /** Features of the input and of the output. */
  readonly inputSize: number;
  readonly size: number;
  bias: FloatArray | undefined;
  close(activation: DenseActivation): MadeLayer;
}

/** The weights of a layer by its names; those that it does not have are undefined. */
function weightsOf({ parameters }: Layer, values: Readonly<Record<string, FloatArray | undefined>>): Assignment[] {
  return Object.entries(values).flatMap(([name, array]) =>
    array === undefined ? [] : [{ parameter: parameters.get(name), values: array }],
  );
}

/** Gather from a table [V, E]. */
export function importEmbedding({ node, constant, fail }: ConstantNode): MadeLayer & { readonly size: number } {
  const { data, shape } = constant(0, 'table');
  const [inputDim = 0, outputDim = 0] = shape;
  if (shape.length !== 2 || integerOf(node, 'axis', 0) !== 0) {
    fail('look up indices [B, T] in a table of two axes', `a table of shape [${shape.join(', ')}]`);
  }
  const layer = new Embedding({ inputDim, outputDim });
  return { layer, size: outputDim, weights: () => weightsOf(layer, { embeddings: data }) };
}

/** (N7) over the last of `rank` axes. */
export function importNormalization({ node, constant, fail }: ConstantNode, rank: number, size: number): MadeLayer {
  const axis = integerOf(node, 'axis', -1);
  const [gamma, beta] = ['scale', 'offset'].map((what, k) => (node.inputs[k + 1] ? constant(k + 1, what) : undefined));
  const odd = [gamma, beta].find(
    (each) => each !== undefined && (each.shape.length !== 1 || each.data.length !== size),
  );
  if ((axis !== -1 && axis !== rank - 1) || gamma === undefined || odd !== undefined) {
    fail(`normalize the last axis of ${size} features`, `axis ${axis}, scale [${(odd ?? gamma)?.shape.join(', ')}]`);
  }
  const layer = new LayerNormalization({ epsilon: floatOf(node, 'epsilon') ?? 1e-5, center: beta !== undefined });
  return { layer, weights: () => weightsOf(layer, { gamma: gamma!.data, beta: beta?.data }) };
}

/** The padding of a convolution over one axis. */
function paddingOf(node: Node, strides: number, span: number, fail: FailNode): ConvolutionPadding {
  const auto = textOf(node, 'auto_pad', 'NOTSET');
  if (auto === 'SAME_UPPER') return 'same';
  if (auto === 'VALID') return 'valid';
  const [before = 0, after = 0] = auto === 'NOTSET' ? (integersOf(node, 'pads') ?? []) : [-1];
  if (before === 0 && after === 0) return 'valid';
  if (before === span && after === 0) return 'causal';
  if (strides === 1 && before === Math.floor(span / 2) && before + after === span) return 'same';
  const expected = `pad nothing, ${span} time steps before the input, or around it as 'same' does`;
  return fail(expected, auto === 'NOTSET' ? `pads ${before}, ${after} with strides ${strides}` : `auto_pad ${auto}`);
}

/** Conv with W [F, I, K] over the last axis, until its activation is known; our kernel is [K, I, F]. */
export function importConvolution({ node, constant, fail }: ConstantNode): OpenLayer {
  const { data, shape } = constant(1, 'kernel');
  const [F = 0, I = 0, K = 0] = shape;
  const groups = integerOf(node, 'group', 1);
  if (shape.length !== 3 || groups !== 1) {
    fail('convolve one axis in one group', `group ${groups}, a kernel [${shape.join(', ')}]`);
  }
  const [strides = 1] = integersOf(node, 'strides') ?? [];
  const [dilationRate = 1] = integersOf(node, 'dilations') ?? [];
  const bias = node.inputs[2] ? constant(2, 'bias').data : undefined;
  const shaped = { filters: F, kernelSize: K, strides, dilationRate };
  const padding = paddingOf(node, strides, spanOf({ ...shaped, padding: 'valid' }), fail);
  const kernel = data.map((_, at) => {
    const [k, i, f] = [Math.floor(at / (I * F)), Math.floor(at / F) % I, at % F];
    return data[(f * I + i) * K + k]!;
  });
  return {
    isProduct: false,
    inputSize: I,
    size: F,
    bias,
    close(activation) {
      const layer = new Conv1D({
        ...shaped,
        padding,
        activation: activation as ActivationName,
        useBias: bias !== undefined,
      });
      return { layer, weights: () => weightsOf(layer, { kernel, bias }) };
    },
  };
}

/** MatMul or Gemm with a matrix [I, U] or [U, I], until its bias and its activation are known. */
export function importProduct({ node, constant, fail }: ConstantNode, known: number | undefined): OpenLayer {
  const { data, shape } = constant(1, 'matrix');
  const gemm = node.op === 'Gemm';
  const turned = gemm && integerOf(node, 'transB', 0) !== 0;
  const [inputSize = 0, units = 0] = turned ? [shape[1], shape[0]] : shape;
  const plain =
    !gemm ||
    ([floatOf(node, 'alpha'), floatOf(node, 'beta')].every((factor) => (factor ?? 1) === 1) &&
      integerOf(node, 'transA', 0) === 0);
  if (shape.length !== 2 || (known ?? inputSize) !== inputSize || !plain) {
    fail(`multiply ${known ?? inputSize} features by a matrix`, `a matrix [${shape.join(', ')}]`);
  }
  const kernel = turned ? data.map((_, k) => data[(k % units) * inputSize + Math.floor(k / units)]!) : data;
  return {
    isProduct: true,
    inputSize,
    size: units,
    bias: undefined,
    close(activation) {
      const { bias } = this;
      const layer = new Dense({ units, activation, useBias: bias !== undefined });
      return { layer, weights: () => weightsOf(layer, { kernel, bias }) };
    },
  };
}
