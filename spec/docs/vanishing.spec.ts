import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { read } from './snippets.ts';

/** The pages whose numbers and figures an example computes: name, example, least number of claims. */
const PAGES = [
  ['vanishing-and-exploding', 'vanishing', 25],
  ['remedies', 'remedies', 13],
] as const;

const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe.each(PAGES)('docs/%s.md', (name, example, least) => {
  const PAGE = `docs/${name}.md`;
  const PICTURES = `docs/${name}`;
  const folder = mkdtempSync(path.join(tmpdir(), 'bptt-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const { stdout, stderr, status } = spawnSync(process.execPath, [`docs/examples/${example}.mjs`, folder], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const claims = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('Pictures in'));
  const prose = inOneLine(read(PAGE).replaceAll(/```[\s\S]*?```/g, ''));
  const drawn = readdirSync(folder).sort();

  it('rests on claims that the example prints', () => {
    expect(claims.length).toBeGreaterThanOrEqual(least);
  });

  it.each(claims)('says %s', (claim) => {
    expect(prose).toContain(claim);
  });

  it('says no other figures', () => {
    const rest = claims.reduce((text, claim) => text.replaceAll(claim, ''), prose);
    expect(rest.match(/\d\.\d\S*|\d·10\S*|[eE]-\d+/g) ?? []).toEqual([]);
  });

  it('shows the pictures that the example draws, and no others', () => {
    const shown = [...read(PAGE).matchAll(/\]\(([\w-]+)\/([\w-]+\.svg)\)/g)]
      .filter(([, page]) => page === name)
      .map(([, , picture]) => picture!);
    expect(shown.sort()).toEqual(drawn);
    expect(
      readdirSync(PICTURES)
        .filter((file) => file.endsWith('.svg'))
        .sort(),
    ).toEqual(drawn);
  });

  it.each(drawn)('has %s as it is drawn, below 40 kB', (picture) => {
    const svg = readFileSync(path.join(folder, picture), 'utf8');
    expect(svg === read(`${PICTURES}/${picture}`)).toBe(true);
    expect(Buffer.byteLength(svg)).toBeLessThan(40_000);
  });
});
