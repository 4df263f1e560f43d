// Makes layers of the nodes of a path, and follows the axes.

import { FormatError } from '../../errors.ts';
import { Activation } from '../../layers/activation.ts';
import { Dense } from '../../layers/dense.ts';
import type { DenseActivation } from '../../layers/dense-pass.ts';
import { Embedding } from '../../layers/embedding.ts';
import type { Layer } from '../../layers/layer.ts';
import type { DType, FloatArray } from '../../tensor/storage.ts';
import { exactFloats } from '../exact-floats.ts';
import type { Assignment } from '../gates.ts';
import { ourActivation } from './activations.ts';
import { type Axes, type Moves, movedAxes } from './axes.ts';
import type { Path, PathNode } from './chain.ts';
import type { Constants } from './constants.ts';
import { originOf } from './constants.ts';
import { floatOf, type Graph, integerOf, integersOf, type Node, refuseNode } from './graph.ts';
import { importLayer } from './import-node.ts';
import { requireFreeStates } from './initial-state.ts';
import { foundNode } from './recurrent-node.ts';
import { typeNamed } from './tensor.ts';

/** What the path becomes. */
interface ChainResult {
  readonly layers: readonly Layer[];
  readonly inputSize: number | undefined;
  /** The weights, once the layers have parameters. */
  assignments(): Assignment[];
}

/** A product with what follows it, until it becomes a layer. */
interface OpenDense {
  readonly kernel: FloatArray;
  readonly units: number;
  readonly inputSize: number;
  bias?: FloatArray;
}

const RECURRENT: readonly string[] = ['LSTM', 'GRU', 'RNN'];
const MOVING: readonly string[] = ['Transpose', 'Squeeze', 'Reshape'];
/** Operators that leave numbers as they are when a model is used. */
const SAME: readonly string[] = ['Identity', 'Dropout', 'Cast'];
const ACTIVATIONS: readonly string[] = ['Sigmoid', 'Tanh', 'Relu', 'Softsign', 'HardSigmoid', 'LeakyRelu', 'Softmax'];
/** Element types that hold the numbers of a path. */
const WIDE: readonly (string | undefined)[] = ['float32', 'float64', 'int32', 'int64'];

/** The layers of a path. */
export class ChainLayers {
  readonly #where: string;
  readonly #graph: Graph;
  readonly #constants: Constants;
  readonly #dtype: DType;
  readonly #layers: Layer[] = [];
  readonly #weights: (() => Assignment[])[] = [];
  #inputSize: number | undefined;
  #dense: OpenDense | undefined;
  #axes: Axes;
  /** Lengths of axes by name. */
  readonly #lengths = new Map<string, number>();
  /** The axis that recurrent nodes read along. */
  #time: string | undefined;

  constructor(where: string, graph: Graph, constants: Constants, dtype: DType, { input, nodes }: Path) {
    this.#where = where;
    this.#graph = graph;
    this.#constants = constants;
    this.#dtype = dtype;
    const indices =
      nodes.find(({ node }) => !SAME.includes(node.op) && !MOVING.includes(node.op))?.node.op === 'Gather';
    this.#axes = indices ? ['0', '1'] : ['0', '1', 'F'];
    graph.inputShapes.get(input)?.forEach((length, k) => {
      if (length > 0) this.#lengths.set(this.#axes[k] ?? '', length);
    });
    for (const each of nodes) this.#add(each);
  }

