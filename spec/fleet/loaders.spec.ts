import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LoadedData } from '../../lib/fleet/index.ts';
import { readCsv } from '../../lib/fleet/loaders/csv-table.ts';
import { loadersOf } from '../../lib/fleet/loaders/loaders.ts';
import { windowsOf } from '../../lib/fleet/loaders/series.ts';
import { seriesOf } from '../../lib/fleet/loaders/series-table.ts';
import { type NdArrayLike, StandardScaler, tensor, windows } from '../../lib/index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const folder = mkdtempSync(path.join(tmpdir(), 'fleet-csv-'));
const numbers = (data: LoadedData['x']): unknown => tensor(data as NdArrayLike).toArray();

describe('readCsv', () => {
  it('reads fields of any length, and tables of many columns, in time', () => {
    const long = 'x'.repeat(3_000_000);
    expect(readCsv('spec', bytes(`a\n"${long}"\n`)).rows).toEqual([[long]]);
    const names = Array.from({ length: 100_000 }, (_, j) => `c${j}`);
    expect(readCsv('spec', bytes(names.join())).names).toEqual(names);
  }, 5000);

  it('reads what a writer of RFC 4180 writes', () => {
    const field = fc
      .array(fc.constantFrom('a', 'b', ' ', ',', '"', '\n', '\r\n', 'é', '1'), { maxLength: 5 })
      .map((parts) => parts.join(''));
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc
          .array(fc.array(field, { minLength: width, maxLength: width }), { maxLength: 5 })
          .map((rows) => ({ width, rows })),
      );
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), ({ width, rows }, end, last) => {
        const names = Array.from({ length: width }, (_, j) => `n${j}`);
        const lines = [names, ...rows].map((row) => row.map(quoted).join(','));
        const { names: found, rows: read } = readCsv('spec', bytes(lines.join(end) + (last ? end : '')));
        expect(found).toEqual(names);
        expect(read).toEqual(rows.filter((row) => row.join('') !== ''));
      }),
    );
  });

  it('reads long fields in quotes, and lines that end as on old systems', () => {
    const long = 'x""'.repeat(3e6);
    expect(readCsv('spec', bytes(`a\n"${long}"`)).rows[0]![0]!.length).toBe(6e6);
    expect(() => readCsv('spec', bytes(`a\n"${long}`))).toThrow('a quote out of place at character 2');
    expect(readCsv('spec', bytes('a,b\r1,2\r'))).toEqual({ names: ['a', 'b'], rows: [['1', '2']] });
  });

  it('passes over a byte order mark', () => {
    expect(readCsv('spec', bytes('\uFEFFa,b\n1,2\n'))).toEqual({ names: ['a', 'b'], rows: [['1', '2']] });
  });

  it.each([
    ['', 'no line'],
    ['a,a\n1,2', 'the column a twice'],
    ['a,b\n1,2,3', '3 fields in row 1, and 2 names'],
    ['a,b\n1', '1 fields in row 1, and 2 names'],
    ['a\n"x"y', 'a quote out of place at character 2'],
    ['a\n"x', 'a quote out of place at character 2'],
  ])('refuses %j', (text, received) => {
    expect(() => readCsv('spec', bytes(text))).toThrow(received);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => readCsv('spec', Uint8Array.of(0x61, 0x0a, 0xff))).toThrow('bytes that are not UTF-8');
  });
});

describe('series of a table', () => {
  const columns = { target: 'y', by: 'unique_id', time: 'ds' };
  const table = (text: string) => readCsv('spec', bytes(text));

  it('are found by name, in the order of their times', () => {
    const found = seriesOf(
      'spec',
      table('unique_id,ds,y\nb,2020-02-01,2\na,2020-01-01,7\nb,2020-01-01,1\nb,2019-12-01,\n'),
      columns,
    );
    expect([...found.keys()]).toEqual(['b', 'a']);
    expect(found.get('b')).toEqual({ times: ['2019-12-01', '2020-01-01', '2020-02-01'], values: [null, 1, 2] });
  });

  it('have numeric times in the order of numbers', () => {
    const found = seriesOf('spec', table('ds,y\n10,3\n9,2\n1,1\n'), { ...columns, by: undefined });
    expect(found.get('')!.values).toEqual([1, 2, 3]);
  });

  it.each([
    ['unique_id,ds,z\na,1,2', '"target" must be one of the columns unique_id, ds, z'],
    ['id,ds,y\na,1,2', '"by" must be one of the columns'],
    ['unique_id,ds,y\na,1,x', '"target" must be a column of numbers of a; received "x"'],
    ['unique_id,ds,y\na,1,1\na,1.0,2', '"time" must be different in each row'],
    [
      'unique_id,ds,y\na,9/1/2024,1\na,10/1/2024,2',
      'dates that begin with the year, as 2024-01-31; received "9/1/2024"',
    ],
    ['unique_id,ds,y\na,2024-9-1,1\na,2024-10-1,2', 'dates that begin with the year, as 2024-01-31'],
    ['unique_id;ds;y\na;1;1', 'Separate columns by commas'],
  ])('refuses %j', (text, message) => {
    expect(() => seriesOf('spec', table(text), columns)).toThrow(message);
  });
});

