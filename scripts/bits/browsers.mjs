// Runs a script in the AudioWorklet of an installed browser. The browser opens a page of a local server, and the page
// posts the answer of the worklet.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';

const CHROMIUM =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const BROWSERS = [
  { name: 'Chromium', command: 'chromium', flags: (profile) => [...CHROMIUM.split(' '), `--user-data-dir=${profile}`] },
  { name: 'Firefox', command: 'firefox-esr', flags: (profile) => ['--headless', '--no-remote', '--profile', profile] },
];

const PAGE = `<!doctype html><script type="module">
  const post = (result) => fetch('/result', { method: 'POST', body: result });
  try {
    const context = new OfflineAudioContext(1, 128, 44100);
    await context.audioWorklet.addModule('/worklet.js');
    new AudioWorkletNode(context, 'run').port.onmessage = ({ data }) => post(data);
  } catch (error) {
    post(String(error));
  }
</script>`;

/** The installed browsers. */
export const browsers = BROWSERS.filter(({ command }) => spawnSync(command, ['--version']).status === 0);

/** The text that the worklet posts. */
export async function inWorklet({ command, flags }, script, folder) {
  let posted;
  const result = new Promise((resolve) => {
    posted = resolve;
  });
  const server = createServer(async (request, response) => {
    const isScript = request.url === '/worklet.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    if (request.method === 'POST') posted(Buffer.concat(await request.toArray()).toString());
    response.end(request.method === 'POST' ? '' : isScript ? script : PAGE);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const profile = `${folder}/${command}`;
  mkdirSync(profile);
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
