// The modules of PyTorch that have a counterpart here: which of our parameters are which arrays of a state dict.

import type { Cell } from '../../cells/cell.ts';
import type { GRUCell } from '../../cells/gru-cell.ts';
import type { LSTMCell } from '../../cells/lstm-cell.ts';
import type { SimpleRNNCell } from '../../cells/simple-rnn-cell.ts';
import { refuse } from '../../checks.ts';
import type { RNN } from '../../layers/rnn.ts';
import type { Buildable } from '../../parameters/buildable.ts';
import { rowMajor } from '../../tensor/layout.ts';
import type { FloatArray } from '../../tensor/storage.ts';
import { copyStrided } from '../../tensor/strided-copy.ts';
import type { GateArrays, GateLayout } from '../gates.ts';
import type { Target } from '../targets.ts';
import { requireNoZoneout } from '../zoneout.ts';

/** PyTorch's blocks of gates. Its z keeps the old state. */
const LAYOUTS: Readonly<Record<string, GateLayout>> = {
  LSTMCell: { gates: ['input', 'forget', 'candidate', 'output'], blocks: 'rows' },
  GRUCell: { gates: ['reset', 'update', 'candidate'], blocks: 'rows', negated: ['update'] },
  SimpleRNNCell: { gates: ['hidden'], blocks: 'rows' },
};

/** Parameters of layers without time, and their names in a state dict. Those of `isTurned` have their axes reversed there. */
export const PLAIN: Readonly<
  Record<string, Readonly<Record<string, { readonly name: string; readonly isTurned: boolean }>>>
> = {
  Dense: { kernel: { name: 'weight', isTurned: true }, bias: { name: 'bias', isTurned: false } },
  Conv1D: { kernel: { name: 'weight', isTurned: true }, bias: { name: 'bias', isTurned: false } },
  Embedding: { embeddings: { name: 'weight', isTurned: false } },
  LayerNormalization: { gamma: { name: 'weight', isTurned: false }, beta: { name: 'bias', isTurned: false } },
};

/** The names of the arrays of a cell, without the ending of layer and direction. */
export const ARRAYS: readonly (readonly [keyof GateArrays, string])[] = [
  ['kernel', 'weight_ih'],
  ['recurrentKernel', 'weight_hh'],
  ['bias', 'bias_ih'],
  ['recurrentBias', 'bias_hh'],
  ['projection', 'weight_hr'],
];

/** One cell within a module: its arrays in a state dict are `weight_ih` and the others, with an ending. */
export interface CellPlace {
  readonly cell: Cell;
  /** Its layer in messages. */
  readonly label: string;
  /** `_l0`, `_l1_reverse`; empty in nn.LSTMCell and its like. */
  readonly ending: string;
}

/** The layout of a cell. Refuses one that computes something else than PyTorch's. */
export function layoutOf(where: string, label: string, cell: Cell): GateLayout {
  const layout = Object.hasOwn(LAYOUTS, cell.kind) ? LAYOUTS[cell.kind] : undefined;
  if (layout === undefined) {
    return refuse(
      where,
      label,
      `have one of the cells ${Object.keys(LAYOUTS).join(', ')}, which PyTorch has too`,
      cell.kind,
    );
  }
  const difference = differenceOf(cell);
  if (difference !== undefined)
    refuse(where, label, `compute what PyTorch's ${cell.kind} does: ${difference[0]}`, difference[1]);
  return layout;
}

/** What differs from PyTorch's cell: the requirement, and the value. */
function differenceOf(cell: Cell): readonly [string, unknown] | undefined {
  if (cell.kind === 'SimpleRNNCell') {
    const { activation, clip } = cell as Cell as SimpleRNNCell;
    if (activation !== 'tanh' && activation !== 'relu') return ["activation 'tanh' or 'relu'", activation];
    return clip === undefined ? undefined : ['no clip', clip];
  }
  const { activation, recurrentActivation, clip } = cell as Cell as GRUCell | LSTMCell;
  if (activation !== 'tanh') return ["activation 'tanh'", activation];
  if (recurrentActivation !== 'sigmoid') return ["recurrentActivation 'sigmoid'", recurrentActivation];
  if (clip !== undefined) return ['no clip', clip];
  if (cell.kind === 'GRUCell') {
    const { resetAfter } = cell as Cell as GRUCell;
    return resetAfter ? undefined : ['resetAfter: true; the two forms cannot be converted', resetAfter];
  }
  const { outputActivation, peepholes, coupledGate } = cell as Cell as LSTMCell;
  if (outputActivation !== 'tanh') return ["outputActivation 'tanh'", outputActivation];
  if (peepholes) return ['no peepholes', peepholes];
  return coupledGate === undefined ? undefined : ['no coupledGate', coupledGate];
}

interface Recurrent {
  readonly cell: Cell;
  readonly goBackwards: boolean;
}

/** Whether a part is a cell. */
export function isCell(part: object): part is Cell {
  return 'forwardStep' in part;
}

/** Whether a part has a counterpart with gates. */
export function isRecurrent(part: object): boolean {
  return isCell(part) || 'cell' in part || (part as { kind?: unknown }).kind === 'Bidirectional';
}

/**
 * The cells of a module, in PyTorch's order.
 *
 * @param single - whether a layer stands for nn.LSTMCell and its like
 */
export function cellsOf(where: string, targets: readonly Target[], single: boolean): CellPlace[] {
  return targets.flatMap(({ part, label }, k) => {
    const ending = single ? '' : `_l${k}`;
    if (isCell(part)) return [{ cell: part, label, ending }];
    if ('cell' in part) {
      requireNoZoneout(where, label, part as unknown as RNN);
      return [{ cell: forwards(where, label, part as Buildable & Recurrent), label, ending }];
    }
    const { layers, mergeMode } = part as unknown as {
      layers: readonly (Buildable & Partial<Recurrent>)[];
      mergeMode: string;
    };
    if (mergeMode !== 'concat') refuse(where, label, "have mergeMode 'concat', as PyTorch", mergeMode);
    return layers.map((layer, direction) => {
      if (layer.cell === undefined)
        return refuse(where, label, 'have recurrent layers with cells in both directions', layer);
      requireNoZoneout(where, label, layer as unknown as RNN);
      return { cell: layer.cell, label, ending: `_l${k}${direction === 0 ? '' : '_reverse'}` };
    });
  });
}

function forwards(where: string, label: string, { cell, goBackwards }: Recurrent): Cell {
  if (!goBackwards) return cell;
  return refuse(
    where,
    label,
    'read forwards, as a module with one direction does; or name its cell instead of it',
    'goBackwards: true',
  );
}

/** Throws the error for a layer that PyTorch has not. */
export function refuseKind(where: string, part: Buildable, label: string): never {
  const expected = `have a counterpart in PyTorch: recurrent layers, ${Object.keys(PLAIN).join(', ')}`;
  return refuse(where, label, expected, part.kind, 'Of a layer that is made of layers, name those');
}

/** Row-major elements with the axes in reverse order. */
export function turned(data: FloatArray, shape: readonly number[]): FloatArray {
  const reversed = [...shape].reverse();
  const copy = data.slice();
  copyStrided(copy, rowMajor(reversed), 0, data, rowMajor(shape).reverse(), 0, reversed);
  return copy;
}
