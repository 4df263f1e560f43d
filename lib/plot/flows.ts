// Checks flows and their parts.

import { refuse, requireInteger } from '../checks.ts';
import type { LayerFlow } from '../flow/gradient-flow.ts';
import type { DrawnNorm, DrawnStates } from './drawn.ts';
import { requireString } from './options.ts';
import { requireArray, requireList, requireObject, withNumbers } from './requirements.ts';

const FLOW = 'be a result of gradientFlow';

/** Returns `value` if it is a flow with named layers. The layers are checked when they are drawn. */
export function requireFlow<F extends { readonly layers: readonly Pick<LayerFlow, 'name'>[] }>(
  where: string,
  argument: string,
  value: F,
): F {
  const flow = requireObject(where, argument, value, FLOW);
  const layers = requireArray(where, `${argument}.layers`, flow.layers, 'layers');
  return { ...flow, layers: layers.map((layer, i) => requireLayer(where, `${argument}.layers[${i}]`, layer)) };
}

/** Returns `value` if it is the flow through one layer. Its parts are checked when they are drawn. */
export function requireLayer<L extends Pick<LayerFlow, 'name'>>(where: string, argument: string, value: L): L {
  const layer = requireObject(where, argument, value, 'be the flow of a layer, such as flow.layers[0]');
  requireString(where, `${argument}.name`, layer.name);
  return layer;
}

/** Checks norms of Jacobians by state. Each entry is checked when it is drawn. */
export function requireJacobians<N extends DrawnNorm>(
  where: string,
  argument: string,
  jacobians: Readonly<Record<string, readonly N[]>>,
): Record<string, readonly N[]> {
  const found = requireObject(where, argument, jacobians, 'contain norms by state');
  return Object.fromEntries(
    Object.entries(found).map(([state, list]) => [state, requireArray(where, `${argument}.${state}`, list, 'norms')]),
  );
}

type DrawnLayer = DrawnStates['layers'][number];

/** Checks a layer's state gradients, with their sizes and their decay. */
export function requireStates(where: string, argument: string, layer: DrawnLayer): DrawnLayer {
  requireInteger(where, `${argument}.T`, layer.T);
  requireInteger(where, `${argument}.B`, layer.B);
  const given = requireObject(where, `${argument}.decay`, layer.decay, 'be { rate, horizon }');
  const decay = withNumbers(where, `${argument}.decay`, given, ['rate', 'horizon']);
  const at = `${argument}.stateGradients`;
  const stateGradients = requireObject(where, at, layer.stateGradients, 'contain a tensor for each state');
  if (Object.keys(stateGradients).length === 0) refuse(where, at, 'contain a state', stateGradients);
  return { ...layer, decay, stateGradients };
}

/** Checks the parameters of a flow, by name. Their histograms are checked when they are drawn. */
export function requireParameters<P extends { readonly name: string }>(
  where: string,
  argument: string,
  { parameters }: { readonly parameters: readonly P[] },
): P[] {
  const list = requireArray(where, `${argument}.parameters`, parameters, 'parameters');
  return list.map((each, i) => {
    const at = `${argument}.parameters[${i}]`;
    const parameter = requireObject(where, at, each, 'be { name, values, gradients }');
    requireString(where, `${at}.name`, parameter.name);
    return parameter;
  });
}

/**
 * Returns `value` if it is a list of records of `recordFlow`, in the order of their steps. `check` checks each flow.
 */
export function requireRecords<F extends object>(
  where: string,
  argument: string,
  value: readonly { readonly step: number; readonly flow: F }[],
  check: (argument: string, flow: F) => F = (at, flow) => requireObject(where, at, flow, FLOW),
): { readonly step: number; readonly flow: F }[] {
  let last = -1;
  return requireList(where, argument, value, 'records of the flow, { step, flow }').map((record, i) => {
    const at = `${argument}[${i}]`;
    const { step, flow } = requireObject(where, at, record, 'be a record of the flow, { step, flow }');
    last = requireInteger(where, `${at}.step`, step, last + 1);
    return { step, flow: check(`${at}.flow`, flow) };
  });
}
