// Checks of what a cell declares about itself, before a layer relies on it.

import { refuse, requireInteger } from '../checks.ts';
import type { CellDescription } from './description.ts';

/** Refuses a cell whose names, products or widths contradict each other. */
export function requireDeclarations(where: string, argument: string, cell: CellDescription): void {
  const { gates, states, products } = cell;
  requireNames(where, `${argument}.gates`, gates);
  requireNames(where, `${argument}.states`, states);
  for (const [name, list] of Object.entries(products)) {
    const first = gates.indexOf(list[0]!);
    if (list.length > 0 && list.every((gate, k) => gate === gates[first + k])) continue;
    refuse(where, `${argument}.products.${name}`, `list neighbours in [${gates.join(', ')}], in that order`, list);
  }
  for (const state of states) {
    requireInteger(where, `${argument}.widthOf('${state}')`, cell.widthOf(state));
  }
}

function requireNames(where: string, argument: string, names: readonly string[]): void {
  const distinct = Array.isArray(names) && names.length > 0 && new Set(names).size === names.length;
  if (!distinct) refuse(where, argument, 'list at least one name, and no name twice', names);
}
