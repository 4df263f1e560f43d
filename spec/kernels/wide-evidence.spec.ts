import { expect, it } from '@jest/globals';
import { KERNELS_NAME } from '../../lib/kernels/wasm.generated.ts';
import { isTrusted } from '../../lib/kernels/wide-evidence.ts';

const evidence = { v8: '13.6.1', node: '24.0.0', compared: 40, registers: 1, processor: '', date: '' };

it('trusts a version of V8 with evidence for these kernels, and no other version or kernels', () => {
  const list = [{ ...evidence, kernels: KERNELS_NAME }];
  expect(isTrusted('13.6.1', list)).toBe(true);
  for (const other of ['13.6.10', '13.6', '14.6.1', '']) expect(isTrusted(other, list)).toBe(false);
  expect(isTrusted('13.6.1', [{ ...evidence, kernels: `${KERNELS_NAME}0` }])).toBe(false);
  expect(isTrusted('13.6.1', [])).toBe(false);
});
