// The time steps of a convolution: how many it puts out, and how many precede and follow its input.

/** What precedes and follows the input: nothing, zeros on both sides, or zeros (or the inputs before) at the beginning. */
export type ConvolutionPadding = 'valid' | 'same' | 'causal';

/** The options that decide about time steps. */
export interface ConvolutionShape {
  readonly kernelSize: number;
  readonly dilationRate: number;
  readonly strides: number;
  readonly padding: ConvolutionPadding;
}

/** Time steps before and after the input. */
export interface FramePadding {
  readonly before: number;
  readonly after: number;
  /** How many of those before the input are the last inputs of the run before it, and not zeros. */
  readonly carried: number;
}

/** Time steps from the first tap to the last: (K − 1)·d. */
export function spanOf({ kernelSize, dilationRate }: ConvolutionShape): number {
  return (kernelSize - 1) * dilationRate;
}

/** Whether the output has other time steps than the input. */
export function changesTime(shape: ConvolutionShape): boolean {
  return shape.strides > 1 || (shape.padding === 'valid' && spanOf(shape) > 0);
}

/** Time steps of the output for T of the input; below 1 if the input is too short. */
export function outputSteps(shape: ConvolutionShape, T: number): number {
  const span = shape.padding === 'valid' ? spanOf(shape) : 0;
  return Math.floor((T - span - 1) / shape.strides) + 1;
}

/** Least number of time steps of the input for `steps` of the output. */
export function inputSteps(shape: ConvolutionShape, steps: number): number {
  const span = shape.padding === 'valid' ? spanOf(shape) : 0;
  return (steps - 1) * shape.strides + span + 1;
}

/** What surrounds an input of T time steps. `'same'` divides its zeros as TensorFlow does: the odd one follows. */
export function paddingOf(shape: ConvolutionShape, T: number): FramePadding {
  const { padding, strides } = shape;
  const span = spanOf(shape);
  if (padding === 'valid') return { before: 0, after: 0, carried: 0 };
  if (padding === 'causal') return { before: span, after: 0, carried: strides === 1 ? span : 0 };
  const read = (outputSteps(shape, T) - 1) * strides + span + 1;
  const zeros = Math.max(0, read - T);
  const before = Math.floor(zeros / 2);
  return { before, after: zeros - before, carried: 0 };
}
