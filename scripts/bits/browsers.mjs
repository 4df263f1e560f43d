// Runs scripts in the page, a Worker, a service worker or an AudioWorklet of an installed browser. The browser opens a page of
// a local server, and the script or the page posts the answer.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { findWebKit } from '../../docs/.vitepress/browsers/webkit.mjs';

const CHROMIUM =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const has = (command) => spawnSync(command, ['--version']).status === 0;
const webKit = findWebKit();

/** Arguments with which browsers open an address; `packages` are those of Debian. */
const BROWSERS = [
  {
    name: 'Chromium',
    command: has('chromium') ? 'chromium' : undefined,
    args: (profile) => [...CHROMIUM.split(' '), `--user-data-dir=${profile}`],
    packages: 'chromium',
  },
  {
    name: 'Firefox',
    command: has('firefox-esr') ? 'firefox-esr' : undefined,
    args: (profile) => ['--headless', '--no-remote', '--profile', profile],
    packages: 'firefox-esr',
  },
  {
    name: 'WebKitGTK',
    command: webKit && 'xvfb-run',
    args: () => ['-a', webKit, '--private'],
    packages: 'webkit2gtk-driver xvfb',
  },
];

const WORKLET_PAGE = `<!doctype html><script type="module">
  const post = (result) => fetch('/result', { method: 'POST', body: result });
  try {
    const context = new OfflineAudioContext(1, 128, 44100);
    await context.audioWorklet.addModule('/worklet.js');
    new AudioWorkletNode(context, 'run').port.onmessage = ({ data }) => post(data);
  } catch (error) {
    post(String(error));
  }
</script>`;

const script = (code) => `<!doctype html><script type="module">${code}</script>`;

/** Pages that run '/page.js' somewhere. */
const PAGES = {
  page: '<!doctype html><script type="module" src="/page.js"></script>',
  Worker: script("new Worker('/page.js', { type: 'module' });"),
  'service worker': script("navigator.serviceWorker.register('/page.js');"),
};

/** Isolates a page from other origins, so that it has threads, and allows no script but its own files. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Content-Security-Policy': "worker-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline'",
};

/** The installed browsers, and those that are not. */
export const [browsers, absent] = [true, false].map((present) =>
  BROWSERS.filter(({ command }) => (command !== undefined) === present),
);

/** The text that a script posts in the AudioWorklet of a browser. */
export const inWorklet = (browser, code, folder) => open(browser, { '/': WORKLET_PAGE, '/worklet.js': code }, folder);

/**
 * The text that the script '/page.js' posts in an isolated page of a browser, or in a Worker or a service worker of this page.
 *
 * @param {keyof typeof PAGES} place
 * @param scripts - by path
 */
export const inPage = (browser, place, scripts, folder) =>
  open(browser, { '/': PAGES[place], ...scripts }, folder, ISOLATED);

/** The text that is posted after a browser has opened '/' of these files. */
async function open({ name, command, args }, files, folder, headers = {}) {
  let posted;
  const result = new Promise((resolve) => {
    posted = resolve;
  });
  const server = createServer(async (request, response) => {
    const file = files[request.url];
    for (const header of Object.entries(headers)) response.setHeader(...header);
    response.setHeader('content-type', request.url.endsWith('.js') ? 'text/javascript' : 'text/html');
    if (request.method === 'POST') posted(Buffer.concat(await request.toArray()).toString());
    else if (file === undefined) response.statusCode = 404;
    response.end(file);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const profile = mkdtempSync(`${folder}/${name}-`);
  const browser = spawn(command, [...args(profile), `http://127.0.0.1:${server.address().port}/`], {
    stdio: 'ignore',
    detached: true, // xvfb-run, its screen and the browser end together
    env: { ...process.env, LANG: 'en_US.UTF-8', JSC_useSharedArrayBuffer: '1' }, // which WebKitGTK has by this option only
  });
  try {
    return await Promise.race([result, once(browser, 'exit').then(([code]) => `the browser ended with code ${code}`)]);
  } finally {
    if (browser.exitCode === null) process.kill(-browser.pid);
    await (browser.exitCode === null && browser.signalCode === null ? once(browser, 'exit') : undefined);
    server.closeAllConnections();
    server.close();
  }
}
