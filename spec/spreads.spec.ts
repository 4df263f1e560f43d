import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

// A list that is spread into a call lies on the stack: from about 120,000 elements on, that is a RangeError.

const GROWING = /\b(?:max|min|hypot|push|unshift|splice|concat|fromCharCode|fromCodePoint)\(/g;

/** Of 4096 code units, of 32 bytes and of four. */
const BOUNDED = [
  'lib/formats/utf8.ts: fromCharCode(...units);',
  'lib/formats/safetensors.ts: fromCharCode(...bytes.subarray(0, 32)); // a server may have sent the page of an error',
  'lib/exchange/keras/hdf5/source.ts: fromCharCode(...this.bytes.subarray(at, at + 4));',
];

/** Whether an argument is spread in the call whose parenthesis opens before `at`. */
function spreadsWithin(source: string, at: number): boolean {
  let depth = 1;
  for (let i = at; i < source.length && depth > 0; i++) {
    if ('([{'.includes(source[i]!)) depth++;
    else if (')]}'.includes(source[i]!)) depth--;
    else if (depth === 1 && source.startsWith('...', i)) return true;
  }
  return false;
}

function spreadsOf(source: string): string[] {
  const calls = [...source.matchAll(GROWING)].filter(({ 0: name, index }) =>
    spreadsWithin(source, index + name.length),
  );
  return calls.map(({ index }) => source.slice(index, source.indexOf('\n', index)));
}

it('finds lists that are spread into a call, and nothing else', () => {
  expect(spreadsOf('a.push({ ...b }, [...c], f(...d));\nmax(1, ...e);\nlist.splice(0, g(h),\n ...i)')).toEqual([
    'max(1, ...e);',
    'splice(0, g(h),',
  ]);
});

it.each(['lib', 'bench', 'scripts', 'docs/examples', 'docs/exams'])('%s spreads no list into such a call', (folder) => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(?:ts|mjs)$/.test(file) && !file.includes('node_modules'),
  );
  expect(files.length).toBeGreaterThan(2);
  const found = files.flatMap((file) =>
    spreadsOf(readFileSync(join(folder, file), 'utf8')).map((call) => `${folder}/${file}: ${call}`),
  );
  expect(found.filter((call) => !BOUNDED.includes(call))).toEqual([]);
});
