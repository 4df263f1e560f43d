// Whether a version of V8 is trusted to compile these kernels with wide vectors.

import { KERNELS_NAME } from './wasm.generated.ts';
import { EVIDENCE, type Evidence } from './wide-evidence.generated.ts';

/** Whether there is evidence for this version of V8 and the kernels of this package. */
export function isTrusted(version: string, evidence: readonly Evidence[] = EVIDENCE): boolean {
  return evidence.some(({ v8, kernels }) => v8 === version && kernels === KERNELS_NAME);
}
