import { useKernels } from '../../lib/index.ts';
import { each } from '../support/bad-values.ts';
import type { Table } from '../support/refusals.ts';

const noModules = [undefined, null, 0, 1n, true, 'kernels', [], {}, () => ({}), new Uint8Array(8), Promise.resolve()];

export const kernels: Table = {
  subjects: [{ of: 'useKernels', calls: each('module', (module) => useKernels(module), noModules) }],
};
