import { Conv1D, type ConvolutionPadding } from '../../lib/index.ts';
import type { Tensor } from '../../lib/tensor/tensor.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Case extends GoldenCase {
  readonly config: Readonly<Record<'out_channels' | 'kernel_size' | 'stride' | 'dilation', number>> & {
    readonly padding: ConvolutionPadding;
    readonly bias: boolean;
  };
  readonly weights: Readonly<Record<string, Tensor>>;
  readonly inputs: { readonly x: Tensor };
  readonly outputs: { readonly y: Tensor };
  readonly upstream: { readonly dy: Tensor };
  readonly grads: Readonly<Record<string, Tensor>>;
}

describeGolden<Case>('torch2/conv1d.json', { covers: 'Conv1D', run: 15 }, (each) => {
  each(
    ({ config, weights, inputs, outputs, upstream, grads }, check, dtype) => {
      const { out_channels: filters, kernel_size: kernelSize, stride: strides, dilation: dilationRate } = config;
      const { padding, bias: useBias } = config;
      const layer = new Conv1D({ filters, kernelSize, strides, dilationRate, useBias, padding, dtype });
      layer.build(inputs.x.shape[1]!);
      layer.parameters.get('kernel').assign(weights.weight!.transpose(2, 1, 0));
      if (useBias) layer.parameters.get('bias').assign(weights.bias!);
      check('y', layer.forward(inputs.x.transpose(0, 2, 1)).transpose(0, 2, 1), outputs.y);
      check('dx', layer.backward(upstream.dy.transpose(0, 2, 1)).dx.transpose(0, 2, 1), grads.x!);
      check('dkernel', layer.parameters.get('kernel').gradient.transpose(2, 1, 0), grads.weight!);
      if (useBias) check('dbias', layer.parameters.get('bias').gradient, grads.bias!);
    },
    ['float64'],
  );
});
