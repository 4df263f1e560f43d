// Activations of recurrent nodes.

import type { ActivationName } from '../../cells/activations.ts';

/** An activation with its parameters, as a node has it. */
export interface NodeActivation {
  /** Name in ONNX: `Sigmoid`, `HardSigmoid`. */
  readonly name: string;
  /** Parameters, if the activation has any: [alpha] or [alpha, beta]. */
  readonly parameters: readonly number[];
}

/** The parameters of activations that have some, with the defaults of ONNX. */
const PARAMETERS: ReadonlyMap<string, readonly number[]> = new Map([
  ['Affine', [1, 0]],
  ['LeakyRelu', [0.01]],
  ['ThresholdedRelu', [1]],
  ['ScaledTanh', [1, 1]],
  ['HardSigmoid', [0.2, 0.5]],
  ['Elu', [1]],
]);
const OTHERS: readonly string[] = ['Relu', 'Tanh', 'Sigmoid', 'Softsign', 'Softplus'];
const NAMES: ReadonlyMap<string, string> = new Map(
  [...PARAMETERS.keys(), ...OTHERS].map((name) => [name.toLowerCase(), name]),
);

/** Reads the activations of a node. Alphas and betas are those of the activations that have them, in order. */
export function activationsOf(
  names: readonly string[],
  alphas: readonly number[],
  betas: readonly number[],
): NodeActivation[] {
  let [alpha, beta] = [0, 0];
  return names.map((given) => {
    const name = NAMES.get(given.toLowerCase()) ?? given;
    const [a, b] = PARAMETERS.get(name) ?? [];
    const parameters: number[] = [];
    if (a !== undefined) parameters.push(alphas[alpha++] ?? a);
    if (b !== undefined) parameters.push(betas[beta++] ?? b);
    return { name, parameters };
  });
}

/** In words: `HardSigmoid(0.2, 0.5)`. */
export function inWords({ name, parameters }: NodeActivation): string {
  const rounded = parameters.map((value) => Number(value.toPrecision(7)));
  return parameters.length === 0 ? name : `${name}(${rounded.join(', ')})`;
}

/** Our names of activations. float32 holds 0.2 and 1/6 only nearly. */
const OURS: readonly (readonly [name: string, parameters: readonly number[], ours: ActivationName])[] = [
  ['Sigmoid', [], 'sigmoid'],
  ['Tanh', [], 'tanh'],
  ['Relu', [], 'relu'],
  ['Softsign', [], 'softsign'],
  ['HardSigmoid', [0.2, 0.5], 'hardSigmoidFifth'],
  ['HardSigmoid', [1 / 6, 0.5], 'hardSigmoidSixth'],
  ['Affine', [1, 0], 'linear'],
  ['LeakyRelu', [1], 'linear'],
  ['LeakyRelu', [0], 'relu'],
  ['ThresholdedRelu', [0], 'relu'],
  ['ScaledTanh', [1, 1], 'tanh'],
];

/** Our name of an activation; undefined if we do not have it. */
export function ourActivation({ name, parameters }: NodeActivation): ActivationName | undefined {
  const found = OURS.find(
    ([other, values]) =>
      other === name && parameters.every((value, k) => Math.fround(value) === Math.fround(values[k]!)),
  );
  return found?.[2];
}
