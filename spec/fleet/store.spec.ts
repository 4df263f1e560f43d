import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { folderStore, JobError, readJob } from '../../lib/fleet/index.ts';
import { inProcess, smallJob } from '../support/in-process.ts';

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'fleet-store-'));
const job = readJob(smallJob(1));
const executor = inProcess();
const record = { key: job.key, name: 'job 1', error: undefined, attempts: 1, seconds: 0.5 };
const fileOf = (at: string, key = job.key): string => path.join(at, key.slice(0, 2), `${key}.safetensors`);

describe('a store in a folder', () => {
  it('gives back what it was given, in another process as well', async () => {
    const at = folder();
    const outcome = await executor.run(job, {});
    await folderStore(at).put({ ...record, outcome });
    expect(await folderStore(at).get(job.key)).toEqual(outcome);
    expect(new Uint8Array(readFileSync(fileOf(at)))).toEqual(outcome.model);
  });

  it('makes its folder, and has nothing before', async () => {
    const at = path.join(folder(), 'a', 'b');
    const store = folderStore(at);
    expect(await store.get(job.key)).toBeUndefined();
    expect(await store.checkpoint!(job.key)).toBeUndefined();
    const keys: string[] = [];
    for await (const key of store.keys()) keys.push(key);
    expect(keys).toEqual([]);
    await store.put({ ...record, outcome: await executor.run(job, {}) });
    expect(await store.get(job.key)).toBeDefined();
  });

  it('logs a line of JSON for each job that ended', async () => {
    const at = folder();
    const store = folderStore(at);
    const outcome = await executor.run(job, {});
    await store.put({ ...record, outcome });
    await store.put({
      ...record,
      key: readJob(smallJob(2)).key,
      outcome: undefined,
      error: new JobError('ShapeError', 'x\ny'),
    });
    const lines = readFileSync(path.join(at, 'manifest.jsonl'), 'utf8').trim().split('\n');
    const [done, failed] = lines.map((line) => JSON.parse(line));
    expect(done).toEqual({
      key: job.key,
      name: 'job 1',
      status: 'done',
      loss: outcome.loss,
      steps: outcome.steps,
      attempts: 1,
      seconds: 0.5,
    });
    expect(failed).toMatchObject({ status: 'failed', error: 'JobError: x\ny' });
    expect(await store.get(readJob(smallJob(2)).key)).toBeUndefined();
  });

  it('keeps the last checkpoint until the job has a result', async () => {
    const at = folder();
    const store = folderStore(at);
    await store.saveCheckpoint!(job.key, Uint8Array.of(1));
    await store.saveCheckpoint!(job.key, Uint8Array.of(2));
    expect(await folderStore(at).checkpoint!(job.key)).toEqual(Uint8Array.of(2));
    await store.put({ ...record, outcome: await executor.run(job, {}) });
    expect(await store.checkpoint!(job.key)).toBeUndefined();
    expect(readdirSync(path.dirname(fileOf(at)))).toEqual([path.basename(fileOf(at))]);
  });

  it('takes the same result from several writers at once', async () => {
    const at = folder();
    const outcome = await executor.run(job, {});
    await Promise.all(Array.from({ length: 5 }, () => folderStore(at).put({ ...record, outcome })));
    expect(await folderStore(at).get(job.key)).toEqual(outcome);
  });

  (process.platform === 'linux' ? it : it.skip)('waits while another process writes the same result', async () => {
    const at = folder();
    const outcome = await executor.run(job, {});
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const start = readFileSync(`/proc/${other.pid}/stat`, 'latin1').split(') ')[1]!.split(' ')[19];
    mkdirSync(path.dirname(fileOf(at)));
    writeFileSync(`${fileOf(at)}.${other.pid}-${start}-0.tmp`, '');
    const written = folderStore(at).put({ ...record, outcome });
    setTimeout(() => other.kill('SIGKILL'), 300);
    await written;
    expect(await folderStore(at).get(job.key)).toEqual(outcome);
    expect(readdirSync(path.dirname(fileOf(at)))).toEqual([path.basename(fileOf(at))]);
  });

  it('refuses a file that is not the result of its key', async () => {
    const at = folder();
    const store = folderStore(at);
    const outcome = await executor.run(readJob(smallJob(2)), {});
    await store.put({ ...record, outcome });
    await expect(store.get(job.key)).rejects.toThrow(`must be the model of the job ${job.key}`);
    for (const bytes of [new Uint8Array(), Uint8Array.of(1, 2, 3), outcome.model.slice(0, -1)]) {
      writeFileSync(fileOf(at), bytes);
      await expect(store.get(job.key)).rejects.toMatchObject({ name: 'FormatError' });
    }
  });

  it('says where the system fails, and tries again', async () => {
    const at = path.join(folder(), 'taken');
    writeFileSync(at, '');
    const store = folderStore(at);
    const outcome = await executor.run(job, {});
    await expect(store.put({ ...record, outcome })).rejects.toMatchObject({ name: 'FileError' });
    await expect(store.saveCheckpoint!(job.key, Uint8Array.of(1))).rejects.toMatchObject({ name: 'FileError' });
    await expect(store.keys().next()).rejects.toMatchObject({ name: 'FileError' });
    rmSync(at);
    await store.put({ ...record, outcome });
    expect(await store.get(job.key)).toEqual(outcome);
  });

  it('touches nothing outside its folder', async () => {
    const store = folderStore(folder());
    const outcome = await executor.run(job, {});
    for (const key of ['../../x', '', 'ab', `${job.key}/../x`, job.key.toUpperCase(), `${job.key}\n`]) {
      await expect(store.get(key)).rejects.toThrow('32 hexadecimal digits');
      await expect(store.put({ ...record, key, outcome })).rejects.toThrow('32 hexadecimal digits');
      await expect(store.saveCheckpoint!(key, Uint8Array.of(1))).rejects.toThrow('32 hexadecimal digits');
    }
  });
});
