import { expect, jest, test } from '@jest/globals';
import { backend } from '../lib/index.ts';
import { enableWideSimd } from '../lib/node.ts';

// Whether the wide code is there and has the same bits needs a Node that has it: npm run bits.

const major = Number.parseInt(process.versions.node, 10);
const able = major >= 24 && process.arch === 'x64' && process.env.BPTT_KERNELS !== 'reference';

test('enableWideSimd does what this engine can, tells it, and tells the same when it is asked again', () => {
  const result = enableWideSimd();
  expect(result.enabled).toBe(able);
  expect(result.reason).toMatch(able ? /256 bits/ : /wide vectors need|the reference kernels are in use/);
  expect(backend().name === 'wide').toBe(able);
  expect(enableWideSimd()).toEqual(result);
});

test('it comes too late once kernels are chosen, where it would do anything', async () => {
  jest.resetModules();
  const { backend } = await import('../lib/index.ts');
  const { enableWideSimd } = await import('../lib/node.ts');
  backend();
  if (able) expect(() => enableWideSimd()).toThrow('enableWideSimd: the call must come before the first model');
  else expect(enableWideSimd().enabled).toBe(false);
});
