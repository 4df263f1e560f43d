// Turns the gate blocks of other libraries into those of a cell, and back. Nothing else knows the order of gates, the sign
// of the update gate, and where a second bias goes.

import type { Cell } from '../cells/cell.ts';
import { refuse } from '../checks.ts';
import type { Parameter } from '../parameters/parameter.ts';
import { sizeOf } from '../tensor/layout.ts';
import { allocate, type FloatArray } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';

/** How a library lays out the gates of a cell. */
export interface GateLayout {
  /** Our names of its gates, in the order of its blocks of H. Blocks of gates that the cell lacks are not read, and written as 0. */
  readonly gates: readonly string[];
  /** `'rows'`: weights are [G·H, I], as in PyTorch and ONNX; `'columns'`: [I, G·H], as in Keras. */
  readonly blocks: 'rows' | 'columns';
  /** Gates whose weights and biases have the other sign: the update gate where z keeps the old state, 1 − σ(a) = σ(−a). */
  readonly negated?: readonly string[];
  /** The gates of peephole weights in the order of their blocks, if the library has such weights. */
  readonly peepholes?: readonly string[];
}

/** The arrays of one cell of a library, row-major, with the shapes that `gateShapes` returns. */
export interface GateArrays {
  /** Weights on x. */
  readonly kernel: FloatArray;
  /** Weights on h'. */
  readonly recurrentKernel: FloatArray;
  /** The only bias, or that of the input. */
  readonly bias?: FloatArray | undefined;
  /** A second bias, of the recurrent product. */
  readonly recurrentBias?: FloatArray | undefined;
  /** Weights on the cell state. */
  readonly peephole?: FloatArray | undefined;
  /** Weights that project h. */
  readonly projection?: FloatArray | undefined;
}

/** New values of a parameter. */
export interface Assignment {
  readonly parameter: Parameter;
  /** Row-major, in the element type of the parameter. */
  readonly values: FloatArray;
}

/** Sizes of a cell that has parameters. */
interface Sizes {
  /** Units. */
  readonly H: number;
  /** Features of h. */
  readonly K: number;
  /** Features of x. */
  readonly I: number;
}

function sizesOf(cell: Cell): Sizes {
  return { H: cell.units, K: cell.outputWidth, I: cell.inputSize! };
}

/** The shapes of the arrays of a library for a cell; of all that the library may have, whether or not the cell does. */
export function gateShapes(
  cell: Cell,
  { gates, blocks, peepholes = [] }: GateLayout,
): Readonly<Record<keyof GateArrays, readonly number[]>> {
  const { H, K, I } = sizesOf(cell);
  const N = gates.length * H;
  const turned = (rows: number, columns: number) => (blocks === 'rows' ? [columns, rows] : [rows, columns]);
  return {
    kernel: turned(I, N),
    recurrentKernel: turned(K, N),
    bias: [N],
    recurrentBias: [N],
    peephole: [peepholes.length * H],
    projection: turned(H, K),
  };
}

/** Visits elements: a place in our parameter, the place in the library's array, and the factor 1 or −1. */
type Walk = (each: (own: number, other: number, sign: number) => void) => void;

/** Walks over blocks of H columns: those of `ours` in [rows, G·H], and the same ones in the library's array. */
function blocks(H: number, rows: number, ours: readonly string[], theirs: readonly string[], layout: GateLayout): Walk {
  const { negated = [] } = layout;
  const [N, M] = [ours.length * H, theirs.length * H];
  const places = ours.map((gate) => {
    const k = theirs.indexOf(gate);
    return k < 0 ? refuse('GateLayout', 'gates', `contain ${gate}`, theirs) : k * H;
  });
  return (each) => {
    ours.forEach((gate, g) => {
      const sign = negated.includes(gate) ? -1 : 1;
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < H; j++) {
          const column = places[g]! + j;
          each(r * N + g * H + j, layout.blocks === 'rows' ? column * rows + r : r * M + column, sign);
        }
      }
    });
  };
}

