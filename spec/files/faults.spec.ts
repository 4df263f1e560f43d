import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { StateError } from '../../lib/errors.ts';
import { FileError } from '../../lib/files/file-error.ts';
import type { Host } from '../../lib/files/host.ts';
import { loadOn, saveOn } from '../../lib/files/save-file.ts';
import { folderOn } from '../support/folder-on.ts';
import { SimulatedDisk } from '../support/simulated-disk.ts';

// The same code as on a real disk, on a simulated one: every operation of a save fails in turn, and the power fails after
// every operation. The old or the new content is there, and never an older one than that of the last save that returned.

/** Content that tells what it is: the number of the save, many times. */
const content = (k: number): Uint8Array => new Uint8Array(40 + k).fill(k);

interface Kind {
  readonly key: string;
  readonly save: (host: Host, k: number) => Promise<void>;
  readonly load: (host: Host) => Promise<Uint8Array | undefined>;
}

const KINDS: Readonly<Record<string, Kind>> = {
  saveFile: {
    key: 'm',
    save: (host, k) => saveOn(host, '/d/m', content(k)),
    load: (host) => loadOn(host, 'loadFile', '/d/m'),
  },
  CheckpointFolder: {
    key: 'checkpoint',
    save: (host, k) => folderOn(host, '/d', { keep: 2 }).save(content(k), { value: Math.abs(k - 2) }),
    load: (host) => folderOn(host, '/d', { keep: 2 }).latest(),
  },
};

/** The number of the save whose content is there; throws for anything else than a whole content. */
async function found({ load }: Kind, disk: SimulatedDisk): Promise<number> {
  const bytes = await load(disk.host());
  if (bytes === undefined) return 0;
  const k = bytes[0]!;
  expect([...bytes]).toEqual([...content(k)]);
  return k;
}

const temporary = (disk: SimulatedDisk): string[] => disk.names.filter((name) => name.endsWith('.tmp'));

/** A disk on which some saves were made. */
async function saved(kind: Kind, count: number): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  for (let k = 1; k <= count; k++) await kind.save(disk.host(), k);
  const again = disk.repaired();
  again.most = 16; // each content takes several writes
  return again;
}

/** The next save works, and removes what writers that died left. */
async function goesOn(kind: Kind, disk: SimulatedDisk): Promise<void> {
  await kind.save(disk.host('2-2'), 9);
  expect(await found(kind, disk)).toBe(9);
  expect(temporary(disk)).toEqual([]);
}

describe.each(Object.entries(KINDS))('%s', (_, kind) => {
  it.each([0, 1, 4])('with every operation failing in turn, after %d saves', async (before) => {
    const whole = await saved(kind, before);
    await kind.save(whole.host(), before + 1);
    const operations = whole.log;
    for (const code of ['EIO', 'ENOSPC', 'EACCES']) {
      for (const persistent of [false, true]) {
        for (let at = 0; at < operations.length; at++) {
          const disk = await saved(kind, before);
          disk.failure = { code, at, persistent };
          const error = await kind.save(disk.host(), before + 1).catch((thrown: unknown) => thrown);
          if (error === undefined)
            expect([code, operations[at]]).toEqual(['EACCES', expect.stringMatching(/folder/)]); // of others
          else {
            expect(error).toBeInstanceOf(FileError);
            expect(error).toMatchObject({ code, message: expect.stringMatching(/allow to [a-z]+ \//) });
          }
          const left = disk.repaired();
          const k = await found(kind, left);
          expect([before, before + 1]).toContain(k);
          if (error === undefined) expect(k).toBe(before + 1);
          if (!persistent) expect(temporary(left)).toEqual([]);
          await goesOn(kind, left);
        }
      }
    }
  });

  it.each([1, 3])('with the power failing after every operation, after %d saves', async (before) => {
    const disk = await saved(kind, before);
    const states: { readonly disk: SimulatedDisk; readonly returned: number }[] = [];
    let returned = before;
    disk.onOperation = () => {
      for (const after of disk.afterPowerLoss()) states.push({ disk: after, returned });
    };
    await kind.save(disk.host(), before + 1);
    returned = before + 1;
    disk.onOperation();
    await kind.save(disk.host(), before + 2);
    expect(states.length).toBeGreaterThan(100);
    for (const state of states) {
      const k = await found(kind, state.disk);
      expect(k).toBeGreaterThanOrEqual(state.returned);
      expect(k).toBeLessThanOrEqual(state.returned + 1);
      await goesOn(kind, state.disk);
    }
  });

  test.prop([fc.integer({ min: 1, max: 50 })])('with writes of at most %d bytes', async (most) => {
    const disk = new SimulatedDisk();
    disk.most = most;
    await kind.save(disk.host(), 1);
    expect(await found(kind, disk)).toBe(1);
    expect(disk.log.filter((what) => what === 'write')).toHaveLength(Math.ceil(41 / most));
  });

  it('with a system that writes nothing: an error, not a loop', async () => {
    const disk = new SimulatedDisk();
    disk.most = 0;
    await expect(kind.save(disk.host(), 1)).rejects.toThrow('the system wrote 0 bytes');
    expect(disk.names).toEqual([]);
  });

  it('refuses a second process, until it has ended', async () => {
    const disk = new SimulatedDisk();
    disk.most = 4; // the first is still writing when the second looks
    let alive = true;
    const second = disk.host('2-5', (identity) => alive && identity === '1-1');
    let attempt: Promise<unknown> = Promise.resolve();
    disk.onOperation = () => {
      if (disk.log.at(-1) !== 'write') return;
      disk.onOperation = () => {};
      attempt = kind.save(second, 2).catch((error: unknown) => error);
    };
    await kind.save(disk.host(), 1);
    expect(await attempt).toBeInstanceOf(StateError);
    expect(String(await attempt)).toContain('a file that pid 1 is writing: /d/');
    expect(temporary(disk)).toEqual([]);
    expect(await found(kind, disk)).toBe(1);
    const left = disk.repaired();
    await left.open(`/d/${kind.key}.1-1-77.tmp`, 'wx'); // the first dies while it writes
    const host = left.host('2-5', (identity) => alive && identity === '1-1');
    await expect(kind.save(host, 4)).rejects.toThrow(StateError);
    expect(temporary(left)).toHaveLength(1);
    alive = false;
    await kind.save(host, 4);
    expect(await found(kind, left)).toBe(4);
    expect(temporary(left)).toEqual([]);
  });

  it('lets saves of one process wait for each other, and saves the bytes of the call', async () => {
    const disk = new SimulatedDisk();
    const host = disk.host();
    const saves = [1, 2, 3].map((k) => kind.save(host, k));
    await Promise.all(saves);
    expect(await found(kind, disk)).toBe(3);
    expect(temporary(disk)).toEqual([]);
  });
});

it('leaves files of others alone', async () => {
  const disk = new SimulatedDisk();
  const host = disk.host();
  const others = ['m.9-9-0.tmp2', 'm.a-b-0.tmp', 'm.tmp', 'n.9-9-0.tmp', 'other.9-9-0.tmp'];
  for (const name of others) await disk.open(`/d/${name}`, 'wx');
  await saveOn(host, '/d/m', content(1));
  expect(disk.names.sort()).toEqual(['m', ...others].map((name) => `/d/${name}`));
});
