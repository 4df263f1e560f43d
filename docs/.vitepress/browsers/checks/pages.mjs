// Every page opens.
import { readdirSync } from 'node:fs';
import { openPage } from '../page.mjs';
import { SITE } from '../server.mjs';

/** The addresses of all pages of the site. */
export function addresses() {
  const files = readdirSync(SITE).filter((file) => file.endsWith('.html') && file !== '404.html');
  return [...files.map((file) => file.replace(/(index)?\.html$/, '')).sort(), 'api/index.html'];
}

async function opens(at) {
  const all = [];
  if (at.isolated) return all; // those that compute have checks of their own
  for (const path of addresses()) {
    const tab = await openPage(at, path);
    all.push(...(await tab.faults()).map((fault) => `/${path}: ${fault}`));
    await tab.close();
  }
  return all;
}

export const CHECKS = [['opens all pages', opens]];
