// How near to a kink of relu, of a hard sigmoid or of a clip a pass computes.

import { type ActivationName, activationKinds } from '../../lib/index.ts';
import type { Kernels } from '../../lib/kernels/contract.ts';
import type { Parameters } from '../../lib/parameters/parameters.ts';
import type { DifferentiableLayer } from '../../lib/verify/index.ts';

const { abs, min } = Math;

const KINKS: Partial<Record<ActivationName, readonly number[]>> = {
  relu: [0],
  hardSigmoidFifth: [-2.5, 2.5],
  hardSigmoidSixth: [-3, 3],
};
const BY_KIND = new Map(
  Object.entries(KINKS).map(([name, kinks]) => [activationKinds[name as ActivationName] as number, kinks]),
);

/** The least distance of any pre-activation from a kink while `pass` runs. */
export function distanceFromKinks(layer: DifferentiableLayer, pass: () => unknown): number {
  const { arena } = layer.parameters as Parameters;
  const kernels = arena.kernels as { -readonly [K in keyof Kernels]?: Kernels[K] };
  const prototype = Object.getPrototypeOf(kernels) as Kernels;
  let least = Infinity;
  const measure = (at: number, ld: number, M: number, N: number, kinks: readonly number[]): void => {
    for (let row = 0; row < M; row++) {
      for (let j = 0; j < N; j++) {
        for (const kink of kinks) least = min(least, abs(arena.data[at + row * ld + j]! - kink));
      }
    }
  };
  kernels.activationForward = (kind, y, ldy, a, lda, M, N) => {
    measure(a, lda, M, N, BY_KIND.get(kind) ?? []);
    prototype.activationForward.call(kernels, kind, y, ldy, a, lda, M, N);
  };
  kernels.clamp = (v, ldv, low, high, M, N) => {
    measure(v, ldv, M, N, [low, high]);
    prototype.clamp.call(kernels, v, ldv, low, high, M, N);
  };
  try {
    pass();
  } finally {
    delete kernels.activationForward;
    delete kernels.clamp;
  }
  return least;
}
