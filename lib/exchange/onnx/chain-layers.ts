// Makes layers of the nodes of a path, and follows the axes.

import { FormatError } from '../../errors.ts';
import { Activation } from '../../layers/activation.ts';
import type { DenseActivation } from '../../layers/dense-pass.ts';
import type { Layer } from '../../layers/layer.ts';
import type { DType, FloatArray } from '../../tensor/storage.ts';
import { exactFloats } from '../exact-floats.ts';
import type { Assignment } from '../gates.ts';
import { ourActivation } from './activations.ts';
import type { Path, PathNode } from './chain.ts';
import { ChainAxes, movesAxes } from './chain-axes.ts';
import {
  type ConstantNode,
  importConvolution,
  importEmbedding,
  importNormalization,
  importProduct,
  type OpenLayer,
} from './constant-layers.ts';
import type { Constants } from './constants.ts';
import { originOf } from './constants.ts';
import { floatOf, type Graph, integerOf, type Node, refuseNode } from './graph.ts';
import { importLayer } from './import-node.ts';
import { requireFree } from './initial-state.ts';
import { foundNode } from './recurrent-node.ts';

/** What the path becomes. */
interface ChainResult {
  readonly layers: readonly Layer[];
  readonly inputSize: number | undefined;
  /** The weights, once the layers have parameters. */
  assignments(): Assignment[];
}

const RECURRENT: readonly string[] = ['LSTM', 'GRU', 'RNN'];
/** Operators that leave numbers as they are when a model is used. */
const SAME: readonly string[] = ['Identity', 'Dropout', 'Cast'];
const ACTIVATIONS: readonly string[] = ['Sigmoid', 'Tanh', 'Relu', 'Softsign', 'HardSigmoid', 'LeakyRelu', 'Softmax'];
/** The layers of a path. */
export class ChainLayers {
  readonly #where: string;
  readonly #graph: Graph;
  /** Name of the input that the path begins with. */
  readonly #data: string;
  readonly #constants: Constants;
  readonly #dtype: DType;
  readonly #layers: Layer[] = [];
  readonly #weights: (() => Assignment[])[] = [];
  #inputSize: number | undefined;
  #open: OpenLayer | undefined;
  readonly #axes: ChainAxes;

  constructor(where: string, graph: Graph, constants: Constants, dtype: DType, { input, nodes }: Path) {
    this.#where = where;
    this.#graph = graph;
    this.#data = input;
    this.#constants = constants;
    this.#dtype = dtype;
    const refuse = (node: Node, expected: string, received: string) => this.#fail(node, expected, received);
    const isLayer = ({ op }: Node) => !SAME.includes(op);
    this.#axes = new ChainAxes(constants, refuse, nodes, graph.inputShapes.get(input), isLayer);
    for (const each of nodes) this.#add(each);
  }

  /** The layers, if features are the last axis of the output. */
  finish(): ChainResult {
    this.#close('linear');
    if (!this.#axes.endWithFeatures || this.#layers.length === 0) {
      throw new FormatError({
        where: this.#where,
        argument: 'bytes',
        expected: 'have an output whose last axis are the features of a layer',
        received: this.#layers.length === 0 ? 'no layer' : `axes ${this.#axes}, where D are directions`,
      });
    }
    if (this.#inputSize === undefined && !this.#layers[0]!.readsIndices) {
      throw new FormatError({
        where: this.#where,
        argument: 'bytes',
        expected: 'have weights, or an input with a fixed number of features',
        received: 'activations alone',
      });
    }
    const assignments = () => this.#weights.flatMap((weights) => weights());
    return { layers: this.#layers, inputSize: this.#inputSize, assignments };
  }

  #add({ node, output }: PathNode): void {
    const { op } = node;
    if (output > 0 && !RECURRENT.includes(op)) this.#fail(node, 'pass on its first output', `output ${output}`);
    if (RECURRENT.includes(op)) this.#addRecurrent(node, output);
    else if (op === 'Gather') this.#addEmbedding(node);
    else if (op === 'MatMul' || op === 'Gemm') this.#addProduct(node);
    else if (op === 'Conv') this.#addConvolution(node);
    else if (op === 'LayerNormalization') this.#addNormalization(node);
    else if (op === 'Add') this.#addBias(node);
    else if (ACTIVATIONS.includes(op)) this.#addActivation(node);
    else if (movesAxes(node)) this.#axes.move(node);
    else if (!SAME.includes(op))
      this.#fail(node, 'be of an operator that layers have', op, 'importNode imports single nodes');
    else if (op === 'Cast') this.#axes.requireKept(node);
  }

  #fail(node: Node, expected: string, received: string, remedy?: string): never {
    return refuseNode(this.#where, node, expected, received, remedy);
  }

  /** A constant input in the element type of the model. */
  #constant(node: Node, input: number, what: string): { readonly data: FloatArray; readonly shape: readonly number[] } {
    const name = node.inputs[input] ?? '';
    const array = this.#constants.get(name);
    if (array === undefined) return this.#fail(node, `have a constant ${what}`, originOf(name, this.#graph));
    const fail = (expected: string, received: string) => this.#fail(node, `${expected} in its ${what}`, received);
    return { data: exactFloats(array, this.#dtype, this.#where, fail), shape: array.shape };
  }

  #of(node: Node): ConstantNode {
    return {
      node,
      constant: (input, what) => this.#constant(node, input, what),
      fail: (expected, received) => this.#fail(node, expected, received),
    };
  }

