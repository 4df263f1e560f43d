// The kernel and the bias of an affine map: their descriptions, and where they lie.

import type { ParameterRules, ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { WeightOptions } from '../parameters/weight-options.ts';
import type { Initializer } from '../random/run-initializer.ts';

/** Where the kernel and the bias lie in the arena, and their gradients. */
export interface AffineWeights {
  readonly kernel: number;
  readonly dKernel: number;
  /** Undefined without a bias. */
  readonly bias: number | undefined;
  readonly dBias: number | undefined;
}

/** A layer with a kernel and perhaps a bias. */
interface AffineLayer extends WeightOptions {
  readonly useBias: boolean;
}

/** How kernel and bias begin. */
export interface AffineInitializers {
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
}

/** The kernel of a shape, and a bias as long as its last axis if there is one. */
export function affineSpecs(
  layer: { readonly [N in keyof AffineLayer]: AffineLayer[N] | undefined },
  { kernelInitializer, biasInitializer }: AffineInitializers,
  shape: readonly number[],
): readonly ParameterSpec[] {
  const { kernelRegularizer, kernelConstraint, biasRegularizer, biasConstraint } = layer;
  const ofKernel: ParameterRules = { regularizer: kernelRegularizer, constraint: kernelConstraint };
  const kernel = { name: 'kernel', shape, initializer: kernelInitializer, ...ofKernel };
  if (!layer.useBias) return [kernel];
  const ofBias: ParameterRules = { regularizer: biasRegularizer, constraint: biasConstraint };
  return [kernel, { name: 'bias', shape: [shape.at(-1)!], initializer: biasInitializer, ...ofBias }];
}

/** Where these parameters lie. */
export function affineWeights(parameters: Parameters, useBias: boolean): AffineWeights {
  const kernel = parameters.get('kernel');
  const bias = useBias ? parameters.get('bias') : undefined;
  return { kernel: kernel.at, dKernel: kernel.gradientAt, bias: bias?.at, dBias: bias?.gradientAt };
}
