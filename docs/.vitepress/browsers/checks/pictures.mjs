// Pictures of the interactive pages, to be looked at: npm run browsers -- pictures=FOLDER checks=pictures.
import { mkdirSync, writeFileSync } from 'node:fs';
import { inEachLook, pause } from '../page.mjs';

/** Pages, and what to click before the picture is taken. */
const PAGES = {
  playground: '.playground .main',
  inspect: '.inspect button',
  gates: '.gates .train',
  'vanishing-and-exploding': undefined,
  'wrong-gradients': undefined,
  voice: '.voice button',
};

async function draw(at) {
  if (at.pictures === undefined || at.isolated) return [];
  mkdirSync(at.pictures, { recursive: true });
  for (const [path, button] of Object.entries(PAGES)) {
    await inEachLook(at, path, async (tab, look) => {
      if (button !== undefined) await tab.evaluate((name) => document.querySelector(name)?.click(), button);
      await pause(3000);
      const name = `${path}-${at.name}-${look.replaceAll(/\W+/g, '-')}.png`;
      writeFileSync(`${at.pictures}/${name}`, await tab.screenshot());
    });
  }
  return [];
}

export const CHECKS = [['pictures', draw]];
