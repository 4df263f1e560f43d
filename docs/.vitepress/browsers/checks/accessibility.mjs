// The rules of axe, which include contrast, on pages of each kind: light and dark, on a phone and on a wide screen.
import axe from 'axe-core';
import { inEachLook } from '../page.mjs';

const PAGES = [
  '',
  'getting-started',
  'cells',
  'benchmarks',
  'playground',
  'gates',
  'vanishing-and-exploding',
  'wrong-gradients',
  'inspect',
  'voice',
];
/** Findings of less weight are advice. */
const GRAVE = ['serious', 'critical'];

/** What axe finds on a page, as sentences. */
async function findings(tab, where) {
  await tab.evaluate(axe.source);
  const violations = await tab.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, impact, nodes }) => ({ id, impact, first: nodes[0].html, count: nodes.length }));
  });
  return violations
    .filter(({ impact }) => GRAVE.includes(impact))
    .map(({ id, first, count }) => `${where}: ${id} (${count}), first ${first.slice(0, 120)}`);
}

async function accessible(at) {
  const all = [];
  if (at.name !== 'Chromium' || at.isolated) return all;
  for (const path of PAGES) {
    await inEachLook(at, path, async (tab, look) => {
      all.push(...(await findings(tab, `/${path}, ${look}`)));
    });
  }
  return all;
}

export const CHECKS = [['accessible, by the rules of axe', accessible]];
