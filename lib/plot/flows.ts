import { refuse, requireInteger } from '../checks.ts';
import type { FlowRecord, GradientFlow, LayerFlow, ParameterFlow } from '../flow/gradient-flow.ts';
import { requireString } from './options.ts';
import { requireArray, requireList, requireObject, withNumbers } from './requirements.ts';

/** Returns `value` when it is what `gradientFlow` returns, as far as all drawings of it go. */
export function requireFlow(where: string, argument: string, value: GradientFlow): GradientFlow {
  const flow = requireObject(where, argument, value, 'be what gradientFlow returned');
  const layers = requireArray(where, `${argument}.layers`, flow.layers, 'layers');
  return { ...flow, layers: layers.map((layer, i) => requireLayer(where, `${argument}.layers[${i}]`, layer)) };
}

/** Returns `value` when it is the flow through one layer; its parts are checked where they are drawn. */
export function requireLayer(where: string, argument: string, value: LayerFlow): LayerFlow {
  const layer = requireObject(where, argument, value, 'be the flow of a layer, such as flow.layers[0]');
  requireString(where, `${argument}.name`, layer.name);
  return layer;
}

/** Norms of Jacobians by state; each entry is checked where it is drawn. */
export function requireJacobians(
  where: string,
  argument: string,
  jacobians: LayerFlow['jacobians'],
): LayerFlow['jacobians'] {
  const found = requireObject(where, argument, jacobians, 'hold norms by state');
  return Object.fromEntries(
    Object.entries(found).map(([state, list]) => [state, requireArray(where, `${argument}.${state}`, list, 'norms')]),
  );
}

/** A layer with gradients of states, their sizes and their decay. */
export function requireStates(where: string, argument: string, layer: LayerFlow): LayerFlow {
  requireInteger(where, `${argument}.T`, layer.T);
  requireInteger(where, `${argument}.B`, layer.B);
  const given = requireObject(where, `${argument}.decay`, layer.decay, 'be { rate, horizon }');
  const decay = withNumbers(where, `${argument}.decay`, given, ['rate', 'horizon']);
  const at = `${argument}.stateGradients`;
  const stateGradients = requireObject(where, at, layer.stateGradients, 'hold a tensor for each state');
  if (Object.keys(stateGradients).length === 0) refuse(where, at, 'hold a state', stateGradients);
  return { ...layer, decay, stateGradients };
}

/** The parameters of a flow, by name; their histograms are checked where they are drawn. */
export function requireParameters(where: string, argument: string, { parameters }: GradientFlow): ParameterFlow[] {
  const list = requireArray(where, `${argument}.parameters`, parameters, 'parameters');
  return list.map((each, i) => {
    const at = `${argument}.parameters[${i}]`;
    const parameter = requireObject(where, at, each, 'be { name, values, gradients }');
    requireString(where, `${at}.name`, parameter.name);
    return parameter;
  });
}

/** Returns `value` when it is what `recordFlow` kept, in the order of its steps. */
export function requireRecords(where: string, argument: string, value: readonly FlowRecord[]): readonly FlowRecord[] {
  let last = -1;
  return requireList(where, argument, value, 'records of the flow, { step, flow }').map((record, i) => {
    const at = `${argument}[${i}]`;
    const { step, flow } = requireObject(where, at, record, 'be a record of the flow, { step, flow }');
    last = requireInteger(where, `${at}.step`, step, last + 1);
    return { step, flow: requireFlow(where, `${at}.flow`, flow) };
  });
}