  /** The layers, if features are the last axis of the output. */
  finish(): ChainResult {
    this.#closeDense('linear');
    if (this.#axes.includes('D') || this.#axes.at(-1) !== 'F' || this.#layers.length === 0) {
      throw new FormatError({
        where: this.#where,
        argument: 'bytes',
        expected: 'have an output whose last axis are the features of a layer',
        received: this.#layers.length === 0 ? 'no layer' : `axes [${this.#axes.join(', ')}], where D are directions`,
      });
    }
    const assignments = () => this.#weights.flatMap((weights) => weights());
    return { layers: this.#layers, inputSize: this.#inputSize, assignments };
  }

  #add({ node, output }: PathNode): void {
    const { op } = node;
    if (RECURRENT.includes(op)) this.#addRecurrent(node, output);
    else if (op === 'Gather') this.#addEmbedding(node);
    else if (op === 'MatMul' || op === 'Gemm') this.#addProduct(node);
    else if (op === 'Add') this.#addBias(node);
    else if (ACTIVATIONS.includes(op)) this.#addActivation(node);
    else if (MOVING.includes(op)) this.#axes = movedAxes(node, this.#axes, this.#moves(node));
    else if (!SAME.includes(op))
      this.#fail(node, 'be of an operator that layers have', op, 'importNode imports single nodes');
    else if (op === 'Cast' && !WIDE.includes(typeNamed(integerOf(node, 'to', 0)))) {
      this.#fail(node, 'keep the numbers', 'Cast to another type');
    }
  }

  #fail(node: Node, expected: string, received: string, remedy?: string): never {
    return refuseNode(this.#where, node, expected, received, remedy);
  }

