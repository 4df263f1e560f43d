// `bptt worker`, and the commands that use it, against a real Redis.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { built, skipped } from '../support/consumer.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const PASSWORD = 'kept-to-itself';
const reason = built ? (hasRedis() ? '' : ', skipped: there is no redis-server') : skipped;
const run = built && hasRedis();
let folder = '';
let redis: TestRedis;
const at = (name: string): string => path.join(folder, name);

function bptt(words: readonly string[], env: object = {}) {
  const options = { encoding: 'utf8', cwd: folder, env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], options);
  return { code: status, out: stdout, err: stderr };
}

interface Served {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts a worker. */
function serve(words: readonly string[]): { stop(): void; saw(word: string): Promise<void>; ended: Promise<Served> } {
  const env = { ...process.env, BPTT_REDIS: redis.url };
  const child = spawn(process.execPath, [MAIN, 'worker', '--workers', '1', ...words], { cwd: folder, env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const ended = new Promise<Served>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
  const saw = async (word: string): Promise<void> => {
    while (!err.includes(word)) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  return { stop: () => void child.kill('SIGTERM'), saw, ended };
}

beforeAll(async () => {
  if (!run) return;
  folder = mkdtempSync(path.join(tmpdir(), 'bptt-worker-'));
  redis = await startRedis({ password: PASSWORD });
  const rows = [1, 2, 3].flatMap((k) => Array.from({ length: 70 }, (_, t) => `${k},${t},${(t * t * k) % 13}`));
  writeFileSync(at('one.csv'), ['y', ...Array.from({ length: 70 }, (_, t) => (t * t) % 13)].join('\n'));
  writeFileSync(at('t.csv'), ['unique_id,ds,y', ...rows].join('\n'));
});
afterAll(async () => {
  if (!run) return;
  await redis.stop();
  rmSync(folder, { recursive: true });
});

(run ? describe : describe.skip)(`bptt worker${reason}`, () => {
  it('trains the fleet of another process to the bits of this machine, and ends when it is idle', async () => {
    const words = ['fleet', 't.csv', '--by', 'unique_id', '--horizon', '4', '--units', '4', '--epochs', '20'];
    const workers = [serve(['--idle', '3', '--queue', 'a']), serve(['--idle', '3', '--queue', 'a'])];
    const through = bptt([...words, '--store', 'r', '--out', 'r.csv', '--queue', 'a'], { BPTT_REDIS: redis.url });
    expect(through).toMatchObject({ code: 0 });
    expect(bptt([...words, '--store', 'l', '--out', 'l.csv']).code).toBe(0);
    expect(readFileSync(at('r.csv'), 'utf8')).toBe(readFileSync(at('l.csv'), 'utf8'));
    const ended = await Promise.all(workers.map((each) => each.ended));
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    const done = ended.map(({ out }) => Number(/^(\d+) jobs done, 0 failed, 0 given back\n$/.exec(out)?.[1]));
    expect(done[0]! + done[1]!).toBe(6);
    expect(ended[0]!.err + ended[1]!.err).toMatch(/ done [0-9a-f]{8} \(1, window 1\) after \d/);
    expect(JSON.stringify([through, ended])).not.toContain(PASSWORD);
  });

  it('told to end gives its job back, and another goes on to the same bits', async () => {
    const words = ['fleet', 'one.csv', '--horizon', '4', '--windows', '0', '--units', '24', '--queue', 'b'];
    const long = [...words, '--epochs', '3000', '--patience', '3000'];
    const first = serve(['--queue', 'b']);
    const env = { ...process.env, BPTT_REDIS: redis.url };
    const parent = spawn(process.execPath, [MAIN, ...long, '--store', 'b', '--out', 'b.csv'], { cwd: folder, env });
    const parentEnded = new Promise((resolve) => parent.on('close', resolve));
    await first.saw('started');
    await new Promise((resolve) => setTimeout(resolve, 1000)); // the training has begun
    first.stop();
    const { code, out } = await first.ended;
    expect(code).toBe(0);
    expect(out).toBe('0 jobs done, 0 failed, 1 given back\n');
    const second = serve(['--queue', 'b', '--idle', '2']);
    expect(await parentEnded).toBe(0);
    await second.ended;
    expect(bptt([...long, '--store', 'c', '--out', 'c.csv']).code).toBe(0);
    expect(readFileSync(at('b.csv'), 'utf8')).toBe(readFileSync(at('c.csv'), 'utf8'));
  });

  it('says where Redis is wrong, and never the password', () => {
    expect(bptt(['worker'], { BPTT_REDIS: '' }).err).toMatch(/Where is Redis\? Give --redis/);
    for (const command of [['worker'], ['fleet', 't.csv', '--by', 'unique_id', '--horizon', '4', '--store', 'w']]) {
      const url = redis.url.replace(PASSWORD, `${PASSWORD}-wrong`);
      const { code, err, out } = bptt([...command, '--redis', url]);
      expect(err).toMatch(
        /must reach Redis; received WRONGPASS from 127\.0\.0\.1:\d+\. Check the user and the password/,
      );
      expect(err + out).not.toContain(PASSWORD);
      expect(code).toBe(1);
      expect(bptt([...command, '--redis', `http://${PASSWORD}@host`]).err).not.toContain(PASSWORD);
    }
  });
});