/** Walks over a matrix [rows, columns] of ours, which is transposed in the library where blocks are rows. */
function matrix(rows: number, columns: number, layout: GateLayout): Walk {
  return (each) => {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        each(r * columns + c, layout.blocks === 'rows' ? c * rows + r : r * columns + c, 1);
      }
    }
  };
}

/** The parameters of a cell that a library may have, by name. */
function walksOf(cell: Cell, layout: GateLayout): ReadonlyMap<keyof GateArrays, Walk> {
  const { H, K, I } = sizesOf(cell);
  const { gates } = cell;
  const { names } = cell.parameters;
  const of = (rows: number, ours = gates, theirs = layout.gates): Walk => blocks(H, rows, ours, theirs, layout);
  const walks = new Map<keyof GateArrays, Walk>();
  walks.set('recurrentKernel', of(K));
  walks.set('kernel', of(I));
  if (names.includes('bias')) walks.set('bias', of(1));
  if (names.includes('recurrentBias')) walks.set('recurrentBias', of(1, ['candidate']));
  if (names.includes('peephole')) {
    const seeing = gates.filter((gate) => gate !== 'candidate');
    walks.set('peephole', of(1, seeing, layout.peepholes ?? []));
  }
  if (names.includes('projection')) walks.set('projection', matrix(H, K, layout));
  return walks;
}

/**
 * New values of the parameters of a cell, from the arrays of a library. Biases are added up and rounded once; only where
 * the reset gate stands between them, in the candidate of `resetAfter`, both are kept. Assigns nothing yet.
 *
 * @throws ArgumentError for an array that the cell needs and that is missing
 */
export function readGates(cell: Cell, layout: GateLayout, arrays: GateArrays): Assignment[] {
  return [...walksOf(cell, layout)].map(([name, walk]) => {
    const source = arrays[name] ?? refuse('readGates', name, 'be given for this cell', undefined);
    const parameter = cell.parameters.get(name);
    const values = allocate(cell.dtype, parameter.size);
    walk((own, other, sign) => {
      values[own] = sign * source[other]!;
    });
    if (name === 'bias' && arrays.recurrentBias !== undefined) addSecond(cell, layout, values, arrays.recurrentBias);
    return { parameter, values };
  });
}

/** Adds the second bias to the first, except where the cell keeps it apart. */
function addSecond(cell: Cell, layout: GateLayout, values: FloatArray, second: FloatArray): void {
  const H = cell.units;
  const apart = cell.parameters.names.includes('recurrentBias') ? cell.gates.indexOf('candidate') : -1;
  blocks(
    H,
    1,
    cell.gates,
    layout.gates,
    layout,
  )((own, other, sign) => {
    if (Math.floor(own / H) !== apart) values[own] = values[own]! + sign * second[other]!;
  });
}

/**
 * The arrays of a library for a cell. The recurrent bias has the second bias of `resetAfter`, and 0 elsewhere; a library
 * with one bias leaves it out. Without bias, peepholes or projection, these are missing.
 */
export function writeGates(cell: Cell, layout: GateLayout): GateArrays {
  const shapes = gateShapes(cell, layout);
  const empty = (name: keyof GateArrays): FloatArray => allocate(cell.dtype, sizeOf(shapes[name]));
  const written = [...walksOf(cell, layout)].map(([name, walk]) => {
    const [target, source] = [empty(name), cell.parameters.get(name).value.copy().data];
    walk((own, other, sign) => {
      target[other] = sign * source[own]!;
    });
    return [name, target] as const;
  });
  const arrays = Object.fromEntries(written) as unknown as GateArrays;
  return arrays.bias === undefined ? arrays : { recurrentBias: empty('recurrentBias'), ...arrays };
}

/**
 * Gives parameters new values: all of them or, if one is not finite, none.
 *
 * @throws ArgumentError naming the parameter
 */
export function assignAll(where: string, assignments: readonly Assignment[]): void {
  for (const { parameter, values } of assignments) {
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) refuse(where, parameter.name, 'get finite numbers', values[bad]);
  }
  for (const { parameter, values } of assignments)
    parameter.assign(new Tensor({ data: values }, parameter.value.shape));
}
