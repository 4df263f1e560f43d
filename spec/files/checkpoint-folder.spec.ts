import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { folderOn } from '../support/folder-on.ts';
import { SimulatedDisk } from '../support/simulated-disk.ts';

const drawn = fc.record({
  keep: fc.integer({ min: 1, max: 4 }),
  mode: fc.constantFrom('min' as const, 'max' as const),
  values: fc.array(
    fc.oneof(fc.constantFrom(0.1, 0.2, -3, Number.NaN, Infinity, 1e-300, 1e21), fc.constant(undefined)),
    {
      maxLength: 12,
    },
  ),
});

describe('CheckpointFolder', () => {
  test.prop([drawn])('keeps the last ones and the best', async ({ keep, mode, values }) => {
    const host = new SimulatedDisk().host();
    for (const [k, value] of values.entries()) {
      const folder = folderOn(host, '/d', { keep, mode }); // as a new process
      await folder.save(Uint8Array.of(k), value === undefined ? {} : { value });
    }
    const folder = folderOn(host, '/d', { keep, mode });
    const known = values
      .map((value, k) => ({ value: value ?? Number.NaN, k }))
      .filter(({ value }) => Number.isFinite(value));
    const sign = mode === 'min' ? 1 : -1;
    const best = known.reduce<(typeof known)[0] | undefined>(
      (b, v) => (b && sign * b.value <= sign * v.value ? b : v),
      undefined,
    );
    expect([...((await folder.latest()) ?? [])]).toEqual(values.length === 0 ? [] : [values.length - 1]);
    expect([...((await folder.best()) ?? [])]).toEqual(best === undefined ? [] : [best.k]);
    const kept = values.map((_, k) => k).filter((k) => k === best?.k || k >= values.length - keep);
    expect((await folder.names()).map((name) => Number(/\d+/.exec(name)![0]) - 1)).toEqual(kept);
  });

  it('sorts by number, and ignores other files', async () => {
    const disk = new SimulatedDisk();
    const host = disk.host();
    const folder = folderOn(host, '/d', { keep: 20 });
    expect(await folder.latest()).toBeUndefined();
    for (let k = 0; k < 11; k++) await folder.save(Uint8Array.of(k));
    await disk.open('/d/checkpoint-99.txt', 'wx');
    expect((await folder.names()).at(-1)).toBe('checkpoint-11.safetensors');
    expect(await folder.latest()).toEqual(Uint8Array.of(10));
  });
});
