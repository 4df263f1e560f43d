// Times in Chromium: npm run bench:site [-- built]. When pages can be used, and the longest task of the main thread while nets
// train. Goals: 1.5 s, and 50 ms as the median of three runs.
import { spawnSync } from 'node:child_process';
import { click, openPage, pause, waitFor } from './page.mjs';
import { buildSite, serve } from './server.mjs';

if (!process.argv.includes('built')) buildSite();
const { launch } = await import('./puppeteer.mjs'); // whose package the build has installed
const executable = spawnSync('which', ['chromium'], { encoding: 'utf8' }).stdout.trim();

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

async function inNewBrowser(measure) {
  const server = await serve({});
  const browser = await launch('chrome', executable);
  const result = await measure({ browser, origin: server.origin });
  await browser.close();
  server.close();
  return result;
}

/** Milliseconds from the start of the navigation until an element is there. */
async function usableAfter(path, selector) {
  return inNewBrowser(async (at) => {
    const tab = await openPage(at, path);
    return tab.evaluate(async (wanted) => {
      while (document.querySelector(wanted) === null) await new Promise(requestAnimationFrame);
      return performance.now();
    }, selector);
  });
}

/** The longest task of the main thread in some seconds of training; tasks below 50 ms count as 0. */
async function longestTask(address) {
  return inNewBrowser(async (at) => {
    const tab = await openPage(at, `playground#${address}`);
    await waitFor(tab, '.playground .state', /goal is/);
    await pause(500);
    await tab.evaluate(() => {
      window.longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
      }).observe({ type: 'longtask' });
    });
    await click(tab, '.playground .main');
    await pause(6000);
    return tab.evaluate(() => window.longest);
  });
}

const USABLE = [
  ['', '.VPNavBarSearch button, .VPNavBarSearchButton, .DocSearch-Button'],
  ['playground', '.playground .curves path'],
];
for (const [path, selector] of USABLE) {
  const times = [];
  for (let round = 0; round < 3; round++) times.push(await usableAfter(path, selector));
  console.log(`/${path}: can be used after ${median(times).toFixed(0)} ms`);
}

const RUNS = ['', 'task=text&units=64', 'task=adding&nets=3&2.cell=GRU&3.cell=SimpleRNN'];
for (const address of RUNS) {
  const tasks = [];
  for (let round = 0; round < 3; round++) tasks.push(await longestTask(address));
  const words = tasks.map((ms) => (ms === 0 ? '<50' : ms.toFixed(0))).join(', ');
  console.log(`playground#${address}: longest tasks ${words} ms`);
}
