import { describe, expect, it } from '@jest/globals';
import { bullmq } from '../../lib/fleet/bullmq/index.ts';
import { describeRefusals } from '../support/refusals.ts';
import { bullmqTable } from './bullmq.table.ts';

describeRefusals(bullmqTable);

describe('an address that is refused', () => {
  it.each([
    'http://:geheim@h',
    'redis://:geheim@h:99999999',
    'redis://:geheim@h/x',
    'redis:geheim',
    { password: { geheim: 1 } },
    { username: ['geheim'] },
    { password: 'geheim', host: 'a b' },
    { password: 'geheim', port: 0 },
    { password: 'geheim', tls: 'geheim' },
  ])('is not quoted, since it may have a password: case %#', (connection) => {
    const message = (() => {
      try {
        return String(bullmq({ connection } as never));
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    })();
    expect(message).toMatch(/^ArgumentError: bullmq: "connection/);
    expect(message).not.toContain('geheim');
  });
});
