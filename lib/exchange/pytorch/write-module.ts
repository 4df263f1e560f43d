// Writes the arrays of one module of a state dict.

import { refuse } from '../../checks.ts';
import type { Buildable } from '../../parameters/buildable.ts';
import type { Parameter } from '../../parameters/parameter.ts';
import type { FloatArray } from '../../tensor/storage.ts';
import { gateShapes, writeGates } from '../gates.ts';
import { initialStates, type Target } from '../targets.ts';
import {
  ARRAYS,
  type CellPlace,
  cellsOf,
  isCell,
  isRecurrent,
  layoutOf,
  PLAIN,
  refuseKind,
  turned,
} from './modules.ts';

/** An array of a state dict, and the parameters that it has. */
interface Written {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: FloatArray;
  readonly parameters: readonly Parameter[];
}

/** The arrays of a module from the parameters of its layers. */
export function writeModule(where: string, path: string, targets: readonly Target[]): Written[] {
  const prefix = path === '' ? '' : `${path}.`;
  if (!targets.every((target) => isRecurrent(target.part))) {
    if (targets.length > 1)
      refuse(
        where,
        `names.${path}`,
        'list recurrent layers only',
        targets.map(({ label }) => label),
      );
    return writePlain(where, prefix, targets[0]!);
  }
  for (const { part, label } of targets) requireZeros(where, part, label);
  const places = cellsOf(where, targets, targets.length === 1 && isCell(targets[0]!.part));
  const written = places.flatMap((place) => writeCell(where, prefix, place));
  const initial = targets.flatMap(({ part }) => initialStates(part));
  return written.map((each, k) => (k === 0 ? { ...each, parameters: [...each.parameters, ...initial] } : each));
}

/** Refuses initial states, which PyTorch's modules do not have, unless they are zeros. */
function requireZeros(where: string, part: Buildable, label: string): void {
  for (const { name, value } of initialStates(part)) {
    const trained = value.copy().data.find((x) => x !== 0);
    if (trained !== undefined)
      refuse(where, label, `have zeros in ${name}, as PyTorch's modules have no initial state`, trained);
  }
}

function writeCell(where: string, prefix: string, { cell, ending, label }: CellPlace): Written[] {
  const layout = layoutOf(where, label, cell);
  const shapes = gateShapes(cell, layout);
  const arrays = writeGates(cell, layout);
  const { names } = cell.parameters;
  if (arrays.projection !== undefined && ending === '') {
    refuse(where, label, "have no projectionSize, as PyTorch's LSTMCell; name its layer instead of the cell", cell);
  }
  return ARRAYS.flatMap(([what, name]) => {
    const data = arrays[what];
    if (data === undefined) return [];
    const parameters = names.includes(what) ? [cell.parameters.get(what)] : [];
    return [{ name: prefix + name + ending, shape: shapes[what], data, parameters }];
  });
}

function writePlain(where: string, prefix: string, { part, label }: Target): Written[] {
  const known = Object.hasOwn(PLAIN, part.kind) ? PLAIN[part.kind]! : refuseKind(where, part, label);
  return Object.entries(known).flatMap(([own, { name, isTurned }]) => {
    if (!part.parameters.names.includes(own)) return [];
    const parameter = part.parameters.get(own);
    const { shape } = parameter.value;
    const data = parameter.value.copy().data;
    const theirs = isTurned ? { shape: [...shape].reverse(), data: turned(data, shape) } : { shape, data };
    return [{ name: prefix + name, ...theirs, parameters: [parameter] }];
  });
}
