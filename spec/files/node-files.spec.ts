import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { nodeHost, startIn } from '../../lib/files/node-host.ts';
import { appendTo, CheckpointFolder, FileError, loadFile, saveFile } from '../../lib/node.ts';
import { built, skipped } from '../support/consumer.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'files-'));
const at = (name: string): string => path.join(folder, name);

afterAll(() => rmSync(folder, { recursive: true }));

describe('files of Node', () => {
  it('are saved and loaded', async () => {
    expect(await loadFile(at('a'))).toBeUndefined();
    const bytes = new Uint8Array(3e6).map((_, k) => k * k);
    await saveFile(at('a'), bytes);
    expect(Buffer.compare((await loadFile(at('a')))!, bytes)).toBe(0);
    const saving = saveFile(at('a'), bytes.subarray(1, 5));
    bytes.fill(0); // the bytes of the call are saved
    await saving;
    expect(await loadFile(at('a'))).toEqual(Uint8Array.of(1, 4, 9, 16));
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('of writers that died are removed by the next save', async () => {
    const dead = [at('b.999999999-1-0.tmp'), at(`b.${process.pid}-1-0.tmp`)]; // no process, and one that started earlier
    for (const name of dead) writeFileSync(name, 'half');
    await saveFile(at('b'), Uint8Array.of(1));
    expect(dead.map((name) => existsSync(name))).toEqual([false, false]);
  });

  it('are in folders that the first save creates', async () => {
    const checkpoints = new CheckpointFolder(at('c/d/e'));
    expect(await checkpoints.latest()).toBeUndefined();
    await checkpoints.save(Uint8Array.of(7), { value: 0.5 });
    expect(await checkpoints.best()).toEqual(Uint8Array.of(7));
    expect(readdirSync(at('c/d/e'))).toEqual(['checkpoint-1-value-0.5.safetensors']);
  });

  it('grow by text', async () => {
    const write = appendTo(at('log.csv'));
    const texts = ['a\r\n'.repeat(1e6), ...Array.from({ length: 1000 }, (_, k) => `ä ${k}\r\n`)];
    await Promise.all(texts.map(write));
    await appendTo(at('log.csv'))('c');
    expect(readFileSync(at('log.csv'), 'utf8') === `${texts.join('')}c`).toBe(true);
  });

  it('that cannot be written or read throw errors with the path and the code', async () => {
    const error = { code: 'ENOENT', message: expect.stringContaining(at('none/x')) };
    await expect(saveFile(at('none/x'), Uint8Array.of(1))).rejects.toThrow(FileError);
    await expect(saveFile(at('none/x'), Uint8Array.of(1))).rejects.toMatchObject(error);
    await expect(appendTo(at('none/x'))('a')).rejects.toMatchObject(error);
    await expect(loadFile(folder)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

describe('processes', () => {
  it('are known by number and start', () => {
    const { own, isAlive } = nodeHost().writers;
    expect(own).toMatch(new RegExp(`^${process.pid}-\\d+$`));
    expect([own, '999999999-1', `${process.pid}-1`].map(isAlive)).toEqual([true, false, false]);
  });

  it('have their start in the text of the system', () => {
    const stat = (state: string): string =>
      `7 (a) b) ${state} ${Array.from({ length: 30 }, (_, k) => k + 4).join(' ')}`;
    expect(startIn(stat('S'))).toBe('22');
    expect(startIn(stat('Z'))).toBeUndefined();
  });
});

(built ? describe : describe.skip)(`processes that are killed while they save${skipped}`, () => {
  it('leave the last checkpoint whose save returned, or the next', () => {
    const script = fileURLToPath(new URL('../../scripts/crashes.mjs', import.meta.url));
    const { kills, lost, saves } = JSON.parse(execFileSync(process.execPath, [script, '20'], { encoding: 'utf8' }));
    expect(lost).toEqual([]);
    expect(kills).toBe(20);
    expect(saves).toBeGreaterThan(20);
  }, 60_000);
});
