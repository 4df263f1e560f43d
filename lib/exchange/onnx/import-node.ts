// Makes layers of recurrent nodes.

import type { ActivationName } from '../../cells/activations.ts';
import type { Cell } from '../../cells/cell.ts';
import { FormatError } from '../../errors.ts';
import { Bidirectional } from '../../layers/bidirectional.ts';
import { GRU } from '../../layers/gru.ts';
import { LSTM } from '../../layers/lstm.ts';
import type { RNN } from '../../layers/rnn.ts';
import { SimpleRNN } from '../../layers/simple-rnn.ts';
import type { DType, FloatArray } from '../../tensor/storage.ts';
import { exactFloats } from '../exact-floats.ts';
import { type Assignment, type GateArrays, readGates } from '../gates.ts';
import { inWords, ourActivation } from './activations.ts';
import { originOf } from './constants.ts';
import { LAYOUTS, SYMMETRIC } from './gate-layouts.ts';
import { integerOf, quoted, refuseNode } from './graph.ts';
import { type FoundNode, type INPUTS, inputOf, isDirection } from './recurrent-node.ts';

/** A layer without parameters, and what gives it its parameters once they exist. */
export interface ImportedLayer {
  readonly layer: RNN | Bidirectional;
  readonly inputSize: number;
  assignments(): Assignment[];
}

/** The weights of a node, [D, …] each. */
interface NodeWeights {
  readonly W: FloatArray;
  readonly R: FloatArray;
  readonly B: FloatArray | undefined;
  readonly P: FloatArray | undefined;
  readonly sizes: { readonly D: number; readonly H: number; readonly I: number };
}

/** Reads and checks the weights of a node. */
function weightsOf(where: string, { node, graph, constants, about }: FoundNode, dtype: DType): NodeWeights {
  const { op, direction } = about;
  const G = LAYOUTS[op].gates.length;
  const D = direction === 'bidirectional' ? 2 : 1;
  const read = (name: (typeof INPUTS)[number], expected: (shape: readonly number[]) => readonly number[]) => {
    const input = inputOf(node, name);
    if (input === undefined) return undefined;
    const array = constants.get(input);
    if (array === undefined) {
      return refuseNode(
        where,
        node,
        `have weights ${name} that are constants`,
        `weights from ${originOf(input, graph)}`,
      );
    }
    const shape = expected(array.shape);
    if (array.shape.length !== shape.length || array.shape.some((size, k) => size !== shape[k])) {
      refuseNode(where, node, `have ${name} of shape [${shape.join(', ')}]`, `[${array.shape.join(', ')}]`);
    }
    const remedy = (expectation: string, received: string): never =>
      refuseNode(where, node, `${expectation} in ${name}`, received, "dtype: 'float64' may hold them");
    const data = exactFloats(array, dtype, where, remedy);
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) refuseNode(where, node, `have finite numbers in ${name}`, `${data[bad]}`);
    return { data, shape: array.shape };
  };
  const H = about.units ?? 0;
  if (inputOf(node, 'W') === undefined || H < 1) refuseNode(where, node, 'have weights W and R', 'none');
  const w = read('W', ([, , size = 0]) => [D, G * H, size])!;
  const r = read('R', () => [D, G * H, H])!;
  const I = w.shape[2]!;
  if (I < 1) refuseNode(where, node, 'read at least one feature', 'none');
  const hidden = integerOf(node, 'hidden_size', H);
  if (hidden !== H) refuseNode(where, node, `have hidden_size ${H}, as its weights`, `${hidden}`);
  const [B, P] = [read('B', () => [D, 2 * G * H])?.data, read('P', () => [D, 3 * H])?.data];
  return { W: w.data, R: r.data, B, P, sizes: { D, H, I } };
}

/** The activations of a direction, by our names. */
function ourActivations(where: string, { node, activations, about }: FoundNode, d: number): ActivationName[] {
  const count = activations.length / (about.direction === 'bidirectional' ? 2 : 1);
  const per = { LSTM: 3, GRU: 2, RNN: 1 }[about.op];
  if (count !== per)
    refuseNode(where, node, `have ${per} activations for each direction`, `${activations.length} in all`);
  return activations
    .slice(d * per, (d + 1) * per)
    .map(
      (each) =>
        ourActivation(each) ??
        refuseNode(where, node, 'have activations that bptt has', inWords(each), 'ONNX Runtime runs the file as it is'),
    );
}