  #addRecurrent(node: Node, output: number): void {
    this.#close('linear');
    const found = foundNode(this.#graph, this.#constants, node);
    const { layout, direction } = found.about;
    const [first, second, last] = this.#axes.names;
    if (this.#axes.names.length !== 3 || last !== 'F' || second === 'D') {
      this.#fail(node, 'read features over time', `axes ${this.#axes}`);
    }
    const [time, batch] = (layout === 0 ? [first, second] : [second, first]) as [string, string];
    this.#axes.readAlong(node, time);
    if (output > 1) this.#fail(node, 'pass on Y or Y_h', 'Y_c');
    if (direction === 'reverse' && output === 0) {
      this.#fail(node, 'read forwards, or pass on its last output only', 'reverse', 'importNode imports it alone');
    }
    requireFree(this.#where, found, { data: this.#data });
    const { layer, inputSize, assignments } = importLayer(this.#where, found, this.#dtype, output === 0);
    this.#push(layer, inputSize, assignments);
    this.#axes.setLength('D', direction === 'bidirectional' ? 2 : 1);
    this.#axes.setLength('F', found.about.units!);
    if (output === 0) this.#axes.names = layout === 0 ? [time, 'D', batch, 'F'] : [batch, time, 'D', 'F'];
    else this.#axes.names = layout === 0 ? ['D', batch, 'F'] : [batch, 'D', 'F'];
  }

  #push(layer: Layer, inputSize: number | undefined, weights: () => Assignment[]): void {
    if (this.#layers.length === 0) this.#inputSize = inputSize;
    this.#layers.push(layer);
    this.#weights.push(weights);
  }

  #addEmbedding(node: Node): void {
    if (this.#axes.names.length !== 2) this.#fail(node, 'look up indices [B, T]', `axes ${this.#axes}`);
    const { layer, size, weights } = importEmbedding(this.#of(node));
    this.#push(layer, undefined, weights);
    this.#axes.names = [...this.#axes.names, 'F'];
    this.#axes.setLength('F', size);
  }

  #addNormalization(node: Node): void {
    this.#close('linear');
    const size = this.#axes.length('F') ?? this.#constant(node, 1, 'scale').data.length;
    this.#axes.requireFeaturesLast(node);
    const { layer, weights } = importNormalization(this.#of(node), this.#axes.names.length, size);
    this.#push(layer, size, weights);
    this.#axes.setLength('F', size);
  }

  #addProduct(node: Node): void {
    this.#close('linear');
    this.#axes.requireFeaturesLast(node);
    this.#open = importProduct(this.#of(node), this.#axes.length('F'));
    this.#axes.setLength('F', this.#open.size);
    if (node.op === 'Gemm' && node.inputs.length > 2) this.#setBias(node, 2);
  }

  #addConvolution(node: Node): void {
    this.#close('linear');
    const [batch, features, time] = this.#axes.names;
    if (this.#axes.names.length !== 3 || features !== 'F' || batch === 'D') {
      this.#fail(node, 'convolve [batch, features, time]', `axes ${this.#axes}`);
    }
    this.#axes.readAlong(node, time!);
    const open = importConvolution(this.#of(node));
    const known = this.#axes.length('F') ?? open.inputSize;
    if (known !== open.inputSize) this.#fail(node, `convolve ${known} features`, `${open.inputSize}`);
    this.#open = open;
    this.#axes.setLength('F', open.size);
    this.#axes.setLength(time!, undefined);
  }

  #addBias(node: Node): void {
    const input = this.#constants.get(node.inputs[0] ?? '') === undefined ? 1 : 0;
    this.#setBias(node, input);
  }

  #setBias(node: Node, input: number): void {
    const open = this.#open;
    const { data, shape } = this.#constant(node, input, 'bias');
    if (!open?.isProduct || open.bias !== undefined) this.#fail(node, 'follow a product', 'another node before it');
    this.#axes.requireFeaturesLast(node);
    if (data.length !== open!.size || shape.at(-1) !== open!.size) {
      this.#fail(node, `add a bias [${open!.size}]`, `[${shape.join(', ')}]`);
    }
    open!.bias = data;
  }

  #addActivation(node: Node): void {
    const activation = this.#activationOf(node);
    if (this.#axes.names.includes('D')) this.#fail(node, 'follow a layer', `axes ${this.#axes}`);
    const closes = this.#open !== undefined && (activation !== 'softmax' || this.#open.isProduct);
    if (closes) this.#close(activation);
    else {
      this.#close('linear');
      this.#push(new Activation({ activation }), this.#axes.length('F'), () => []);
    }
  }

  #activationOf(node: Node): DenseActivation {
    const { op } = node;
    if (op === 'Softmax') {
      const axis = integerOf(node, 'axis', this.#graph.version < 13 ? 1 : -1);
      if (axis !== -1 && axis !== this.#axes.names.length - 1)
        this.#fail(node, 'run over the last axis', `axis ${axis}`);
      this.#axes.requireFeaturesLast(node);
      return 'softmax';
    }
    const defaults = { HardSigmoid: [0.2, 0.5], LeakyRelu: [0.01] }[op] ?? [];
    const parameters = defaults.map((value, k) => floatOf(node, k === 0 ? 'alpha' : 'beta') ?? value);
    return (
      ourActivation({ name: op, parameters }) ??
      this.#fail(node, 'be an activation that bptt has', `${op}(${parameters.join(', ')})`)
    );
  }

  /** Makes a layer of the product or convolution before. */
  #close(activation: DenseActivation): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const { layer, weights } = open.close(activation);
    this.#push(layer, open.inputSize, weights);
  }
}
