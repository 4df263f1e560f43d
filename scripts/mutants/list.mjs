import { engine } from './engine.mjs';
import { flow } from './flow.mjs';
import { kernels } from './kernels.mjs';
import { policy } from './policy.mjs';
import { steps } from './steps.mjs';

/**
 * A wrong backward pass, optimizer or Jacobian product: one change of one source. `find` has to be in the file exactly
 * once, or `nth` (from 1) says which of several it is; otherwise the mutant is stale.
 *
 * @typedef {{ name: string, find: string, replace: string, nth?: number }} Change
 */

/** @type {(Change & { file: string })[]} */
export const mutants = Object.entries({ ...kernels, ...steps, ...engine, ...policy, ...flow }).flatMap(
  ([file, changes]) => changes.map((change) => ({ ...change, file })),
);
