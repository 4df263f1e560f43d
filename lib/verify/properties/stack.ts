// Properties of stacked layers.

import fc from 'fast-check';
import { randomNormal } from '../../random/random-tensors.ts';
import { assign, type NdArrayLike } from '../../tensor/ndarray-like.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { arbitraries } from '../arbitraries.ts';
import type { DifferentiableLayer } from '../differentiable.ts';
import { expectBits } from '../expect-equal.ts';
import { type RecurrentLayer, widthOf } from '../recurrent-layer.ts';
import type { Context, Properties } from './property.ts';

/** Stacks layers: `(layers) => new Sequential(layers)`. */
export type MakeStack<L extends RecurrentLayer = RecurrentLayer> = (
  layers: L[],
  dtype: 'float32' | 'float64',
) => DifferentiableLayer;

interface Composable {
  forward(x: NdArrayLike): Tensor;
  backward(dy: NdArrayLike): { readonly dx: Tensor };
}

/** Returns the property of stacked layers. */
export function stackProperties<L extends RecurrentLayer>(
  { layers: { make, dtype }, bounds }: Context,
  stack: MakeStack<L>,
): Properties {
  const passes = arbitraries.shape(bounds).chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      x: arbitraries.sequence(shape, { dtype }),
      seed: fc.nat(1e6),
    }),
  );
  const property = fc.property(passes, ({ shape: { I, H }, x, seed }) => {
    const first = { units: H + 1, inputSize: I, seed, dtype, returnSequences: true };
    const one = make(first);
    const features = widthOf(one, one.cell.states[0]!);
    const second = { units: H, inputSize: features, seed: seed + 1, dtype, returnSequences: false };
    const two = make(second);
    const stacked = stack([make(first), make(second)] as L[], dtype) as unknown as Composable;
    const composed = [one, two] as unknown as [Composable, Composable];
    stacked.forward(x); // builds
    one.build(I);
    two.build(features);
    const parameters = [...(stacked as unknown as DifferentiableLayer).parameters];
    [...one.parameters, ...two.parameters].forEach(({ value }, k) => {
      assign(value, parameters[k]!.value);
    });

    const output = stacked.forward(x);
    expectBits('output', output, composed[1].forward(composed[0].forward(x)));
    const dy = randomNormal(output.shape, { seed, dtype });
    const { dx } = stacked.backward(dy);
    expectBits('dx', dx, composed[0].backward(composed[1].backward(dy).dx).dx);
    [...one.parameters, ...two.parameters].forEach(({ gradient }, k) => {
      expectBits(`gradient of ${parameters[k]!.name}`, parameters[k]!.gradient, gradient);
    });
  });
  return { 'a stack gives the same bits as its layers called in turn': property as Properties[string] };
}
