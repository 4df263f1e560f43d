// The layers that a layer or a model is made of.

import type { SignalShape } from '../engine/signal.ts';
import type { ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { Part } from './layer-description.ts';

/** An input of any number of rows and time steps. */
export function anyInput(inputSize: number): SignalShape {
  return { T: Number.NaN, B: Number.NaN, F: inputSize };
}

/** The parameters of parts, named after them: `branch1.gru1.kernel`. */
export function specsOf(parts: readonly Part[]): ParameterSpec[] {
  return parts.flatMap(({ path, layer, input }) =>
    layer.parameterSpecs(input.F).map((spec) => ({ ...spec, name: [...path, spec.name].join('.') })),
  );
}

/** Gives parts their parameters. */
export function attachParts(parts: readonly Part[], parameters: Parameters): void {
  for (const { path, layer, input } of parts) layer.attach(parameters.within(`${path.join('.')}.`), input.F);
}
