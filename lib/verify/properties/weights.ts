// Properties of the pass as a function of the weights.

import fc from 'fast-check';
import type { Tensor } from '../../tensor/tensor.ts';
import { expectBits, expectClose, expectScaled } from '../expect-equal.ts';
import type { PassResult, RecurrentCase } from '../recurrent-case.ts';
import type { Named } from '../recurrent-layer.ts';
import { allFinite, mapElements, mapNamed, reordered, slice } from '../views.ts';
import {
  type Context,
  cases,
  drawnProperty,
  order,
  type Properties,
  passProperty,
  roundingTolerance,
  TAME,
} from './property.ts';

/**
 * Returns the properties of the pass as a function of the weights. The parameters must have the layout of this
 * library's cells: `kernel` [I, G·H], `recurrentKernel` [H, G·H], all others [G·H] or [H].
 *
 * @param alike - whether each state has a feature per unit, so that units can be permuted
 */
export function weightProperties(context: Context, alike: boolean): Properties {
  const scaling = { 'x times 2ᵏ with a kernel times 2⁻ᵏ gives the same bits': scaleTrade(context) };
  if (!alike) return scaling;
  return {
    ...scaling,
    'permuted units give the same results, permuted': permutedUnits(context),
    'units with equal weights have equal outputs and gradients': twinUnits(context),
  };
}

function scaleTrade(context: Context): Properties[string] {
  return drawnProperty(
    cases(context),
    () => fc.integer({ min: 1, max: 8 }),
    (pass, k) => {
      const up = 2 ** k;
      const weights = mapNamed(pass.weights, (w, name) => (name === 'kernel' ? mapElements(w, (v) => v / up) : w));
      const expected = pass.run();
      const actual = pass.with({ weights, x: mapElements(pass.x, (v) => v * up) }).run();
      expectBits('output', actual.output, expected.output);
      expectBits('state', actual.state, expected.state);
      fc.pre(allFinite({ dx: expected.dx, ...expected.gradients }));
      expectScaled('dx', actual.dx, expected.dx, 1 / up);
      expectScaled('dInitialState', actual.dInitialState, expected.dInitialState, 1);
      for (const [name, gradient] of Object.entries(expected.gradients)) {
        expectScaled(`gradient of ${name}`, actual.gradients[name]!, gradient, name === 'kernel' ? up : 1);
      }
    },
  );
}

/** Permutes the units of a parameter: the columns of each gate, and rows that belong to units. */
function reorderUnits(array: Tensor, name: string, units: readonly number[]): Tensor {
  const H = units.length;
  const last = array.shape.length - 1;
  const columns = Array.from({ length: array.shape[last]! }, (_, j) => j - (j % H) + units[j % H]!);
  const moved = reordered(array, last, columns);
  return name === 'recurrentKernel' ? reordered(moved, 0, units) : moved;
}

/** Permutes the units of a whole case. */
function withUnits(pass: RecurrentCase, units: readonly number[]): RecurrentCase {
  return pass.with({
    weights: mapNamed(pass.weights, (w, name) => reorderUnits(w, name, units)),
    dy: reordered(pass.dy, 2, units),
    initialState: mapNamed(pass.initialState, (state) => reordered(state, 1, units)),
    dState: mapNamed(pass.dState, (state) => reordered(state, 1, units)),
  });
}

function permutedUnits(context: Context): Properties[string] {
  return drawnProperty(
    cases(context, TAME),
    ({ shape }) => order(shape.H),
    (pass, units) => {
      const expected = pass.run();
      const actual = withUnits(pass, units).run();
      fc.pre(allFinite({ output: expected.output, ...expected.gradients }));
      const tolerance = roundingTolerance(context);
      const moved = (states: Named): Named => mapNamed(states, (state) => reordered(state, 1, units));
      expectClose('output', actual.output, reordered(expected.output, 2, units), tolerance);
      expectClose('state', actual.state, moved(expected.state), tolerance);
      expectClose('dx', actual.dx, expected.dx, tolerance);
      expectClose('dInitialState', actual.dInitialState, moved(expected.dInitialState), tolerance);
      const gradients = mapNamed(expected.gradients, (d, name) => reorderUnits(d, name, units));
      expectClose('gradient of', actual.gradients, gradients, tolerance);
    },
  );
}

/** Checks a case in which unit 1 is a copy of unit 0, in all incoming and outgoing weights. */
function twinUnits(context: Context): Properties[string] {
  const passes = cases(context).filter(({ shape }) => shape.H > 1);
  return passProperty(passes, (pass) => {
    const units = Array.from({ length: pass.shape.H }, (_, unit) => (unit === 1 ? 0 : unit));
    const { output, state, dInitialState, gradients }: PassResult = withUnits(pass, units).run();
    expectBits('output of unit 1', slice(output, 2, 1), slice(output, 2, 0));
    for (const [name, array] of Object.entries({ ...state, ...dInitialState })) {
      expectBits(`${name} of unit 1`, slice(array, 1, 1), slice(array, 1, 0));
    }
    const { recurrentKernel } = gradients;
    for (const [name, gradient] of Object.entries(gradients)) {
      expectBits(`gradient of ${name}, unit 1`, reorderUnits(gradient, 'columns', units), gradient);
    }
    if (recurrentKernel !== undefined) {
      expectBits('gradient of recurrentKernel, row 1', slice(recurrentKernel, 0, 1), slice(recurrentKernel, 0, 0));
    }
  });
}
