// The arrays that Keras has for the layers of bptt: names, shapes, and the way there and back.

import type { Cell } from '../../cells/cell.ts';
import type { GRUCell } from '../../cells/gru-cell.ts';
import type { LSTMCell } from '../../cells/lstm-cell.ts';
import type { SimpleRNNCell } from '../../cells/simple-rnn-cell.ts';
import { refuse } from '../../checks.ts';
import { Bidirectional } from '../../layers/bidirectional.ts';
import type { Layer } from '../../layers/layer.ts';
import { RNN } from '../../layers/rnn.ts';
import { TimeDistributed } from '../../layers/time-distributed.ts';
import type { FloatArray } from '../../tensor/storage.ts';
import { type Assignment, type GateArrays, type GateLayout, gateShapes, readGates, writeGates } from '../gates.ts';
import { requireNoZoneout } from '../zoneout.ts';

/** An array of Keras. */
export interface KerasArray {
  /** `kernel`, `recurrent_kernel`, `bias`, `gamma`, `beta` or `embeddings`. */
  readonly name: string;
  readonly shape: readonly number[];
}

/** The arrays of one cell, or of one layer without a cell. */
export interface KerasWeights {
  /** The direction of a Bidirectional, the number of a cell in a stack, or undefined. */
  readonly part: 'forward' | 'backward' | number | undefined;
  /** Whether they belong to a cell, whose name is a part of the path in files of Keras 2 and 3. */
  readonly isCell: boolean;
  /** In the order of `get_weights()`. */
  readonly arrays: readonly KerasArray[];
  /** New values of our parameters, from the arrays in their order, in the element type of the layer. Assigns nothing. */
  read(values: readonly FloatArray[]): Assignment[];
  /** Copies of the arrays, in their order. */
  write(): FloatArray[];
}

/** Keras' blocks of gates. Its z keeps the old state. */
const LAYOUTS: Readonly<Record<string, GateLayout>> = {
  LSTMCell: { gates: ['input', 'forget', 'candidate', 'output'], blocks: 'columns' },
  GRUCell: { gates: ['update', 'reset', 'candidate'], blocks: 'columns', negated: ['update'] },
  SimpleRNNCell: { gates: ['hidden'], blocks: 'columns' },
};

/** Our names and Keras' of the parameters of layers without a cell, in Keras' order. */
const PLAIN: Readonly<Record<string, readonly string[]>> = {
  Dense: ['kernel', 'bias'],
  Conv1D: ['kernel', 'bias'],
  Embedding: ['embeddings'],
  LayerNormalization: ['gamma', 'beta'],
};

/** What a cell has that Keras has not: the requirement, and the value. */
function differenceOf(cell: Cell): readonly [string, unknown] | undefined {
  const { clip } = cell as Cell as SimpleRNNCell | GRUCell | LSTMCell;
  if (clip !== undefined) return ['no clip', clip];
  if (cell.kind !== 'LSTMCell') return undefined;
  const { activation, outputActivation, peepholes, coupledGate, projectionSize } = cell as Cell as LSTMCell;
  if (outputActivation !== activation) return ['one activation for the candidate and the output', outputActivation];
  if (peepholes) return ['no peepholes', peepholes];
  if (coupledGate !== undefined) return ['no coupledGate', coupledGate];
  return projectionSize === undefined ? undefined : ['no projectionSize', projectionSize];
}

/** The layout of a cell. Refuses one that computes something else than Keras'. */
export function layoutOf(where: string, label: string, cell: Cell): GateLayout {
  const layout = Object.hasOwn(LAYOUTS, cell.kind) ? LAYOUTS[cell.kind] : undefined;
  const kinds = Object.keys(LAYOUTS).join(', ');
  if (layout === undefined)
    return refuse(where, label, `have one of the cells ${kinds}, which Keras has too`, cell.kind);
  const difference = differenceOf(cell);
  if (difference !== undefined) {
    refuse(where, label, `compute what Keras' ${cell.kind} does: ${difference[0]}`, difference[1]);
  }
  return layout;
}

/** The arrays of a cell. A reset-after GRU has both biases in one array, [2, 3H]. */
function cellWeights(where: string, label: string, cell: Cell, part: KerasWeights['part']): KerasWeights {
  const layout = layoutOf(where, label, cell);
  const shapes = gateShapes(cell, layout);
  const { names } = cell.parameters;
  const [hasBias, hasTwo] = [names.includes('bias'), names.includes('recurrentBias')];
  const [N] = shapes.bias as readonly [number];
  const arrays: KerasArray[] = [
    { name: 'kernel', shape: shapes.kernel },
    { name: 'recurrent_kernel', shape: shapes.recurrentKernel },
  ];
  if (hasBias) arrays.push({ name: 'bias', shape: hasTwo ? [2, N] : [N] });
  return {
    part,
    isCell: true,
    arrays,
    read([kernel, recurrentKernel, both]) {
      const bias = hasTwo ? both!.subarray(0, N) : both;
      const recurrentBias = hasTwo ? both!.subarray(N) : undefined;
      return readGates(cell, layout, { kernel, recurrentKernel, bias, recurrentBias } as GateArrays);
    },
    write() {
      const { kernel, recurrentKernel, bias, recurrentBias } = writeGates(cell, layout);
      if (bias === undefined) return [kernel, recurrentKernel];
      if (!hasTwo) return [kernel, recurrentKernel, bias];
      const both =
        bias.length === 0 ? bias : (new (bias.constructor as new (n: number) => FloatArray)(2 * N) as FloatArray);
      both.set(bias);
      both.set(recurrentBias!, N);
      return [kernel, recurrentKernel, both];
    },
  };
}

function plainWeights({ kind, parameters }: Layer, part: KerasWeights['part']): KerasWeights {
  const own = PLAIN[kind]!.filter((name) => parameters.names.includes(name)).map((name) => parameters.get(name));
  return {
    part,
    isCell: false,
    arrays: PLAIN[kind]!.filter((name) => parameters.names.includes(name)).map((name, k) => ({
      name,
      shape: own[k]!.value.shape,
    })),
    read: (values) => own.map((parameter, k) => ({ parameter, values: values[k]! })),
    write: () => own.map(({ value }) => value.copy().data),
  };
}

/**
 * The arrays that Keras has for a layer that has parameters, in its order. Layers without parameters have none.
 *
 * @param label - the layer in messages
 * @param part - number of the cell in a stack
 * @throws ArgumentError for a layer that Keras has not
 */
export function weightsOf(where: string, label: string, layer: Layer, part?: number): KerasWeights[] {
  if (layer instanceof RNN) {
    requireNoZoneout(where, label, layer);
    return [cellWeights(where, label, layer.cell as Cell, part)];
  }
  if (layer instanceof Bidirectional) {
    return layer.layers.map((each, k) => {
      const direction = k === 0 ? 'forward' : 'backward';
      if (each instanceof RNN) requireNoZoneout(where, `${label}.${direction}`, each);
      if (each instanceof RNN) return cellWeights(where, `${label}.${direction}`, each.cell as Cell, direction);
      return refuse(where, `${label}.${direction}`, 'be an LSTM, a GRU or a SimpleRNN', each);
    });
  }
  if (layer instanceof TimeDistributed) return layer.layers.flatMap((each) => weightsOf(where, label, each, part));
  if (Object.hasOwn(PLAIN, layer.kind)) return [plainWeights(layer, part)];
  if (layer.parameters.size === 0) return [];
  return refuse(where, label, 'be a layer that Keras has too', layer);
}
