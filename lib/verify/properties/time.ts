// Properties along the time axis.

import fc from 'fast-check';
import { assign } from '../../tensor/ndarray-like.ts';
import { expectBits, expectEqual } from '../expect-equal.ts';
import { backward, forward } from '../recurrent-case.ts';
import { empty, joinedSteps, slice, steps } from '../views.ts';
import { type Context, cases, drawnProperty, type Properties, passProperty } from './property.ts';

/** Returns the properties along the time axis. */
export function timeProperties(context: Context): Properties {
  return {
    'two segments with a carried state give the same bits as one run': segments(context),
    'the output of the last step is the output without returnSequences': lastStep(context),
    'a transposed view of a time-major input gives the same bits': timeMajor(context),
    'a second run and a second backward pass give the same bits': repeatable(context),
  };
}

/** Runs the backward pass of the second segment first, so that sums over time run from the last step to the first. */
function segments(context: Context): Properties[string] {
  const passes = cases(context).filter(({ shape }) => shape.T > 1);
  return drawnProperty(
    passes,
    ({ shape }) => fc.integer({ min: 1, max: shape.T - 1 }),
    (pass, cut) => {
      const { x, dy, dState, initialState, shape } = pass;
      const rest = shape.T - cut;
      const whole = pass.run();
      const layer = pass.layer();
      const first = forward(layer, steps(x, 0, cut), initialState);
      const second = forward(layer, steps(x, cut, rest), first.state);
      expectBits('output', joinedSteps(first.output, second.output), whole.output);
      expectBits('final state', second.state, whole.state);

      const late = backward(layer, steps(dy, cut, rest), dState);
      forward(layer, steps(x, 0, cut), initialState);
      const early = backward(layer, steps(dy, 0, cut), late.dInitialState, true);
      expectEqual('dx', joinedSteps(early.dx, late.dx), whole.dx);
      expectEqual('dInitialState', early.dInitialState, whole.dInitialState);
      expectEqual('gradient of', early.gradients, whole.gradients);
    },
  );
}

function lastStep(context: Context): Properties[string] {
  return passProperty(cases(context), (pass) => {
    const { x, initialState, shape, dState } = pass;
    const last = slice(pass.dy, 1, shape.T - 1);
    const dy = empty(pass.dy, pass.dy.shape);
    assign(slice(dy, 1, shape.T - 1), last);
    const all = pass.with({ dy }).run();
    const layer = pass.layer(false);
    const one = forward(layer, x, initialState);
    expectBits('output', one.output, slice(all.output, 1, shape.T - 1));
    expectBits('final state', one.state, all.state);
    const { dx, dInitialState, gradients } = backward(layer, last, dState);
    expectEqual('dx', dx, all.dx);
    expectEqual('dInitialState', dInitialState, all.dInitialState);
    expectEqual('gradient of', gradients, all.gradients);
  });
}

function timeMajor(context: Context): Properties[string] {
  return passProperty(cases(context), (pass) => {
    const x = pass.x.transpose(1, 0, 2).copy().transpose(1, 0, 2);
    const dy = pass.dy.transpose(1, 0, 2).copy().transpose(1, 0, 2);
    const { gradients, ...results } = pass.with({ x, dy }).run();
    const { gradients: expected, ...others } = pass.run();
    for (const name of ['output', 'state', 'dx', 'dInitialState'] as const) {
      expectBits(name, results[name], others[name]);
    }
    expectBits('gradient of', gradients, expected);
  });
}

function repeatable(context: Context): Properties[string] {
  return passProperty(cases(context), (pass) => {
    const layer = pass.layer();
    const first = forward(layer, pass.x, pass.initialState);
    const gradients = backward(layer, pass.dy, pass.dState);
    const again = backward(layer, pass.dy, pass.dState);
    for (const name of ['dx', 'dInitialState', 'gradients'] as const) {
      expectBits(`second backward: ${name}`, again[name], gradients[name]);
    }
    const second = forward(layer, pass.x, pass.initialState);
    expectBits('second forward: output', second.output, first.output);
    expectBits('second forward: state', second.state, first.state);
  });
}
