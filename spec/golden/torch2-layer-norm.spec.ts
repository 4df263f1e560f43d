import { LayerNormalization } from '../../lib/index.ts';
import type { Tensor } from '../../lib/tensor/tensor.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly layer: string;
  readonly config: { readonly normalized: number; readonly eps: number; readonly affine: boolean };
  readonly weights: Readonly<Record<string, Tensor>>;
  readonly inputs: { readonly x: Tensor };
  readonly outputs: { readonly y: Tensor };
  readonly upstream: { readonly dy: Tensor };
  readonly grads: Readonly<Record<string, Tensor>>;
}

describeGolden<Case>(
  'torch2/layernorm_embedding.json',
  {
    covers: 'LayerNormalization',
    run: 9,
    leftOut: [{ reason: 'embedding', cases: 6, when: ({ layer }) => layer === 'Embedding' }],
  },
  (each) => {
    each(
      ({ config, weights, inputs, outputs, upstream, grads }, check, dtype) => {
        const { normalized, eps: epsilon, affine } = config;
        const layer = new LayerNormalization({ epsilon, center: affine, scale: affine, dtype }).build(normalized);
        if (affine) {
          layer.parameters.get('gamma').assign(weights.weight!);
          layer.parameters.get('beta').assign(weights.bias!);
        }
        check('y', layer.forward(inputs.x), outputs.y);
        check('dx', layer.backward(upstream.dy).dx, grads.x!);
        if (!affine) return;
        check('dgamma', layer.parameters.get('gamma').gradient, grads.weight!);
        check('dbeta', layer.parameters.get('beta').gradient, grads.bias!);
      },
      ['float64'],
    );
  },
);
