// Properties of passes with a mask.

import fc from 'fast-check';
import { assign } from '../../tensor/ndarray-like.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { arbitraries } from '../arbitraries.ts';
import { expectBits, expectEqual } from '../expect-equal.ts';
import { forward, type PassResult, type RecurrentCase, rowsOf } from '../recurrent-case.ts';
import { mapElements, mapNamed, reordered, slice } from '../views.ts';
import { type Context, cases, drawnProperty, type Properties } from './property.ts';

type Mask = readonly (readonly boolean[])[];

/** Returns the properties of passes with a mask. */
export function maskProperties(context: Context): Properties {
  return {
    'a row without a step that counts returns its initial state': emptyRow(context),
    'what masked steps hold has no influence, NaN included': padding(context),
    'a row has the bits of the row without its masked steps': compactRows(context),
    'a step that is masked in all rows gives the bits of a shorter batch': absentStep(context),
    'a pass with a mask gives the same bits with checkpoints': checkpoints(context),
    'outputs at masked steps hold the last output before them': held(context),
  };
}

const masks = ({ shape }: RecurrentCase): fc.Arbitrary<Mask> => arbitraries.mask(shape);

function emptyRow(context: Context): Properties[string] {
  return drawnProperty(
    cases(context),
    (pass) => fc.record({ mask: masks(pass), row: fc.nat(pass.shape.B - 1) }),
    (pass, { mask, row }) => {
      const empty = mask.map((steps, b) => (b === row ? steps.map(() => false) : steps));
      const { state, dx, dInitialState } = pass.run({ mask: empty, zeroOutputForMask: true });
      for (const [name, initial] of Object.entries(pass.initialState)) {
        expectBits(`state ${name}`, slice(state[name]!, 0, row), slice(initial, 0, row));
        expectEqual(
          `gradient of initial ${name}`,
          slice(dInitialState[name]!, 0, row),
          slice(pass.dState[name]!, 0, row),
        );
      }
      const own = slice(dx, 0, row).copy();
      expectEqual(
        'dx',
        own,
        mapElements(own, () => 0),
      );
    },
  );
}

/** Replaces the elements of masked steps of [B, T, F]. */
function filled(array: Tensor, mask: Mask, value: number): Tensor {
  const copy = array.copy();
  const width = array.shape[2]!;
  mask.flat().forEach((counts, k) => {
    if (!counts) copy.data.fill(value, k * width, (k + 1) * width);
  });
  return copy;
}

function padding(context: Context): Properties[string] {
  return drawnProperty(
    cases(context),
    (pass) => fc.record({ mask: masks(pass), value: fc.constantFrom(Number.NaN, Infinity, 1e30) }),
    (pass, { mask, value }) => {
      const options = { mask, zeroOutputForMask: true };
      const expected = pass.run(options);
      const actual = pass.with({ x: filled(pass.x, mask, value), dy: filled(pass.dy, mask, value) }).run(options);
      expectSame(actual, expected);
      expectBits('output', actual.output, filled(actual.output, mask, 0));
      expectEqual('dx', actual.dx, filled(actual.dx, mask, 0));
    },
  );
}

/** Requires equal bits of all results. */
function expectSame(actual: PassResult, expected: PassResult): void {
  for (const name of ['output', 'state', 'dx', 'dInitialState', 'gradients'] as const) {
    expectBits(name, actual[name], expected[name]);
  }
}

function compactRows(context: Context): Properties[string] {
  return drawnProperty(cases(context), masks, (pass, mask) => {
    const whole = pass.run({ mask, zeroOutputForMask: true });
    for (const [row, steps] of mask.entries()) {
      const times = steps.flatMap((counts, t) => (counts ? [t] : []));
      if (times.length === 0) continue;
      const own = (array: Tensor): Tensor => reordered(array, 0, [row]);
      const { gradients: _, ...alone } = withSteps(rowsOf(pass, [row]), times).run();
      expectBits('output', reordered(own(whole.output), 1, times), alone.output);
      expectBits('dx', reordered(own(whole.dx), 1, times), alone.dx);
      expectBits('state', mapNamed(whole.state, own), alone.state);
      expectBits('dInitialState', mapNamed(whole.dInitialState, own), alone.dInitialState);
    }
  });
}

/** The case with some of its time steps. */
function withSteps(pass: RecurrentCase, times: readonly number[]): RecurrentCase {
  const shape = { ...pass.shape, T: times.length };
  return pass.with({ shape, x: reordered(pass.x, 1, times), dy: reordered(pass.dy, 1, times) });
}

function absentStep(context: Context): Properties[string] {
  const passes = cases(context).filter(({ shape }) => shape.T > 1);
  return drawnProperty(
    passes,
    ({ shape }) => fc.nat(shape.T - 1),
    (pass, absent) => {
      const steps = Array.from({ length: pass.shape.T }, (_, t) => t !== absent);
      const times = steps.flatMap((counts, t) => (counts ? [t] : []));
      const mask = Array.from({ length: pass.shape.B }, () => steps);
      const whole = pass.run({ mask, zeroOutputForMask: true });
      const output = reordered(whole.output, 1, times);
      expectSame({ ...whole, output, dx: reordered(whole.dx, 1, times) }, withSteps(pass, times).run());
    },
  );
}

function checkpoints(context: Context): Properties[string] {
  return drawnProperty(
    cases(context),
    (pass) => fc.record({ mask: masks(pass), checkpoint: fc.integer({ min: 1, max: pass.shape.T }) }),
    (pass, { mask, checkpoint }) => expectSame(pass.run({ mask, checkpoint }), pass.run({ mask })),
  );
}

function held(context: Context): Properties[string] {
  return drawnProperty(cases(context), masks, (pass, mask) => {
    const options = { mask, zeroOutputForMask: true };
    const { output } = forward(pass.layer(), pass.x, pass.initialState, options);
    const expected = output.copy();
    const initial = Object.values(pass.initialState)[0]!;
    for (const [row, steps] of mask.entries()) {
      steps.forEach((counts, t) => {
        if (!counts) assign(expected.pick(row, t), t === 0 ? initial.pick(row) : expected.pick(row, t - 1));
      });
    }
    expectBits('output', forward(pass.layer(), pass.x, pass.initialState, { mask }).output, expected);
    const { output: last } = forward(pass.layer(false), pass.x, pass.initialState, { mask });
    expectBits('last output', last, slice(expected, 1, pass.shape.T - 1));
  });
}