  #moves(node: Node): Moves {
    return {
      integers: (attribute, input) => {
        const name = node.inputs[input];
        if (name === undefined || name === '') return integersOf(node, attribute);
        const constant = this.#constants.get(name);
        return constant && constant.data.length <= 8 ? Array.from(constant.data as Float64Array, Number) : undefined;
      },
      length: (axis) => this.#lengths.get(axis),
      join: (size) => void this.#lengths.set('F', size),
      fail: (expected, received) => this.#fail(node, expected, received),
    };
  }

  /** A constant input in the element type of the model. */
  #constant(node: Node, input: number, what: string): { readonly data: FloatArray; readonly shape: readonly number[] } {
    const name = node.inputs[input] ?? '';
    const array = this.#constants.get(name);
    if (array === undefined) return this.#fail(node, `have a constant ${what}`, originOf(name, this.#graph));
    const fail = (expected: string, received: string) => this.#fail(node, `${expected} in its ${what}`, received);
    return { data: exactFloats(array, this.#dtype, this.#where, fail), shape: array.shape };
  }

  #addRecurrent(node: Node, output: number): void {
    this.#closeDense('linear');
    const found = foundNode(this.#graph, this.#constants, node);
    const { layout, direction } = found.about;
    const [first, second, last] = this.#axes;
    if (this.#axes.length !== 3 || last !== 'F' || second === 'D') {
      this.#fail(node, 'read features over time', `axes [${this.#axes.join(', ')}]`);
    }
    const [time, batch] = (layout === 0 ? [first, second] : [second, first]) as [string, string];
    if ((this.#time ?? time) !== time)
      this.#fail(node, 'read along the axis that the nodes before it read along', 'the other one');
    this.#time = time;
    if (output > 1) this.#fail(node, 'pass on Y or Y_h', 'Y_c');
    if (direction === 'reverse' && output === 0) {
      this.#fail(node, 'read forwards, or pass on its last output only', 'reverse', 'importNode imports it alone');
    }
    requireFreeStates(this.#where, found, true);
    const { layer, inputSize, assignments } = importLayer(this.#where, found, this.#dtype, output === 0);
    this.#push(layer, inputSize, assignments);
    this.#lengths.set('D', direction === 'bidirectional' ? 2 : 1).set('F', found.about.units!);
    if (output === 0) this.#axes = layout === 0 ? [time, 'D', batch, 'F'] : [batch, time, 'D', 'F'];
    else this.#axes = layout === 0 ? ['D', batch, 'F'] : [batch, 'D', 'F'];
  }

  #push(layer: Layer, inputSize: number | undefined, weights: () => Assignment[]): void {
    if (this.#layers.length === 0) this.#inputSize = inputSize;
    this.#layers.push(layer);
    this.#weights.push(weights);
  }

  #addEmbedding(node: Node): void {
    const { data, shape } = this.#constant(node, 0, 'table');
    const [inputDim = 0, outputDim = 0] = shape;
    if (shape.length !== 2 || integerOf(node, 'axis', 0) !== 0 || this.#axes.length !== 2) {
      this.#fail(node, 'look up indices [B, T] in a table of two axes', `a table of shape [${shape.join(', ')}]`);
    }
    const layer = new Embedding({ inputDim, outputDim });
    this.#push(layer, undefined, () => [{ parameter: layer.parameters.get('embeddings'), values: data }]);
    this.#axes = [...this.#axes, 'F'];
    this.#lengths.set('F', outputDim);
  }

  #addProduct(node: Node): void {
    this.#closeDense('linear');
    const { data, shape } = this.#constant(node, 1, 'matrix');
    const gemm = node.op === 'Gemm';
    const turned = gemm && integerOf(node, 'transB', 0) !== 0;
    const [inputSize = 0, units = 0] = turned ? [shape[1], shape[0]] : shape;
    const plain =
      !gemm ||
      ([floatOf(node, 'alpha'), floatOf(node, 'beta')].every((factor) => (factor ?? 1) === 1) &&
        integerOf(node, 'transA', 0) === 0);
    const known = this.#lengths.get('F') ?? inputSize;
    if (shape.length !== 2 || this.#axes.at(-1) !== 'F' || known !== inputSize || !plain) {
      this.#fail(node, `multiply ${known} features by a matrix`, `a matrix [${shape.join(', ')}]`);
    }
    const kernel = turned ? data.map((_, k) => data[(k % units) * inputSize + Math.floor(k / units)]!) : data;
    this.#dense = { kernel, units, inputSize };
    this.#lengths.set('F', units);
    if (gemm && node.inputs.length > 2) this.#setBias(node, 2);
  }

  #addBias(node: Node): void {
    const input = this.#constants.get(node.inputs[0] ?? '') === undefined ? 1 : 0;
    this.#setBias(node, input);
  }

  #setBias(node: Node, input: number): void {
    const dense = this.#dense;
    const { data, shape } = this.#constant(node, input, 'bias');
    if (dense === undefined || dense.bias !== undefined) {
      this.#fail(node, 'follow a product', 'another node before it');
    } else if (data.length !== dense.units || shape.at(-1) !== dense.units) {
      this.#fail(node, `add a bias [${dense.units}]`, `[${shape.join(', ')}]`);
    } else dense.bias = data;
  }

  #addActivation(node: Node): void {
    const activation = this.#activationOf(node);
    if (this.#axes.at(-1) !== 'F' || this.#axes.includes('D'))
      this.#fail(node, 'follow a layer', `axes [${this.#axes.join(', ')}]`);
    if (this.#dense !== undefined) this.#closeDense(activation);
    else this.#push(new Activation({ activation }), this.#lengths.get('F'), () => []);
  }

  #activationOf(node: Node): DenseActivation {
    const { op } = node;
    if (op === 'Softmax') {
      const axis = integerOf(node, 'axis', -1);
      if (axis !== -1 && axis !== this.#axes.length - 1) this.#fail(node, 'run over the last axis', `axis ${axis}`);
      return 'softmax';
    }
    const defaults = { HardSigmoid: [0.2, 0.5], LeakyRelu: [0.01] }[op] ?? [];
    const parameters = defaults.map((value, k) => floatOf(node, k === 0 ? 'alpha' : 'beta') ?? value);
    return (
      ourActivation({ name: op, parameters }) ??
      this.#fail(node, 'be an activation that bptt has', `${op}(${parameters.join(', ')})`)
    );
  }

  /** Makes a layer of the product before. */
  #closeDense(activation: DenseActivation): void {
    const dense = this.#dense;
    if (dense === undefined) return;
    this.#dense = undefined;
    const { kernel, bias, units, inputSize } = dense;
    const layer = new Dense({ units, activation, useBias: bias !== undefined });
    this.#push(layer, inputSize, () => [
      { parameter: layer.parameters.get('kernel'), values: kernel },
      ...(bias === undefined ? [] : [{ parameter: layer.parameters.get('bias'), values: bias }]),
    ]);
  }
}
