import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { read } from './snippets.ts';

const PAGE = 'docs/vanishing-and-exploding.md';
const PICTURES = 'docs/vanishing-and-exploding';
const folder = mkdtempSync(path.join(tmpdir(), 'bptt-'));
afterAll(() => rmSync(folder, { recursive: true }));

const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe(PAGE, () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['docs/examples/vanishing.mjs', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const claims = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('Pictures in'));
  const prose = inOneLine(read(PAGE).replaceAll(/```[\s\S]*?```/g, ''));
  const drawn = readdirSync(folder).sort();

  it('rests on claims that the example prints', () => {
    expect(claims.length).toBeGreaterThan(25);
  });

  it.each(claims)('says %s', (claim) => {
    expect(prose).toContain(claim);
  });

  it('says no other figures', () => {
    const rest = claims.reduce((text, claim) => text.replaceAll(claim, ''), prose);
    expect(rest.match(/\d\.\d\S*|\d·10\S*|[eE]-\d+/g) ?? []).toEqual([]);
  });

  it('shows the pictures that the example draws, and no others', () => {
    const shown = [...read(PAGE).matchAll(/\]\(vanishing-and-exploding\/([\w-]+\.svg)\)/g)].map(([, name]) => name!);
    expect(shown.sort()).toEqual(drawn);
    expect(readdirSync(PICTURES).sort()).toEqual(drawn);
  });

  it.each(drawn)('has %s as it is drawn, below 40 kB', (name) => {
    const svg = readFileSync(path.join(folder, name), 'utf8');
    expect(svg === read(`${PICTURES}/${name}`)).toBe(true);
    expect(Buffer.byteLength(svg)).toBeLessThan(40_000);
  });
});
