import { refuse, requireInteger } from '../checks.ts';
import type { FlowRecord, GradientFlow, LayerFlow, ParameterFlow } from '../flow/gradient-flow.ts';
import { requireString } from './options.ts';
import { requireArray, requireList, requireObject, withNumbers } from './requirements.ts';

/** Returns `value` when it is what `gradientFlow` returns, as far as all drawings of it go. */
export function requireFlow(where: string, argument: string, value: GradientFlow): GradientFlow {
  requireObject(where, argument, value, 'be what gradientFlow returned');
  requireArray(where, `${argument}.layers`, value.layers, 'layers').forEach((layer, i) => {
    requireLayer(where, `${argument}.layers[${i}]`, layer);
  });
  return value;
}

/** Returns `value` when it is the flow through one layer; its parts are checked where they are drawn. */
export function requireLayer(where: string, argument: string, value: LayerFlow): LayerFlow {
  requireObject(where, argument, value, 'be the flow of a layer, such as flow.layers[0]');
  requireString(where, `${argument}.name`, value.name);
  return value;
}

/** A layer with gradients of states, their sizes and their decay. */
export function requireStates(where: string, argument: string, layer: LayerFlow): LayerFlow {
  requireInteger(where, `${argument}.T`, layer.T);
  requireInteger(where, `${argument}.B`, layer.B);
  requireObject(where, `${argument}.decay`, layer.decay, 'be { rate, horizon }');
  const decay = withNumbers(where, `${argument}.decay`, layer.decay, ['rate', 'horizon']);
  const at = `${argument}.stateGradients`;
  const states = requireObject(where, at, layer.stateGradients, 'hold a tensor for each state');
  if (Object.keys(states).length === 0) refuse(where, at, 'hold a state', states);
  return { ...layer, decay };
}

/** The parameters of a flow, by name; their histograms are checked where they are drawn. */
export function requireParameters(where: string, argument: string, { parameters }: GradientFlow): ParameterFlow[] {
  const list = requireArray(where, `${argument}.parameters`, parameters, 'parameters');
  list.forEach((each, i) => {
    const at = `${argument}.parameters[${i}]`;
    requireString(where, `${at}.name`, requireObject(where, at, each, 'be { name, values, gradients }').name);
  });
  return list;
}

/** Returns `value` when it is what `recordFlow` kept, in the order of its steps. */
export function requireRecords(where: string, argument: string, value: readonly FlowRecord[]): readonly FlowRecord[] {
  let last = -1;
  requireList(where, argument, value, 'records of the flow, { step, flow }').forEach((record, i) => {
    const at = `${argument}[${i}]`;
    requireObject(where, at, record, 'be a record of the flow, { step, flow }');
    requireInteger(where, `${at}.step`, record.step, last + 1);
    last = record.step;
    requireFlow(where, `${at}.flow`, record.flow);
  });
  return value;
}