describe('windows of a series', () => {
  it('are those of `windows`, scaled as by StandardScaler', () => {
    const value = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -50, max: 50 }) }, fc.constant(null));
    fc.assert(
      fc.property(fc.array(value, { minLength: 8, maxLength: 30 }), fc.boolean(), (values, scale) => {
        const column = tensor(
          values.map((each) => [each ?? Number.NaN]),
          { dtype: 'float64' },
        );
        const span = { length: 3, horizon: 2, skipNaN: true };
        const count = values.filter((_, t) => t + 5 <= values.length && !values.slice(t, t + 5).includes(null)).length;
        if (count === 0) {
          expect(() => windowsOf('spec', values, { input: 3, horizon: 2, scale })).toThrow('have a window of 3 + 2');
          return;
        }
        const scaled = scale ? new StandardScaler().fit(column).transform(column) : column;
        const parts = windows(scaled, span);
        const { x, y } = windowsOf('spec', values, { input: 3, horizon: 2, scale });
        const single = (rows: unknown): number[] => (rows as number[][]).flat(2).map(Math.fround);
        expect(single(numbers(x))).toEqual(single(parts.flatMap((part) => tensor(part.x).toArray() as number[][])));
        expect(single(numbers(y))).toEqual(single(parts.flatMap((part) => tensor(part.y).toArray() as number[][])));
        expect(tensor(x as NdArrayLike).shape).toEqual([count, 3, 1]);
        expect(tensor(y as NdArrayLike).shape).toEqual([count, 2]);
      }),
    );
  });
});

describe('the loader csv', () => {
  const loaders = loadersOf('spec', { module: undefined, folder });
  const csv = async (args: object): Promise<LoadedData> => (await loaders).get('csv')!(args as never);
  const args = { file: 'shops.csv', by: 'unique_id', id: 'b', time: 'ds', input: 2, horizon: 1, scale: false };
  writeFileSync(path.join(folder, 'shops.csv'), 'unique_id,ds,y\nb,1,1\nb,2,2\na,1,9\nb,3,3\nb,4,4\nb,5,5\n');
  mkdirSync(path.join(folder, 'inner'));

  it('reads the series of a job, without the steps that are held out', async () => {
    const { x, y } = await csv({ ...args, holdout: 1 });
    expect(numbers(x)).toEqual([
      [[1], [2]],
      [[2], [3]],
    ]);
    expect(numbers(y)).toEqual([[3], [4]]);
  });

  it('reads a file again once it has changed', async () => {
    const file = path.join(folder, 'changing.csv');
    writeFileSync(file, 'y\n1\n2\n3\n');
    const changing = { file: 'changing.csv', input: 2, horizon: 1, scale: false };
    expect(numbers((await csv(changing)).y)).toEqual([[3]]);
    writeFileSync(file, 'y\n1\n2\n44\n');
    expect(numbers((await csv(changing)).y)).toEqual([[44]]);
  });

  it('reads nothing outside its folder', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'fleet-outside-'));
    writeFileSync(path.join(outside, 'secret.csv'), 'y\n1\n2\n3\n');
    symlinkSync(path.join(outside, 'secret.csv'), path.join(folder, 'link.csv'));
    symlinkSync(outside, path.join(folder, 'linked'));
    const relative = path.relative(folder, path.join(outside, 'secret.csv'));
    const files = [
      'link.csv',
      'linked/secret.csv',
      relative,
      path.join(outside, 'secret.csv'),
      '..',
      '.',
      'inner',
      'no.csv',
      'a\0b',
    ];
    for (const file of files) {
      await expect(csv({ file, input: 2, horizon: 1 })).rejects.toThrow('"data.file" must be a file in the executor');
    }
  });

  it.each([
    [{ ...args, id: 'c' }, '"data.id" must be the name of a series; received "c"'],
    [{ ...args, more: 1 }, 'must have only'],
    [{ ...args, input: 0 }, '"data.input"'],
    [{ ...args, holdout: -1 }, '"data.holdout"'],
    [{ ...args, target: 'z' }, '"target" must be one of the columns'],
    [{ ...args, input: 9 }, 'have a window of 9 + 1'],
  ])('refuses %j', async (bad, message) => {
    await expect(csv(bad)).rejects.toThrow(message);
  });
});
