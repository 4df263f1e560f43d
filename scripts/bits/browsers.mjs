// Runs scripts in the AudioWorklet, in the page or in a Worker of an installed browser. The browser opens a page of a local
// server, and the page posts the answer.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';

const CHROMIUM =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const BROWSERS = [
  { name: 'Chromium', command: 'chromium', flags: (profile) => [...CHROMIUM.split(' '), `--user-data-dir=${profile}`] },
  { name: 'Firefox', command: 'firefox-esr', flags: (profile) => ['--headless', '--no-remote', '--profile', profile] },
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

const PAGE = '<!doctype html><script type="module" src="/page.js"></script>';
const WORKER_PAGE = `<!doctype html><script type="module">new Worker('/page.js', { type: 'module' });</script>`;

/** Isolates a page from other origins, so that it has threads, and allows no script but its own files. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Content-Security-Policy': "worker-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline'",
};

/** The installed browsers. */
export const browsers = BROWSERS.filter(({ command }) => spawnSync(command, ['--version']).status === 0);

/** The text that a script posts in the AudioWorklet of a browser. */
export const inWorklet = (browser, script, folder) =>
  open(browser, { '/': WORKLET_PAGE, '/worklet.js': script }, folder);

/**
 * The text that the script '/page.js' posts in an isolated page of a browser, or in a Worker of this page.
 *
 * @param scripts - by path
 */
export const inPage = (browser, scripts, folder, worker) =>
  open(browser, { '/': worker ? WORKER_PAGE : PAGE, ...scripts }, folder, ISOLATED);

/** The text that is posted after a browser has opened '/' of these files. */
async function open({ command, flags }, files, folder, headers = {}) {
  let posted;
  const result = new Promise((resolve) => {
    posted = resolve;
  });
  const server = createServer(async (request, response) => {
    const file = files[request.url];
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('content-type', request.url.endsWith('.js') ? 'text/javascript' : 'text/html');
    if (request.method === 'POST') posted(Buffer.concat(await request.toArray()).toString());
    else if (file === undefined) response.statusCode = 404;
    response.end(file);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const profile = mkdtempSync(`${folder}/${command}-`);
  const browser = spawn(command, [...flags(profile), `http://127.0.0.1:${server.address().port}/`], {
    stdio: 'ignore',
  });
  try {
    return await Promise.race([result, once(browser, 'exit').then(([code]) => `the browser ended with code ${code}`)]);
  } finally {
    browser.kill();
    await (browser.exitCode === null && browser.signalCode === null ? once(browser, 'exit') : undefined);
    server.closeAllConnections();
    server.close();
  }
}