/** The layer of a direction. */
function layerOf(where: string, found: FoundNode, d: number, { sizes, B }: NodeWeights, build: object): RNN {
  const { node, about } = found;
  const { op, clip, direction } = about;
  const [first, candidate, output] = ourActivations(where, found, d);
  if (clip !== undefined && !(clip > 0)) refuseNode(where, node, 'clip to a bound above 0', `${clip}`);
  const shared = {
    units: sizes.H,
    inputSize: sizes.I,
    useBias: B !== undefined,
    goBackwards: direction === 'reverse',
    ...(clip !== undefined && { clip }),
    ...build,
  };
  if (op === 'RNN') return new SimpleRNN({ ...shared, activation: first! });
  if (op === 'LSTM') {
    const coupled = about.inputForget ? { coupledGate: 'forget' as const } : {};
    const options = { recurrentActivation: first!, activation: candidate!, outputActivation: output!, ...coupled };
    return new LSTM({ ...shared, ...options, peepholes: about.peepholes });
  }
  if (!SYMMETRIC.includes(first!)) {
    refuseNode(where, node, 'have an update gate with 1 − φ(a) = φ(−a), as z is the other share here', `${first}`);
  }
  return new GRU({ ...shared, recurrentActivation: first!, activation: candidate!, resetAfter: about.resetAfter! });
}

/** The weights of a direction. */
function arraysOf(op: FoundNode['about']['op'], { W, R, B, P, sizes }: NodeWeights, d: number): GateArrays {
  const N = LAYOUTS[op].gates.length * sizes.H;
  const part = (data: FloatArray, size: number, from = d * size): FloatArray => data.subarray(from, from + size);
  return {
    kernel: part(W, N * sizes.I),
    recurrentKernel: part(R, N * sizes.H),
    bias: B && part(B, N, 2 * d * N),
    recurrentBias: B && part(B, N, (2 * d + 1) * N),
    peephole: P && part(P, 3 * sizes.H),
  };
}

/** Makes the layer of a node. Its cells have the weights once `assignments` are made. */
export function importLayer(
  where: string,
  found: FoundNode,
  dtype: DType,
  returnSequences: boolean | undefined,
): ImportedLayer {
  const { node, about } = found;
  if (!isDirection(about.direction)) refuseNode(where, node, 'read forward, reverse or bidirectional', about.direction);
  const weights = weightsOf(where, found, dtype);
  const sequences = returnSequences ?? about.outputs.Y !== undefined;
  const build = { returnSequences: sequences };
  const layers = Array.from({ length: weights.sizes.D }, (_, d) => layerOf(where, found, d, weights, build));
  const [one, other] = layers as [RNN, RNN?];
  const layer = other === undefined ? one : new Bidirectional({ layers: [one, other] });
  const assignments = (): Assignment[] =>
    layers.flatMap(({ cell }, d) => readGates(cell as Cell, LAYOUTS[about.op], arraysOf(about.op, weights, d)));
  return { layer, inputSize: weights.sizes.I, assignments };
}

/** Finds a node by its name, or the only one. */
export function chooseNode(where: string, nodes: readonly FoundNode[], name: string | undefined): FoundNode {
  const names = nodes.map(({ about }) => quoted(about.name)).join(', ');
  if (nodes.length === 0) {
    throw new FormatError({
      where,
      argument: 'bytes',
      expected: 'have a node of LSTM, GRU or RNN',
      received: 'none',
      remedy:
        'An exporter may have written the recurrence out as products and activations; export the module instead of its cell',
    });
  }
  const found = name === undefined ? nodes : nodes.filter(({ about }) => about.name === name);
  if (found.length === 1) return found[0]!;
  const expected =
    name === undefined ? 'have one recurrent node, or be given its name' : `have one node ${quoted(name)}`;
  throw new FormatError({ where, argument: 'bytes', expected, received: names });
}
