// Real workers, in processes of their own that run dist/ (npm run build).

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const run = promisify(execFile);

/** Trains the same model on several numbers of threads, in turns; prints a hash for each, and what the workers did. */
const PROGRAM = `
import { createHash } from 'node:crypto';
import { Adam, Dense, Dropout, GRU, LSTM, MeanSquaredError, randomNormal, Sequential } from './dist/index.js';
import { compileSharedKernels } from './dist/kernels/simd.js';
import { spawn } from './dist/kernels/threads/spawn.js';
import { Teams } from './dist/kernels/threads/teams.js';
import { takeTeamsFrom } from './dist/kernels/threads/with-threads.js';

const teams = new Teams(compileSharedKernels(), false, { cores: 4, maySleep: true, spawn });
takeTeamsFrom(teams);
const layers = () => [
  new LSTM({ units: 64, returnSequences: true, recurrentDropout: 0.2, zoneout: { h: 0.1 } }),
  new Dropout({ rate: 0.2 }),
  new GRU({ units: 56, returnSequences: true }),
  new Dense({ units: 8 }),
];
const counts = [1, 2, 3, 5, 16, 'auto'];
const models = counts.map((threads) => new Sequential(layers(), { seed: 1, threads }));
for (const model of models) model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
const [used, most] = [[], [1]];
const tick = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
for (let step = 0; step < 24; step++) {
  const [B, T] = [7 + (step % 6), 10 + (step % 3)];
  const [x, y] = [randomNormal([B, T, 32], { seed: step }), randomNormal([B, T, 8], { seed: step + 100 })];
  for (const [k, model] of models.entries()) {
    const lengths = step % 4 === 3 ? { lengths: Array.from({ length: B }, (_, b) => 1 + ((5 * b) % T)) } : {};
    model.trainStep(x, y, lengths);
    if (counts[k] === 1) continue;
    const threads = counts[k] === 'auto' ? teams.cores : counts[k];
    most.push(teams.team(threads - 1).threads);
    used.push(teams.team(threads - 1).written);
  }
  await tick(step % 3 === 0 ? 60 : 1); // workers start between calls
  if (step % 8 === 7) teams.stop();
}
const hash = (model) => createHash('sha256').update(model.toBytes()).digest('hex');
const reported = models.map((model) => model.memory({ B: 8, T: 8 }).threads);
console.log(JSON.stringify({ hashes: models.map(hash), most: Math.max(...most), used: Math.max(...used), reported, end: Date.now() }));
`;

describe('training on real workers', () => {
  it('ends in the bits of one thread on any number, with workers stopped and started, and the process ends', async () => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', PROGRAM], { timeout: 60_000 });
    const ended = Date.now();
    const { hashes, most, used, reported, end } = JSON.parse(stdout);
    expect(new Set(hashes).size).toBe(1);
    expect(most).toBe(16);
    expect(used).toBeGreaterThan(1000); // commands
    expect(reported.map((bytes: number) => bytes > 0)).toEqual([false, true, true, true, true, true]);
    expect(ended - end).toBeLessThan(5000); // idle workers end after 10 s
  }, 90_000);
});

describe('threads that wait, die and freeze', () => {
  it('give the bits of one thread, or an error that leaves the model as it was', async () => {
    const { stdout } = await run(process.execPath, ['scripts/chaos.mjs', '300'], { timeout: 60_000 });
    expect(stdout).toMatch(/steps: 300/);
    expect(stdout).not.toMatch(/WRONG/);
  }, 90_000);
});
