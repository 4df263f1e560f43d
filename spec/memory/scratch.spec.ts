import { afterEach, describe, expect, it } from '@jest/globals';
import { defaultBackend, referenceBackend, setDefaultBackend } from '../../lib/kernels/backend.ts';
import { scratchArena } from '../../lib/memory/scratch.ts';

describe('the scratch arena', () => {
  const before = defaultBackend();
  afterEach(() => setDefaultBackend(before));

  it('is shared, and follows the default backend', () => {
    const first = scratchArena();
    expect(scratchArena()).toBe(first);
    setDefaultBackend(referenceBackend('for this spec'));
    const second = scratchArena();
    expect(second).not.toBe(first);
    expect(scratchArena()).toBe(second);
  });
});
