// Properties of the backward pass as a function of the output's gradient.

import fc from 'fast-check';
import type { Tensor } from '../../tensor/tensor.ts';
import { expectClose, expectEqual, expectScaled } from '../expect-equal.ts';
import { backward, forward, type PassResult, type RecurrentCase } from '../recurrent-case.ts';
import { allFinite, mapElements, mapNamed, reordered } from '../views.ts';
import {
  type Context,
  cases,
  drawnProperty,
  type Properties,
  passProperty,
  roundingTolerance,
  TAME,
} from './property.ts';

/** Returns the properties of the backward pass as a function of the output's gradient. */
export function cotangentProperties(context: Context): Properties {
  return {
    'an output gradient times a power of two gives exactly that multiple of all gradients': scaled(context),
    'the sum of two output gradients gives the sum of their gradients': additive(context),
    'an output gradient of zeros gives zero gradients': zero(context),
  };
}

type Gradients = Pick<PassResult, 'dx' | 'dInitialState' | 'gradients'>;

function withGradient(pass: RecurrentCase, change: (array: Tensor) => Tensor): RecurrentCase {
  return pass.with({ dy: change(pass.dy), dState: mapNamed(pass.dState, change) });
}

function compareAll(check: (what: string, pick: (g: Gradients) => Gradients[keyof Gradients]) => void): void {
  check('dx', ({ dx }) => dx);
  check('dInitialState', ({ dInitialState }) => dInitialState);
  check('gradient of', ({ gradients }) => gradients);
}

function scaled(context: Context): Properties[string] {
  return drawnProperty(
    cases(context),
    () => fc.integer({ min: -8, max: 8 }),
    (pass, k) => {
      const expected = pass.run();
      fc.pre(allFinite({ output: expected.output, dx: expected.dx, ...expected.gradients }));
      const actual = withGradient(pass, (d) => mapElements(d, (v) => v * 2 ** k)).run();
      fc.pre(allFinite({ dx: actual.dx, ...actual.gradients }));
      compareAll((what, pick) => expectScaled(what, pick(actual), pick(expected), 2 ** k));
    },
  );
}

/** Checks additivity, for the output gradient of the case and the same gradient with permuted rows. */
function additive(context: Context): Properties[string] {
  return passProperty(cases(context, TAME), (pass) => {
    const layer = pass.layer();
    const { output } = forward(layer, pass.x, pass.initialState);
    fc.pre(allFinite({ output }));
    const turned = (d: Tensor): Tensor =>
      reordered(
        d,
        0,
        Array.from({ length: pass.shape.B }, (_, b) => pass.shape.B - 1 - b),
      );
    const other = withGradient(pass, turned);
    const sum = (a: Tensor, b: Tensor): Tensor => {
      const total = a.copy();
      total.data.forEach((value, k) => {
        total.data[k] = value + b.data[k]!;
      });
      return total;
    };
    const one = backward(layer, pass.dy, pass.dState);
    const two = backward(layer, other.dy, other.dState);
    const both = backward(
      layer,
      sum(pass.dy, other.dy),
      mapNamed(pass.dState, (d, name) => sum(d, other.dState[name]!)),
    );
    const tolerance = roundingTolerance(context);
    expectClose('dx', both.dx, sum(one.dx, two.dx), tolerance);
    const added = (a: Gradients['gradients'], b: Gradients['gradients']): Gradients['gradients'] =>
      mapNamed(a, (d, name) => sum(d, b[name]!));
    expectClose('dInitialState', both.dInitialState, added(one.dInitialState, two.dInitialState), tolerance);
    expectClose('gradient of', both.gradients, added(one.gradients, two.gradients), tolerance);
  });
}

function zero(context: Context): Properties[string] {
  return passProperty(cases(context), (pass) => {
    const actual = withGradient(pass, (d) => mapElements(d, () => 0)).run();
    fc.pre(allFinite({ output: actual.output }));
    compareAll((what, pick) => {
      const gradients = pick(actual);
      const zeros =
        'shape' in gradients
          ? mapElements(gradients as Tensor, () => 0)
          : mapNamed(gradients, (d) => mapElements(d, () => 0));
      expectEqual(what, gradients, zeros);
    });
  });
}
