import type { EncoderDecoder, Tensor } from '../../lib/index.ts';
import { assertGradients } from '../../lib/verify/index.ts';

/** Asserts the gradients of the source and of all parameters of a built model, with random cotangents. */
export function assertPairGradients(model: EncoderDecoder, source: Tensor, target: Tensor, masks: object = {}): void {
  const parameters = [...model.parameters];
  assertGradients(
    {
      variables: { source, ...Object.fromEntries(parameters.map(({ name, value }) => [name, value])) },
      forward: () => ({ y: model.forward(source, target, masks) }),
      backward: ({ y }) => {
        model.parameters.zeroGradients();
        const { dSource } = model.backward(y!);
        return { source: dSource, ...Object.fromEntries(parameters.map(({ name, gradient }) => [name, gradient])) };
      },
    },
    { cotangents: 2 },
  );
}
