// Bytes that a reader's browser loads, as gzip sends them.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { openPage, pause, waitFor } from '../page.mjs';

/** Limits in kB: of the first page, and of what the playground adds, the library included. */
const LIMITS = { first: 200, playground: 150 };

const kB = (files) => files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0) / 1000;

/** Pages behind links, which the generator loads in advance. */
const isAhead = (file, path) => /\.md\.[\w-]+(\.lean)?\.js$/.test(file) && !file.includes(`/${path || 'index'}.md.`);

/** The files that a page asks for. */
async function filesOf(at, path, selector) {
  at.requested.clear();
  const tab = await openPage(at, path);
  await waitFor(tab, selector);
  await pause(1000);
  await tab.close();
  return [...at.requested].filter((file) => file !== undefined && !file.endsWith('.html') && !isAhead(file, path));
}

async function small(at) {
  if (at.name !== 'Chromium' || at.isolated) return [];
  const first = await filesOf(at, '', 'h1');
  const playground = (await filesOf(at, 'playground', '.playground .main')).filter((file) => !first.includes(file));
  const sizes = { first: kB(first), playground: kB(playground) };
  console.log(
    `  the first page loads ${sizes.first.toFixed(0)} kB, the playground ${sizes.playground.toFixed(0)} kB more`,
  );
  return Object.entries(LIMITS)
    .filter(([name, limit]) => sizes[name] > limit)
    .map(([name, limit]) => `${name}: ${sizes[name].toFixed(1)} kB and not ${limit}`);
}

export const CHECKS = [['sizes', small]];
