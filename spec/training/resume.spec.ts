import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { configuration, interrupted, train } from './resume-cases.ts';

describe('a training that continues from a checkpoint', () => {
  test.prop([configuration], { numRuns: Number(process.env.FC_RUNS ?? 100) })(
    'is that which had not ended, to the bit, at any step',
    async (given) => {
      const { whole, parts } = await interrupted(given, (same, resume) =>
        train(same, () => {}, { everyEpochs: 1, resume }),
      );
      expect(parts).toEqual(whole);
    },
    60_000,
  );
});

describe('a training that continues in a new process', () => {
  it('is that which had not ended, to the bit', () => {
    const script = fileURLToPath(new URL('../../scripts/resume.mjs', import.meta.url));
    const result = JSON.parse(execFileSync(process.execPath, [script, '10'], { encoding: 'utf8' }));
    expect(result).toEqual({ configurations: 10, different: 0 });
  }, 120_000);
});
