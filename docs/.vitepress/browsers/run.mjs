// Drives the built site in the installed browsers: npm run browsers [-- chromium firefox-esr webkit] [checks=WORD]
// [pictures=FOLDER].
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { buildSite, serve } from './server.mjs';
import { findWebKit, launchWebKit } from './webkit.mjs';

const which = (command) => spawnSync('which', [command], { encoding: 'utf8' }).stdout.trim() || undefined;

const BROWSERS = [
  {
    name: 'Chromium',
    command: 'chromium',
    packages: 'chromium',
    find: () => which('chromium') ?? which('google-chrome'),
    driver: 'chrome',
  },
  {
    name: 'Firefox',
    command: 'firefox-esr',
    packages: 'firefox-esr',
    find: () => which('firefox-esr'),
    driver: 'firefox',
  },
  { name: 'WebKitGTK', command: 'webkit', packages: 'webkit2gtk-driver xvfb', find: findWebKit },
];

/** Headers of the server: a usual one, and one whose pages are isolated from other origins. */
const HEADERS = {
  plain: {},
  isolated: { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' },
};

async function launch({ driver }, executable) {
  if (driver === undefined) return launchWebKit(executable);
  const { launch: start } = await import('./puppeteer.mjs'); // whose package the build has installed
  return start(driver, executable);
}

/** The checks of all files, as far as their names contain a word. */
async function checksWith(word) {
  const files = readdirSync(new URL('checks/', import.meta.url)).sort();
  const modules = await Promise.all(files.map((file) => import(`./checks/${file}`)));
  return modules.flatMap(({ CHECKS }) => CHECKS).filter(([what]) => what.includes(word));
}

/** Runs checks; returns how many fail. */
async function runChecks(checks, at, where) {
  let failed = 0;
  for (const [what, check] of checks) {
    const start = Date.now();
    const faults = await check(at).catch((error) => [error.message]);
    failed += faults.length > 0 ? 1 : 0;
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    const result = faults.length === 0 ? 'ok' : `FAILED: ${faults.join('; ')}`;
    console.log(`${where}: ${what}: ${result} (${seconds} s)`);
  }
  return failed;
}

const args = process.argv.slice(2);
const option = (name) => args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
const [word, pictures] = [option('checks') ?? '', option('pictures')];
const wanted = args.filter((arg) => BROWSERS.some(({ command }) => command === arg));
if (!args.includes('built')) buildSite();
const checks = await checksWith(word);

let failed = 0;
for (const kind of BROWSERS) {
  const { name, command, packages, find } = kind;
  if (wanted.length > 0 && !wanted.includes(command)) continue;
  const executable = find();
  if (executable === undefined) {
    console.log(`${name}: SKIPPED: on Debian, apt-get install ${packages}`);
    continue;
  }
  for (const [how, headers] of Object.entries(HEADERS)) {
    const server = await serve(headers);
    const browser = await launch(kind, executable);
    const where = `${name}, ${how}`;
    console.log(`${where}: ${await browser.version()}`);
    const { origin, requested } = server;
    failed += await runChecks(
      checks,
      { browser, origin, requested, name, isolated: how === 'isolated', pictures },
      where,
    );
    await browser.close();
    server.close();
  }
}
console.log(failed === 0 ? 'every check passed' : `${failed} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
