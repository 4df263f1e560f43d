import { progressBar } from '../../lib/index.ts';
import { notBoolean, notFunction, notInteger } from '../support/bad-values.ts';
import type { Table } from '../support/refusals.ts';

export const progress: Table = {
  subjects: [
    {
      of: 'progressBar',
      withOptions: (options) => progressBar(options),
      calls: [
        ...notFunction('write', (write) => progressBar({ write })),
        ...notBoolean('interactive', (interactive) => progressBar({ interactive })),
        ...notInteger('width', (width) => progressBar({ width }), 0, -1, 1001),
      ],
    },
  ],
};
