import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { ArgumentError, StateError } from '../../lib/errors.ts';
import { browserHostOf } from '../../lib/files/browser-host.ts';
import { FileError } from '../../lib/files/file-error.ts';
import type { Host } from '../../lib/files/host.ts';
import { appendOn, loadOn, saveOn } from '../../lib/files/save-file.ts';
import { folderOn } from '../support/folder-on.ts';
import { type Abilities, SimulatedOrigin, type Tab } from '../support/simulated-origin.ts';

// The same code as in a browser, on simulated ones: every operation of a save fails in turn, and the tab dies after every
// operation. The old or the new content is there, and never an older one than that of the last save that returned.

const BROWSERS: Readonly<Record<string, Abilities>> = {
  'a window': { streams: true },
  'a window of Chromium': { streams: true, swaps: true },
  'a worker': { handles: true },
};

/** Content that tells what it is: the number of the save, many times. */
const content = (k: number): Uint8Array => new Uint8Array(40 + k).fill(k);

interface Kind {
  readonly save: (host: Host, k: number) => Promise<void>;
  readonly load: (host: Host) => Promise<Uint8Array | undefined>;
}

const KINDS: Readonly<Record<string, Kind>> = {
  saveFile: {
    save: (host, k) => saveOn(host, '/d/m', content(k)),
    load: (host) => loadOn(host, 'loadFile', '/d/m'),
  },
  CheckpointFolder: {
    save: (host, k) => folderOn(host, '/d', { keep: 2 }).save(content(k), { value: Math.abs(k - 2) }),
    load: (host) => folderOn(host, '/d', { keep: 2 }).latest(),
  },
};

/** The number of the save whose content this is; throws for anything else than a whole content. */
function numberOf(bytes: Uint8Array | undefined): number {
  if (bytes === undefined) return 0;
  expect([...bytes]).toEqual([...content(bytes[0]!)]);
  return bytes[0]!;
}

const temporary = ({ names }: SimulatedOrigin): string[] => names.filter((name) => /tmp|crswap/.test(name));

const CASES = Object.entries(BROWSERS).flatMap(([where, abilities]) =>
  Object.entries(KINDS).map(([what, kind]) => [`${what} in ${where}`, abilities, kind] as const),
);

/** What happened when a tab saved and died after the operation with this number; undefined if it had fewer. */
async function diesAt(tab: Tab, at: number, save: () => Promise<void>): Promise<boolean> {
  let operations = 0;
  const dead = new Promise<boolean>((resolve) => {
    tab.origin.onOperation = (by) => {
      if (by !== tab || operations++ !== at) return;
      tab.die();
      resolve(true);
    };
  });
  const died = await Promise.race([dead, save().then(() => false)]);
  tab.origin.onOperation = () => {};
  return died;
}

