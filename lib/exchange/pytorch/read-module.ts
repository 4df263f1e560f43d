// Reads the arrays of one module of a state dict.

import { refuse } from '../../checks.ts';
import { FormatError } from '../../errors.ts';
import type { Buildable } from '../../parameters/buildable.ts';
import { allocate, type FloatArray } from '../../tensor/storage.ts';
import { type Assignment, type GateArrays, gateShapes, readGates } from '../gates.ts';
import { shortName, type Taker } from '../taker.ts';
import { initialStates, type Target } from '../targets.ts';
import { ARRAYS, type CellPlace, cellsOf, isRecurrent, layoutOf, PLAIN, refuseKind, turned } from './modules.ts';

/** What a layer needs to have, or not to have, an array that a file may lack. */
const OPTION: Readonly<Record<string, readonly [given: string, left: string]>> = {
  bias: ['useBias: true', 'useBias: false'],
  recurrentBias: ['useBias: true', 'useBias: false'],
  projection: ['projectionSize', 'no projectionSize'],
  gamma: ['scale: true', 'scale: false'],
  beta: ['center: true', 'center: false'],
};

/** New values of the parameters of layers from the arrays of their module. Assigns nothing. */
export function readModule(where: string, taker: Taker, path: string, targets: readonly Target[]): Assignment[] {
  const prefix = path === '' ? '' : `${path}.`;
  const [{ part, label }] = targets as readonly [Target];
  if (targets.every((target) => isRecurrent(target.part))) return readRecurrent(where, taker, prefix, targets);
  if (targets.length > 1)
    refuse(
      where,
      `names.${path}`,
      'list recurrent layers only',
      targets.map((target) => target.label),
    );
  return readPlain(where, taker, prefix, part, label);
}

/** Takes an array if the layer has its parameter; refuses it otherwise. */
function takeOrRefuse(
  where: string,
  taker: Taker,
  name: string,
  part: Pick<Buildable, 'dtype'>,
  label: string,
  what: string,
  shape: readonly number[] | undefined,
): FloatArray | undefined {
  const has = taker.has(name);
  const [given, left] = OPTION[what] ?? ['', ''];
  if (shape === undefined) {
    if (has) differ(where, name, `be absent, as ${label} has no ${what}`, 'an array', `Build ${label} with ${given}`);
    return undefined;
  }
  if (!has && left !== '')
    differ(
      where,
      name,
      `contain the ${what} of ${label}`,
      'no array of this name',
      `If the module has none, build ${label} with ${left}`,
    );
  return taker.take(name, shape, part.dtype);
}

function differ(where: string, name: string, expected: string, received: string, remedy: string): never {
  throw new FormatError({ where, argument: shortName(name), expected, received, remedy });
}

function readRecurrent(where: string, taker: Taker, prefix: string, targets: readonly Target[]): Assignment[] {
  const single = taker.has(`${prefix}weight_ih`) && !taker.has(`${prefix}weight_ih_l0`);
  const places = cellsOf(where, targets, single);
  const assignments = places.flatMap((place) => readCell(where, taker, prefix, place));
  const more = `${prefix}weight_ih_l${targets.length}`;
  if (!single && taker.has(more)) {
    differ(
      where,
      more,
      `be absent, as the module has ${targets.length === 1 ? 'one layer' : `${targets.length} layers`} here`,
      'an array',
      'List a layer for each of its own, from the first to the last',
    );
  }
  const back = `${prefix}weight_ih_l0_reverse`;
  if (taker.has(back) && !places.some(({ ending }) => ending.endsWith('_reverse'))) {
    differ(
      where,
      back,
      `be absent, as ${targets[0]!.label} has one direction`,
      'an array',
      'Build it as a Bidirectional of two layers',
    );
  }
  const zeros = targets.flatMap(({ part }) => initialStates(part));
  return [
    ...assignments,
    ...zeros.map((parameter) => ({ parameter, values: allocate(parameter.value.dtype, parameter.size) })),
  ];
}

function readCell(where: string, taker: Taker, prefix: string, { cell, ending, label }: CellPlace): Assignment[] {
  const layout = layoutOf(where, label, cell);
  const shapes = gateShapes(cell, layout);
  const { names } = cell.parameters;
  const arrays = ARRAYS.map(([what, name]) => {
    const has = names.includes(what === 'recurrentBias' ? 'bias' : what);
    const shape = has ? shapes[what] : undefined;
    return [what, takeOrRefuse(where, taker, prefix + name + ending, cell, label, what, shape)] as const;
  });
  return readGates(cell, layout, Object.fromEntries(arrays) as unknown as GateArrays);
}

function readPlain(where: string, taker: Taker, prefix: string, part: Buildable, label: string): Assignment[] {
  const known = Object.hasOwn(PLAIN, part.kind) ? PLAIN[part.kind]! : refuseKind(where, part, label);
  return Object.entries(known).flatMap(([own, { name, isTurned }]) => {
    const parameter = part.parameters.names.includes(own) ? part.parameters.get(own) : undefined;
    const shape = parameter?.value.shape;
    const theirs = shape !== undefined && isTurned ? [...shape].reverse() : shape;
    const taken = takeOrRefuse(where, taker, prefix + name, part, label, own, theirs);
    if (parameter === undefined || taken === undefined) return [];
    return [{ parameter, values: isTurned ? turned(taken, theirs!) : taken }];
  });
}
