// Detects side effects of forward and backward passes.

import type { Tensor } from '../tensor/tensor.ts';
import { type Cotangent, upstreamOf } from './cotangents.ts';
import type { Differentiable } from './differentiable.ts';
import { type Block, elementAt, elementsOf, gather, sameBits } from './elements.ts';
import type { LayerSubject } from './layer-subject.ts';

/** A subject, and the layout of its variables and outputs in flat arrays. */
export interface FlatSubject {
  readonly where: string;
  readonly subject: Differentiable & Partial<Pick<LayerSubject, 'overwritten' | 'release'>>;
  readonly variables: readonly Block[];
  readonly outputs: readonly Block[];
  readonly inputs: number;
  readonly size: number;
}

/** Runs `subject.forward` and copies all outputs to a flat array. */
export function outputsOf({ where, subject, outputs }: FlatSubject, into: Float64Array): Float64Array {
  return gather(`${where}: subject.forward`, outputs, subject.forward(), into);
}

/** Runs `subject.backward` and returns the gradients of all variables in a flat array. */
export function gradientsOf(flat: FlatSubject, upstream: Readonly<Record<string, Tensor>>): Float64Array {
  const { where, subject, variables, inputs } = flat;
  return gather(`${where}: subject.backward`, variables, subject.backward(upstream), new Float64Array(inputs));
}

/**
 * Detects side effects of a pass: outputs that differ from run to run, changed variables or upstream gradients, a
 * second backward pass with other bits, and gradients that are overwritten instead of accumulated.
 */
export function sideEffects(flat: FlatSubject, cotangent: Cotangent): string[] {
  const { subject, outputs, size } = flat;
  const guard = variableGuard(flat);
  const first = outputsOf(flat, new Float64Array(size));
  const second = outputsOf(flat, new Float64Array(size));
  let problems = guard('forward');
  if (!sameBits(first, second)) {
    problems.push('forward gives other bits when called again: it is random, or carries a state over');
  }
  const upstream = upstreamOf(cotangent, outputs);
  const once = gradientsOf(flat, upstream);
  problems = [...problems, ...guard('backward')];
  if (!sameBits(cotangent.weights, gather('', outputs, upstream, new Float64Array(size)))) {
    problems.push('backward changes its argument, the gradient of the outputs');
  }
  problems = [...problems, ...unrepeatable(flat, once, gradientsOf(flat, upstreamOf(cotangent, outputs)))];
  outputsOf(flat, new Float64Array(size));
  for (const name of subject.overwritten?.(upstreamOf(cotangent, outputs)) ?? []) {
    problems.push(`backward overwrites the gradient of "${name}" instead of accumulating it`);
  }
  return problems;
}

function unrepeatable({ variables }: FlatSubject, once: Float64Array, again: Float64Array): string[] {
  return variables
    .filter(({ start, size }) => !sameBits(once.slice(start, start + size), again.slice(start, start + size)))
    .map(({ name }) => `backward called twice gives other bits for "${name}": it changes what forward saved`);
}

/** Returns a function that lists and restores the variables that have changed since. */
function variableGuard({ subject }: FlatSubject): (method: string) => string[] {
  const before = Object.entries(subject.variables).map(([name, array]) => ({ name, array, saved: elementsOf(array) }));
  return (method) =>
    before
      .filter(({ array, saved }) => !sameBits(elementsOf(array), saved))
      .map(({ name, array, saved }) => {
        saved.forEach((value, k) => {
          array.data[elementAt(array, k)] = value;
        });
        return `${method} changes the variable "${name}"`;
      });
}
