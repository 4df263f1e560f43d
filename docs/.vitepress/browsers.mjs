// Drives the built site in the installed browsers: npm run browsers. Each task of the playground has to reach its goal, and to
// end with the hash of Node; pages may ask no other host, and print no error.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { Run } from '../playground/run.mjs';
import { readSettings } from '../playground/settings.mjs';
import { TASKS } from '../playground/tasks.mjs';

const [SITE, BASE] = ['docs/.vitepress/dist', '/bptt/'];
const BROWSERS = [
  { name: 'Chromium', browser: 'chrome', command: 'chromium' },
  { name: 'Firefox', browser: 'firefox', command: 'firefox-esr' },
];
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};
const GOAL_MS = 60_000;
const CLICKS = 200;

/** The file of a path, as a static host finds it. */
function fileOf(url) {
  const path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  if (!path.startsWith(BASE)) return undefined;
  const name = join(SITE, path.slice(BASE.length) || 'index.html');
  return [name, `${name}.html`].find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

async function serve(headers) {
  const server = createServer((request, response) => {
    const file = fileOf(request.url);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('content-type', TYPES[extname(file ?? '.html')] ?? 'application/octet-stream');
    response.statusCode = file === undefined ? 404 : 200;
    response.end(readFileSync(file ?? join(SITE, '404.html')));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** The hash of a run in Node. */
function hashInNode(address, steps) {
  const run = new Run(readSettings(address).settings);
  while (run.steps < steps) run.step();
  return run.hash();
}

/** A page that collects what must not happen. */
async function openPage(browser, origin, path) {
  const page = await browser.newPage();
  const faults = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(`console: ${message.text()}`));
  page.on('pageerror', ({ message }) => faults.push(`error: ${message}`));
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(origin)) faults.push(`asks ${request.url()}`);
  });
  await page.goto(`${origin}${BASE}${path}`, { waitUntil: 'load' });
  return { page, faults };
}

const textOf = (page, selector) => page.$eval(selector, (element) => element.textContent);

async function waitFor(page, pattern) {
  const end = Date.now() + GOAL_MS;
  for (;;) {
    const text = await textOf(page, '.state').catch(() => '');
    if (pattern.test(text)) return text;
    if (Date.now() > end) throw new Error(`waits in vain for ${pattern}: ${text}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** A task trains to its goal, and ends with the hash of Node. */
async function learns(browser, origin, task) {
  const address = `task=${task}&cell=LSTM`;
  const { page, faults } = await openPage(browser, origin, `playground#${address}`);
  await page.waitForSelector('.playground .main');
  await waitFor(page, /goal is/);
  await page.click('.playground .main');
  await waitFor(page, /: learned/);
  await page.click('.playground .main');
  const text = await waitFor(page, /Hash [0-9a-f]{16}/);
  const [, steps] = /Step (\d+)/.exec(text);
  const [, hash] = /Hash ([0-9a-f]{16})/.exec(text);
  const expected = hashInNode(address, Number(steps));
  if (hash !== expected) faults.push(`hash ${hash} after ${steps} steps, in Node ${expected}`);
  await page.close();
  return faults;
}

/** Settings go into the address; back, forward and reload restore them. */
async function restores(browser, origin) {
  const { page, faults } = await openPage(browser, origin, 'playground#task=echo');
  await page.waitForSelector('.playground [name=cell]');
  await page.select('.playground [name=cell]', 'GRU');
  const cell = () => page.$eval('.playground [name=cell]', ({ value }) => value);
  const expectCell = async (wanted, what) => {
    await new Promise((done) => setTimeout(done, 300));
    const found = await cell();
    if (found !== wanted) faults.push(`${what}: ${found} and not ${wanted}`);
  };
  if (!page.url().endsWith('#task=echo&cell=GRU')) faults.push(`the address is ${page.url()}`);
  await page.goBack();
  await expectCell('LSTM', 'back');
  await page.goForward();
  await expectCell('GRU', 'forward');
  await page.reload();
  await page.waitForSelector('.playground [name=cell]');
  await expectCell('GRU', 'reload');
  await page.close();
  return faults;
}

/** Random clicks and key presses break nothing. */
async function survives(browser, origin) {
  const { page, faults } = await openPage(browser, origin, 'playground');
  await page.waitForSelector('.playground .main');
  let state = 1997;
  const random = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((n * state) / 2 ** 32);
  };
  for (let k = 0; k < CLICKS; k++) {
    const elements = await page.$$('.playground button, .playground select, .playground input');
    const element = elements[random(elements.length)];
    if (random(2) === 0)
      await element.click().catch(() => undefined); // it may have gone meanwhile
    else {
      await element.focus().catch(() => undefined);
      await page.keyboard.press(['ArrowDown', 'ArrowUp', 'Enter', 'Tab', '7'][random(5)]);
    }
  }
  await new Promise((done) => setTimeout(done, 500));
  const text = await textOf(page, '.state');
  if (!/^\s*Step \d+/.test(text)) faults.push(`after ${CLICKS} clicks: ${text}`);
  await page.close();
  return faults.filter((fault) => !/clipboard|Document is not focused|NotAllowedError/i.test(fault));
}

/** Every page opens. */
async function opens(browser, origin) {
  const all = [];
  for (const path of ['', 'equations', 'cells', 'from-keras', 'changelog', 'api/index.html']) {
    const { page, faults } = await openPage(browser, origin, path);
    all.push(...faults.map((fault) => `/${path}: ${fault}`));
    await page.close();
  }
  return all;
}

const CHECKS = [
  ['opens pages', opens],
  ...Object.keys(TASKS).map((task) => [`learns ${task}, with the hash of Node`, (...at) => learns(...at, task)]),
  ['restores settings', restores],
  [`survives ${CLICKS} clicks and keys`, survives],
];

const HEADERS = {
  plain: {},
  isolated: { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' },
};

const wanted = process.argv.slice(2);
const { status } = spawnSync('npm', ['run', '--silent', 'docs:build'], {
  stdio: 'inherit',
  env: { ...process.env, DOCS_BASE: BASE },
  shell: process.platform === 'win32',
});
if (status !== 0) process.exit(1);
const { default: puppeteer } = await import('puppeteer-core'); // which the build has installed

let failed = 0;
for (const { name, browser: kind, command } of BROWSERS) {
  if (wanted.length > 0 && !wanted.includes(command)) continue;
  const found = spawnSync('which', [command], { encoding: 'utf8' });
  if (found.status !== 0) {
    console.log(`${name}: SKIPPED: on Debian, apt-get install ${command}`);
    continue;
  }
  for (const [how, headers] of Object.entries(HEADERS)) {
    const server = await serve(headers);
    const browser = await puppeteer.launch({
      browser: kind,
      executablePath: found.stdout.trim(),
      args: kind === 'chrome' ? ['--no-sandbox'] : [],
    });
    for (const [what, check] of CHECKS) {
      const start = Date.now();
      const faults = await check(browser, `http://127.0.0.1:${server.address().port}`).catch((error) => [
        error.message,
      ]);
      failed += faults.length > 0 ? 1 : 0;
      const seconds = ((Date.now() - start) / 1000).toFixed(1);
      console.log(
        `${name}, ${how}: ${what}: ${faults.length === 0 ? 'ok' : `FAILED: ${faults.join('; ')}`} (${seconds} s)`,
      );
    }
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
process.exitCode = failed === 0 ? 0 : 1;
