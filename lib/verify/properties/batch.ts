// Properties along the batch axis.

import fc from 'fast-check';
import { assign } from '../../tensor/ndarray-like.ts';
import { expectBits, expectClose } from '../expect-equal.ts';
import { type PassResult, rowsOf } from '../recurrent-case.ts';
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

/** Returns the properties along the batch axis. */
export function batchProperties(context: Context): Properties {
  return {
    'permuted rows give the same results, permuted': permutedRows(context),
    'a row gives the same bits alone as in a batch': rowAlone(context),
    'NaN in a row does not affect other rows': contained(context),
    'the gradient of a batch is the sum of the gradients of its rows': summedRows(context),
  };
}

/** Requires that row k of `actual` has the bits of row `numbers[k]` of `expected`. */
function expectRows(actual: PassResult, expected: PassResult, numbers: readonly number[]): void {
  for (const name of ['output', 'dx'] as const) expectBits(name, actual[name], reordered(expected[name], 0, numbers));
  for (const name of ['state', 'dInitialState'] as const) {
    expectBits(
      name,
      actual[name],
      mapNamed(expected[name], (state) => reordered(state, 0, numbers)),
    );
  }
}

function permutedRows(context: Context): Properties[string] {
  return drawnProperty(
    cases(context),
    ({ shape }) => order(shape.B),
    (pass, numbers) => expectRows(rowsOf(pass, numbers).run(), pass.run(), numbers),
  );
}

function rowAlone(context: Context): Properties[string] {
  return drawnProperty(
    cases(context),
    ({ shape }) => fc.nat(shape.B - 1),
    (pass, row) => expectRows(rowsOf(pass, [row]).run(), pass.run(), [row]),
  );
}

function contained(context: Context): Properties[string] {
  const passes = cases(context).filter(({ shape }) => shape.B > 1);
  return drawnProperty(
    passes,
    ({ shape }) => fc.nat(shape.B - 1),
    (pass, row) => {
      const x = pass.x.copy();
      const poisoned = slice(x, 0, row);
      assign(
        poisoned,
        mapElements(poisoned, () => Number.NaN),
      );
      const others = Array.from({ length: pass.shape.B }, (_, k) => k).filter((k) => k !== row);
      const kept = (result: PassResult): PassResult => ({
        ...result,
        output: reordered(result.output, 0, others),
        dx: reordered(result.dx, 0, others),
        state: mapNamed(result.state, (state) => reordered(state, 0, others)),
        dInitialState: mapNamed(result.dInitialState, (state) => reordered(state, 0, others)),
      });
      expectRows(kept(pass.with({ x }).run()), pass.run(), others);
    },
  );
}

function summedRows(context: Context): Properties[string] {
  return passProperty(cases(context, TAME), (pass) => {
    const { gradients, output } = pass.run();
    fc.pre(allFinite({ output, ...gradients }));
    const singles = Array.from({ length: pass.shape.B }, (_, row) => rowsOf(pass, [row]).run().gradients);
    const sums = mapNamed(gradients, (gradient, name) => {
      const sum = mapElements(gradient, () => 0);
      for (const single of singles) {
        sum.data.forEach((value, k) => {
          sum.data[k] = value + single[name]!.data[k]!;
        });
      }
      return sum;
    });
    expectClose('gradient of', gradients, sums, roundingTolerance(context));
  });
}
