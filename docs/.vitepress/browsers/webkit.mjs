// WebKitGTK, through the protocol of WebDriver (https://www.w3.org/TR/webdriver2/).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';

const LIBRARIES = '/usr/lib/x86_64-linux-gnu';
/** Codes of keys. */
const KEYS = { ArrowDown: '\uE015', ArrowUp: '\uE013', Enter: '\uE007', Tab: '\uE004' };
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** The browser of the package webkit2gtk-driver; undefined if it is not installed. */
export function findWebKit() {
  if (!existsSync('/usr/bin/WebKitWebDriver') || !existsSync('/usr/bin/xvfb-run')) return undefined;
  const folders = readdirSync(LIBRARIES).filter((name) => name.startsWith('webkit2gtk-'));
  return folders.map((name) => `${LIBRARIES}/${name}/MiniBrowser`).find((file) => existsSync(file));
}

/** Collects what must not happen, as far as a page sees it. */
function watchFaults() {
  if (window.faults !== undefined) return;
  window.faults = [];
  const { error } = console;
  console.error = (...values) => {
    window.faults.push(`console: ${values.join(' ')}`);
    error.apply(console, values);
  };
  addEventListener('error', ({ message }) => window.faults.push(`error: ${message}`));
  addEventListener('unhandledrejection', ({ reason }) => window.faults.push(`error: ${reason}`));
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    window.faults.push(`policy: ${violatedDirective} ${blockedURI}`),
  );
}

function faultsOfPage() {
  const names = performance.getEntriesByType('resource').map(({ name }) => name);
  const others = names.filter((name) => !/^(data|blob):/.test(name) && !name.startsWith(location.origin));
  return [...(window.faults ?? []), ...others.map((name) => `asks ${name}`)];
}

/** The tab of a session; it has the methods of the tabs of puppeteer.mjs. */
class Tab {
  #ask;
  #faults = [];

  constructor(ask) {
    this.#ask = ask;
  }

  async #leave() {
    this.#faults.push(...(await this.evaluate(faultsOfPage)));
  }

  async goto(url) {
    await this.#ask('POST', '/url', { url: 'about:blank' }); // another # alone would not load the page again
    await this.#ask('POST', '/url', { url });
    await this.evaluate(watchFaults);
  }

  async evaluate(program, ...args) {
    const call = typeof program === 'string' ? `(0, eval)(${JSON.stringify(program)})` : `(${program})(...args)`;
    const script = `const args = [...arguments]; const done = args.pop();
      (async () => ${call})().then((value) => done({ value }), (error) => done({ message: String(error) }));`;
    const { value, message } = await this.#ask('POST', '/execute/async', { script, args });
    if (message !== undefined) throw new Error(message);
    return value;
  }

  /** As the page's own script does: the driver's way back skips entries that no user's gesture has made. */
  async #move(steps) {
    await this.evaluate((count) => history.go(count), steps);
    await new Promise((done) => setTimeout(done, 300));
  }

  back() {
    return this.#move(-1);
  }

  forward() {
    return this.#move(1);
  }

  async reload() {
    await this.#leave();
    await this.#ask('POST', '/refresh', {});
    await this.evaluate(watchFaults);
  }

  url() {
    return this.#ask('GET', '/url');
  }

  async press(key) {
    const active = await this.#ask('GET', '/element/active');
    await this.#ask('POST', `/element/${active[ELEMENT]}/value`, { text: KEYS[key] ?? key });
  }

  resize(width, height) {
    return this.#ask('POST', '/window/rect', { width, height });
  }

  /** What is to be seen of the page, as PNG. */
  async screenshot() {
    return Buffer.from(await this.#ask('GET', '/screenshot'), 'base64');
  }

  async faults() {
    await this.#leave();
    return this.#faults;
  }

  close() {}
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/** Starts WebKitGTK's MiniBrowser. */
export async function launchWebKit(binary) {
  const port = await freePort();
  const driver = spawn('xvfb-run', ['-a', 'WebKitWebDriver', `--port=${port}`], {
    stdio: 'ignore',
    detached: true, // xvfb-run, its screen and the driver end together
    env: { ...process.env, LANG: 'en_US.UTF-8' },
  });
  const request = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  };
  for (let tries = 0; ; tries++) {
    const status = await request('GET', '/status').catch((error) => error);
    if (status.ready) break;
    if (tries > 100) throw new Error(`WebKitWebDriver does not answer: ${status.message}`);
    await new Promise((done) => setTimeout(done, 100));
  }
  const options = { binary, args: ['--automation'] };
  const { sessionId, capabilities } = await request('POST', '/session', {
    capabilities: { alwaysMatch: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options } },
  });
  const ask = (method, path, body) => request(method, `/session/${sessionId}${path}`, body);
  return {
    open: async () => new Tab(ask),
    version: () => `WebKitGTK ${capabilities.browserVersion}`,
    async close() {
      await ask('DELETE', '').catch(() => undefined); // the driver ends anyway
      process.kill(-driver.pid);
    },
  };
}
