import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { CsvLog } from '../../../lib/index.ts';
import { compiled, x, y } from '../trainable.ts';
import { epochLog } from './logs.ts';

/** Reads comma-separated values by the grammar of RFC 4180. */
function parsed(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    const [, inQuotes, plain, end] = match;
    row.push(inQuotes === undefined ? plain! : inQuotes.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
    if (field.lastIndex === text.length) break;
  }
  expect(row).toEqual([]);
  return rows;
}

describe('CsvLog', () => {
  const number = fc.oneof(fc.double(), fc.constantFrom(-0, 0.1, 1e21, 5e-324, Number.MAX_VALUE));
  const name = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('a,b', 'a"b', 'a\r\nb', ' a ', '"'));
  const names = fc.uniqueArray(name, { minLength: 1, maxLength: 4 });

  test.prop([names, fc.array(fc.array(number, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 5 })])(
    'writes numbers and names that read back exactly',
    async (keys, rows) => {
      const parts: string[] = [];
      const log = new CsvLog({ write: (part) => parts.push(part) });
      for (const [epoch, values] of rows.entries()) {
        const metrics = Object.fromEntries(keys.map((key, k) => [key, values[k]!]));
        await log.onEpochEnd(epochLog(epoch, values[0], { metrics }));
      }
      const [header, ...found] = parsed(parts.join(''));
      expect(found).toHaveLength(rows.length);
      keys.forEach((key, k) => {
        const column = header!.indexOf(`metrics.${key}`);
        expect(found.map((row) => Number(row[column]))).toEqual(rows.map((values) => values[k]));
      });
      expect(found.map((row) => Number(row[header!.indexOf('validationLoss')]))).toEqual(rows.map(([value]) => value));
    },
  );

  it('writes a row for each epoch or batch, and waits', async () => {
    const texts: string[] = [];
    const write = async (text: string) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      texts.push(text);
    };
    const { epochs } = await compiled().model.fit(x, y, {
      epochs: 2,
      batchSize: 5,
      callbacks: [new CsvLog({ write })],
    });
    expect(texts).toEqual([
      'epoch,epochs,loss,gradientNorm,clippedNorm,clippedShare,skipped,learningRate\r\n',
      ...epochs.map((log) => `${log.epoch},2,${log.loss},${log.gradientNorm},${log.clippedNorm},0,0,0.01\r\n`),
    ]);
    texts.length = 0;
    await compiled().model.fit(x, y, { epochs: 2, batchSize: 5, callbacks: [new CsvLog({ write, batches: true })] });
    expect(texts).toHaveLength(5);
    expect(texts[0]).toBe(
      'epoch,epochs,batch,batches,step,steps,rows,timeSteps,learningRate,loss,gradientNorm,clippedNorm\r\n',
    );
  });

  it('keeps its columns: later figures are left out, missing ones empty', async () => {
    const texts: string[] = [];
    const log = new CsvLog({ write: (text) => void texts.push(text) });
    await log.onEpochEnd(epochLog(0, 0.5));
    await log.onEpochEnd(epochLog(1, undefined, { metrics: { a: 1 } }));
    expect(texts[2]).toBe('1,100,7,,2,0,1,0.1,0\r\n');
    const next = new CsvLog({ write: (text) => void texts.push(text) });
    next.state = JSON.parse(JSON.stringify(log.state));
    await next.onEpochEnd(epochLog(2, 0.25));
    expect(texts.slice(3)).toEqual(['2,100,7,0.25,2,0,1,0.1,0\r\n']);
    next.onTrainBegin();
    expect(next.state).toEqual({});
  });
});
