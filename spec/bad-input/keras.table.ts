import { readKeras } from '../../lib/exchange/keras.ts';
import { type BadCall, type CallWith, each } from '../support/bad-values.ts';
import type { Table } from '../support/refusals.ts';

const notBytes = (call: CallWith): BadCall[] =>
  each('bytes', call, [
    undefined,
    null,
    1,
    'bytes',
    [],
    {},
    new ArrayBuffer(8),
    new Float32Array(4),
    new Uint8Array(0),
    new Uint8Array(99),
  ]);

/** Functions of bptt/exchange/keras. */
export const keras: Table = {
  subjects: [{ of: 'readKeras', calls: notBytes((bytes) => readKeras(bytes)) }],
};
