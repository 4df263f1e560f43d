// The rules of axe, which include contrast, on pages of each kind: light and dark, on a phone and on a wide screen.
import axe from 'axe-core';
import { openPage, pause } from '../page.mjs';

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
const SIZES = [
  [380, 800],
  [1600, 900],
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
  if (at.name !== 'Chromium' || at.isolated) return [];
  const all = [];
  for (const path of PAGES) {
    const tab = await openPage(at, path);
    for (const theme of ['light', 'dark']) {
      await tab.evaluate((name) => localStorage.setItem('vitepress-theme-appearance', name), theme);
      for (const [width, height] of SIZES) {
        await tab.resize(width, height);
        await tab.reload();
        await pause(700); // until components have come
        all.push(...(await findings(tab, `/${path}, ${theme}, ${width} px`)));
      }
    }
    await tab.evaluate(() => localStorage.clear());
    await tab.close();
  }
  return all;
}

export const CHECKS = [['accessible, by the rules of axe', accessible]];
