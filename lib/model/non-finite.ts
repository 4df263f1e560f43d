import { NonFiniteError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What to do about NaN and infinities in training. */
export type NonFinitePolicy = 'throw' | 'skip' | 'propagate';

/** A tensor by the name the user knows it under. */
export type Named = readonly [name: string, tensor: Tensor];

/** The first entry that is not finite, in words; tensors in the order they came to be. */
export function firstNonFinite(tensors: Iterable<Named>): string {
  for (const [name, tensor] of tensors) {
    const { data } = tensor.copy();
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) return `${data[at]} in ${name} at [${indexOf(at, tensor.shape).join(', ')}]`;
  }
  return 'a loss that is not finite, though every tensor is';
}

/** Refuses the step, naming what was found. */
export function throwNonFinite(where: string, found: string): never {
  throw new NonFiniteError({
    where,
    expected: 'meet finite numbers only',
    received: found,
    remedy:
      "Nothing was updated. Check the data, lower the learning rate or clip by global norm; nonFinite: 'skip' leaves such steps out",
  });
}

function indexOf(at: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = at;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}