describe.each(CASES)('%s', (_, abilities, { save, load }) => {
  const found = async (origin: SimulatedOrigin): Promise<number> => numberOf(await load(origin.tab(abilities).host));

  /** Files after some saves. */
  const saved = async (count: number): Promise<SimulatedOrigin> => {
    const origin = new SimulatedOrigin();
    origin.folders.add('/d');
    for (let k = 1; k <= count; k++) await save(origin.tab(abilities).host, k);
    return origin.restarted();
  };

  /** The next save works, and removes what writers that died left. */
  const goesOn = async (origin: SimulatedOrigin): Promise<void> => {
    await save(origin.tab(abilities).host, 9);
    expect(await found(origin)).toBe(9);
    expect(temporary(origin)).toEqual([]);
  };

  it.each([0, 4])('with every operation failing in turn, after %d saves', async (before) => {
    const earlier = await saved(before);
    const whole = earlier.restarted();
    await save(whole.tab(abilities).host, before + 1);
    for (const code of ['QuotaExceededError', 'UnknownError', 'NoModificationAllowedError']) {
      for (const persistent of [false, true]) {
        for (let at = 0; at < whole.log.length; at++) {
          const origin = earlier.restarted();
          origin.failure = { code, at, persistent };
          const error = await save(origin.tab(abilities).host, before + 1).catch((thrown: unknown) => thrown);
          if (error === undefined)
            expect([code, whole.log[at]]).not.toEqual([code, expect.stringMatching(/write|close/)]);
          else expect(error).toBeInstanceOf(FileError);
          const left = origin.restarted();
          const k = await found(left);
          expect([before, before + 1]).toContain(k);
          if (error === undefined) expect(k).toBe(before + 1);
          else expect(error).toMatchObject({ code, message: expect.stringMatching(/allow to [a-z]+ \//) });
          await goesOn(left);
        }
      }
    }
  });

  it.each([3])('with the tab dying after every operation, after %d saves', async (before) => {
    const earlier = await saved(before);
    for (let at = 0; ; at++) {
      const origin = earlier.restarted();
      const tab = origin.tab(abilities);
      if (!(await diesAt(tab, at, () => save(tab.host, before + 1)))) break;
      expect([before, before + 1]).toContain(await found(origin));
      // and the next one too
      for (let then = 0; ; then++) {
        const next = origin.restarted();
        const second = next.tab(abilities);
        const first = await found(next);
        const diesToo = await diesAt(second, then, () => save(second.host, before + 2));
        expect([first, before + 2]).toContain(await found(next));
        await goesOn(next);
        if (!diesToo) break;
      }
    }
  });

  test.prop([fc.integer({ min: 1, max: 50 })])('with writes of at most %d bytes', async (most) => {
    const origin = await saved(0);
    origin.most = most;
    await save(origin.tab(abilities).host, 1);
    expect(await found(origin)).toBe(1);
    const writes = origin.log.filter((what) => what === 'write');
    expect(writes).toHaveLength(abilities.handles ? Math.ceil(41 / most) : 1);
  });

  it('flushes before it renames, where it can', async () => {
    const { log } = await saved(0).then(async (origin) => {
      await save(origin.tab(abilities).host, 1);
      return origin;
    });
    expect(log.includes('flush')).toBe(abilities.handles === true);
    if (abilities.handles) expect(log.lastIndexOf('write')).toBeLessThan(log.indexOf('flush'));
    expect(log.indexOf('close')).toBeLessThan(log.indexOf('move'));
  });

  it('refuses a second tab, until the first has ended', async () => {
    const origin = await saved(1);
    const [first, second] = [origin.tab(abilities), origin.tab(abilities)];
    let attempt: Promise<unknown> = Promise.resolve();
    origin.onOperation = (tab) => {
      if (tab !== first || origin.log.at(-1) !== 'open') return;
      attempt = save(second.host, 3).catch((error: unknown) => error);
    };
    origin.delay = () => 20;
    await save(first.host, 2);
    expect(await attempt).toBeInstanceOf(StateError);
    expect(String(await attempt)).toContain('a file that another tab or worker is writing: /d/');
    expect(await found(origin)).toBe(2);
    origin.onOperation = (tab) => void (origin.log.at(-1) === 'open' && tab.die());
    void save(first.host, 4);
    for (let turns = 0; turns < 2000; turns++) await undefined;
    expect(temporary(origin)).not.toEqual([]);
    origin.onOperation = () => {};
    await save(second.host, 5);
    expect(await found(origin)).toBe(5);
    expect(temporary(origin)).toEqual([]);
  });

  it('lets saves of one tab wait for each other', async () => {
    const origin = await saved(0);
    const { host } = origin.tab(abilities);
    await Promise.all([1, 2, 3].map((k) => save(host, k)));
    expect(await found(origin)).toBe(3);
    expect(temporary(origin)).toEqual([]);
  });

  test.prop([fc.array(fc.nat(7), { minLength: 50, maxLength: 50 })], { numRuns: 10 })(
    'while another tab reads',
    async (delays) => {
      const origin = await saved(1);
      let [count, done] = [0, false];
      origin.delay = () => delays[count++ % delays.length]!;
      const saving = (async () => {
        for (let k = 2; k < 8; k++) await save(origin.tab(abilities).host, k);
        done = true;
      })();
      let last = 1;
      while (!done) {
        const k = await found(origin);
        expect(k).toBeGreaterThanOrEqual(last);
        last = k;
      }
      await saving;
      expect(await found(origin)).toBe(7);
    },
  );
});

describe.each(Object.entries(BROWSERS))('appendTo in %s', (_, abilities) => {
  const text = async (origin: SimulatedOrigin, host = origin.tab(abilities).host): Promise<string> =>
    new TextDecoder().decode((await loadOn(host, 'loadFile', '/log')) ?? new Uint8Array());

  it('adds the lines of two tabs', async () => {
    const origin = new SimulatedOrigin();
    origin.most = 3;
    const writers = ['a', 'b'].map((letter) => {
      const write = appendOn(origin.tab(abilities).host, 'log');
      return Promise.all([1, 2, 3].map((k) => write(`${letter}ä${k}\n`)));
    });
    await Promise.all(writers);
    const lines = (await text(origin)).split('\n').slice(0, -1);
    expect(lines.filter((line) => line.startsWith('a'))).toEqual(['aä1', 'aä2', 'aä3']);
    expect(lines.filter((line) => line.startsWith('b'))).toEqual(['bä1', 'bä2', 'bä3']);
    expect([lines.length, origin.held.size]).toEqual([6, 0]);
  });

  it('loses no earlier lines where any operation fails, or the tab dies after it', async () => {
    for (let at = 0; at < 30; at++) {
      for (const dies of [false, true]) {
        const origin = new SimulatedOrigin();
        await appendOn(origin.tab(abilities).host, 'log')('one\n');
        const first = origin.restarted();
        const tab = first.tab(abilities);
        const write = appendOn(tab.host, 'log');
        if (dies) await diesAt(tab, at, () => write('two\n'));
        else {
          first.failure = { code: 'QuotaExceededError', at, persistent: false };
          const error = await write('two\n').catch((thrown: unknown) => thrown);
          if (error !== undefined) expect(error).toMatchObject({ name: 'FileError', code: 'QuotaExceededError' });
          first.failure = undefined;
          expect(first.held.size).toBe(0);
        }
        expect(await text(first)).toMatch(/^one\n(two\n)?$/);
        await appendOn(first.tab(abilities).host, 'log')('three\n');
        expect(await text(first)).toMatch(/^one\n(two\n)?three\n$/);
      }
    }
  });
});

describe('files of browsers', () => {
  const bytes = content(1);

  it('leave files of others alone', async () => {
    const origin = new SimulatedOrigin();
    const others = ['/m.9-9-0.tmp2', '/m.a-b-0.tmp', '/m.tmp', '/n.9-9-0.tmp', '/other.9-9-0.tmp'];
    for (const name of others) origin.files.set(name, { bytes: [], writer: undefined });
    for (const name of ['/m.9-9-0.tmp', '/m.9-9-0.tmp.crswap'])
      origin.files.set(name, { bytes: [], writer: undefined });
    await saveOn(origin.tab({ streams: true }).host, 'm', bytes);
    expect(origin.names.sort()).toEqual(['/m', ...others]);
  });

  it('that a tab is about to close are removed later', async () => {
    const origin = new SimulatedOrigin();
    const { host } = origin.tab({ streams: true });
    origin.files.set('/m.9-9-0.tmp', { bytes: [], writer: origin.tab({}) });
    await saveOn(host, 'm', bytes);
    expect(origin.names.sort()).toEqual(['/m', '/m.9-9-0.tmp']);
    origin.files.get('/m.9-9-0.tmp')!.writer = undefined;
    await saveOn(host, 'm', bytes);
    expect(origin.names).toEqual(['/m']);
  });

  it('have paths from the root of the origin', async () => {
    const origin = new SimulatedOrigin();
    const { host } = origin.tab({ streams: true });
    await folderOn(host, 'a/b/').save(bytes);
    await saveOn(host, './a//x/../b/m', bytes);
    await saveOn(host, '../m', bytes);
    await folderOn(host, '/').save(bytes);
    expect(origin.names.sort()).toEqual(['/a/b/checkpoint-1.safetensors', '/a/b/m', '/checkpoint-1.safetensors', '/m']);
    for (const path of ['/', '.', 'a/..', '..']) {
      await expect(saveOn(host, path, bytes)).rejects.toThrow(ArgumentError);
      await expect(loadOn(host, 'loadFile', path)).rejects.toThrow(ArgumentError);
    }
  });

  it('that cannot be written or read throw errors with the path and the name of the error', async () => {
    const origin = new SimulatedOrigin();
    origin.folders.add('/d');
    const { host } = origin.tab({ handles: true });
    const error = { code: 'NotFoundError', message: expect.stringContaining('/none/x') };
    expect(await loadOn(host, 'loadFile', 'none/x')).toBeUndefined();
    await expect(saveOn(host, 'none/x', bytes)).rejects.toMatchObject(error);
    await expect(appendOn(host, 'none/x')('a')).rejects.toMatchObject(error);
    await expect(loadOn(host, 'loadFile', 'd')).rejects.toMatchObject({ code: 'TypeMismatchError' });
    expect(origin.held.size).toBe(0);
  });

  it('need a worker in an early Safari, and leave nothing elsewhere', async () => {
    const origin = new SimulatedOrigin();
    const { host } = origin.tab({});
    await expect(saveOn(host, 'm', bytes)).rejects.toThrow('train in a worker, or use Safari 26 or newer');
    expect(origin.names).toEqual([]);
  });

  it.each([undefined, {}, { storage: {} }])('need a browser, and a page that may have files: %j', async (navigator) => {
    const host = browserHostOf(() => navigator);
    const lacks = /this program has no navigator\.(locks|storage\.getDirectory)/;
    for (const attempt of [
      () => saveOn(host, 'm', bytes),
      () => loadOn(host, 'loadFile', 'm'),
      () => appendOn(host, 'm')('a'),
      () => folderOn(host, 'd').save(bytes),
      () => folderOn(host, 'd').latest(),
    ]) {
      await expect(attempt()).rejects.toThrow(FileError);
      await expect(attempt()).rejects.toThrow(lacks);
    }
  });

  it('pass an error of the locks on', async () => {
    const request = (): Promise<never> => Promise.reject(new DOMException('simulated', 'SecurityError'));
    const host = browserHostOf(() => ({ locks: { request } }));
    await expect(saveOn(host, 'm', bytes)).rejects.toMatchObject({ name: 'FileError', code: 'SecurityError' });
  });
});
