import { type Values, visitSteps } from '../bptt/visit.ts';
import type { NonFinitePlace } from '../errors.ts';
import type { Begun, Pass } from '../layers/layer.ts';
import type { Overflow } from '../optimizers/trial.ts';
import { indexOf } from '../tensor/layout.ts';
import type { Parameters } from '../tensor/parameters.ts';
import type { FloatArray } from '../tensor/storage.ts';

const { isFinite: isFiniteNumber } = Number;

/**
 * Where a step that met NaN or an infinity came by the first: x, parameters, what each layer computed, the loss, then the
 * gradients from the last layer and step to the first. Goes back once more over a finite forward pass, which gives the
 * same gradients.
 */
export function firstNonFinite(
  parameters: Parameters,
  { pass, input, dOutput }: Begun<Pass>,
  loss: number,
  gradientNorm: number,
): NonFinitePlace {
  const { arena } = parameters;
  let phase: 'forward' | 'backward' = 'forward';
  let found: NonFinitePlace | undefined;
  const visit = (values: Values): void => {
    found ??= placeIn(arena.data, phase, values);
  };
  visitSteps('x', input, visit);
  for (const { name, at, value } of parameters) visit({ kind: 'parameter', name, at, shape: value.shape });
  pass.visitForward(visit);
  if (found === undefined && !isFiniteNumber(loss)) return scalar('forward', 'loss', loss);
  if (found !== undefined) return found;
  phase = 'backward';
  visitSteps('prediction', { ...pass.output, at: dOutput }, visit);
  parameters.zeroGradients();
  pass.backward(dOutput, visit);
  return found ?? scalar('backward', 'global norm', gradientNorm);
}

/** Where an update would have left a parameter or a state that is not finite. */
export function placeOfOverflow({ slot, parameter, index, value }: Overflow): NonFinitePlace {
  const { layer, tensor } = split(parameter, undefined);
  return { ...NOWHERE, phase: 'optimizer', layer, tensor, slot, index, value };
}

const NOWHERE = {
  layer: undefined,
  gate: undefined,
  tensor: undefined,
  slot: undefined,
  step: undefined,
  row: undefined,
  unit: undefined,
  index: undefined,
};

function scalar(phase: 'forward' | 'backward', tensor: string, value: number): NonFinitePlace {
  return { ...NOWHERE, phase, tensor, value };
}

function placeIn(data: FloatArray, phase: 'forward' | 'backward', values: Values): NonFinitePlace | undefined {
  const { at, shape, rowStride = shape.at(-1)! } = values;
  const F = shape.at(-1)!;
  const rows = shape.length === 1 ? 1 : shape[0]!;
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < F; unit++) {
      const value = data[at + row * rowStride + unit]!;
      if (!isFiniteNumber(value)) return placeOf(phase, values, row, unit, value);
    }
  }
  return undefined;
}

function placeOf(
  phase: 'forward' | 'backward',
  { kind, layer, name, step, shape }: Values,
  row: number,
  unit: number,
  value: number,
): NonFinitePlace {
  const place = { ...NOWHERE, phase, value };
  if (kind === 'gate') return { ...place, layer, gate: name, step, row, unit };
  if (kind === 'tensor') return { ...place, layer, tensor: name, step, row, unit };
  return { ...place, ...split(name, layer), index: indexOf(row * shape.at(-1)! + unit, shape) };
}

/** `lstm1.kernel` is the layer's `kernel`; on the way back layers have their own short names and `layer` is known. */
function split(
  name: string,
  layer: string | undefined,
): { readonly layer: string | undefined; readonly tensor: string } {
  const dot = name.lastIndexOf('.');
  return layer === undefined && dot >= 0
    ? { layer: name.slice(0, dot), tensor: name.slice(dot + 1) }
    : { layer, tensor: name };
}
