// Properties of the size of states.

import type { IProperty } from 'fast-check';
import { assign } from '../../tensor/ndarray-like.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { elementsOf } from '../elements.ts';
import { expectEqual, PropertyError } from '../expect-equal.ts';
import type { RecurrentCase } from '../recurrent-case.ts';
import type { Named, RecurrentLayer } from '../recurrent-layer.ts';
import { empty, mapElements, mapNamed, slice } from '../views.ts';
import { type Context, cases, type Properties, passProperty } from './property.ts';

const { abs, max } = Math;

/** Kinds of cells with known bounds of their states. */
export type CellKind = 'lstm' | 'gru' | 'tanh' | 'other';

/** The activations of LSTM and GRU without options. */
const USUAL: Readonly<Record<string, string>> = {
  input: 'sigmoid',
  forget: 'sigmoid',
  output: 'sigmoid',
  reset: 'sigmoid',
  update: 'sigmoid',
  candidate: 'tanh',
  c: 'tanh',
};

/**
 * The kind of a cell, by the names of its gates. A cell with one gate is a tanh cell if its `activation` is tanh. Cells with
 * other activations or a clip have other bounds.
 */
export function kindOf({ cell }: RecurrentLayer): CellKind {
  const { activations, clip } = cell as {
    readonly activations?: Readonly<Record<string, string>>;
    readonly clip?: unknown;
  };
  const gates = cell.gates.join();
  const gated = cell.gates.length > 1;
  if (clip !== undefined && gated) return 'other';
  if (gated && Object.entries(activations ?? {}).some(([name, activation]) => USUAL[name] !== activation))
    return 'other';
  if (gates === 'input,forget,candidate,output') return 'lstm';
  if (gates === 'reset,update,candidate') return 'gru';
  return (cell as { readonly activation?: unknown }).activation === 'tanh' ? 'tanh' : 'other';
}

/** Returns the properties of the bounds of a kind of cell. */
export function boundProperties(context: Context, kind: CellKind, biased: boolean): Properties {
  const bounds: Record<string, IProperty<unknown>> = {};
  if (kind === 'lstm' || kind === 'tanh') bounds['outputs stay within [−1, 1]'] = within(context, () => 1);
  if (kind === 'gru') bounds['outputs are at most 1, or the largest initial state'] = within(context, largestState);
  if (kind === 'lstm' && biased) bounds['an open forget gate and a closed input gate keep c exactly'] = kept(context);
  if (kind === 'gru' && biased) bounds['a closed update gate keeps h exactly'] = held(context);
  return bounds;
}

function largestState({ initialState }: RecurrentCase): number {
  return elementsOf(initialState.h!).reduce((largest, value) => max(largest, abs(value)), 1);
}

/** Checks a bound. (1−z)·h' + z·h̃ may round up, so each step may exceed it by a few units in the last place. */
function within(context: Context, bound: (pass: RecurrentCase) => number): Properties[string] {
  const ulps = context.layers.dtype === 'float64' ? 2 ** -51 : 2 ** -22;
  return passProperty(cases(context, { special: 'all' }), (pass) => {
    const limit = bound(pass) * (1 + ulps * pass.shape.T);
    const bad = pass.run().output.data.find((value) => !(abs(value) <= limit));
    if (bad !== undefined) throw new PropertyError('output', `stay within ±${limit}`, `${bad}`);
  });
}

/** Biases large enough to saturate the gates, because the weights are small here. */
function saturated(pass: RecurrentCase, gates: Readonly<Record<string, number>>): Named {
  const { cell } = pass.layer();
  const { H } = pass.shape;
  return mapNamed(pass.weights, (array, name) => {
    if (name !== 'bias') return array;
    const bias = array.copy();
    for (const [gate, value] of Object.entries(gates)) {
      const start = cell.gates.indexOf(gate) * H;
      bias.data.fill(value, start, start + H);
    }
    return bias;
  });
}

function everyStep(state: Tensor, like: Tensor): Tensor {
  const repeated = empty(like, like.shape);
  for (let t = 0; t < like.shape[1]!; t++) assign(slice(repeated, 1, t), state);
  return repeated;
}

/** (L4) with f = 1, i = 0: c = c' exactly, and in the backward pass dc' = dc exactly if h has no gradient. */
function kept(context: Context): Properties[string] {
  return passProperty(cases(context, { scale: 1.5 }), (pass) => {
    const weights = saturated(pass, { forget: 1e4, input: -1e4 });
    const dState = { ...pass.dState, h: mapElements(pass.dState.h!, () => 0) };
    const { state, dInitialState } = pass.with({ weights, dState, dy: mapElements(pass.dy, () => 0) }).run();
    expectEqual('c', state.c!, pass.initialState.c!);
    expectEqual('gradient of the initial c', dInitialState.c!, pass.dState.c!);
  });
}

/** (G4) with z = 0: h = h', because z is the share of the new candidate. */
function held(context: Context): Properties[string] {
  return passProperty(cases(context, { scale: 1.5 }), (pass) => {
    const weights = saturated(pass, { update: -1e4 });
    const { output, state } = pass.with({ weights }).run();
    expectEqual('h', state.h!, pass.initialState.h!);
    expectEqual('output', output, everyStep(pass.initialState.h!, output));
  });
}
