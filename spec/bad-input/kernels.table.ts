import { useKernels } from '../../lib/index.ts';
import { enableWideSimd, type WideSimdOptions } from '../../lib/node.ts';
import { each, notInteger, notOneOf } from '../support/bad-values.ts';
import type { Table } from '../support/refusals.ts';

const noModules = [undefined, null, 0, 1n, true, 'kernels', [], {}, () => ({}), new Uint8Array(8), Promise.resolve()];

const withOptions = (options: WideSimdOptions): unknown => enableWideSimd(options);

export const kernels: Table = {
  subjects: [
    { of: 'useKernels', calls: each('module', (module) => useKernels(module), noModules) },
    {
      of: 'enableWideSimd',
      withOptions,
      calls: [
        ...notOneOf('trust', (trust) => withOptions({ trust }), 'Any', 'all'),
        ...notInteger('timeout', (timeout) => withOptions({ timeout }), 0, -1, 2 ** 31),
      ],
    },
  ],
};
