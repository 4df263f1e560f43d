// Chromium and Firefox, through puppeteer.
import puppeteer from 'puppeteer-core';

/** A tab of a browser; webkit.mjs has one with the same methods. */
class Tab {
  #page;
  #faults = [];

  constructor(page) {
    this.#page = page;
    page.on('console', (message) => message.type() === 'error' && this.#faults.push(`console: ${message.text()}`));
    page.on('pageerror', ({ message }) => this.#faults.push(`error: ${message}`));
    page.on('request', (request) => {
      if (/^(data|blob|about):/.test(request.url())) return;
      if (!request.url().startsWith(this.origin)) this.#faults.push(`asks ${request.url()}`);
    });
  }

  async goto(url) {
    this.origin = new URL(url).origin;
    await this.#page.goto(url, { waitUntil: 'load' });
  }

  /** Runs a function, or the text of a program, in the page. */
  evaluate(program, ...args) {
    return this.#page.evaluate(program, ...args);
  }

  back() {
    return this.#page.goBack();
  }

  forward() {
    return this.#page.goForward();
  }

  reload() {
    return this.#page.reload();
  }

  url() {
    return this.#page.url();
  }

  press(key) {
    return this.#page.keyboard.press(key);
  }

  async resize(width, height) {
    await this.#page.setViewport({ width, height }).catch((error) => {
      if (!/setScreenOrientationOverride/.test(error.message)) throw error; // Firefox 140 resizes, but cannot turn
    });
  }

  /** The whole page as PNG. */
  screenshot() {
    return this.#page.screenshot({ fullPage: true });
  }

  /** What must not happen: errors, messages of console.error, requests to other hosts. */
  faults() {
    return this.#faults;
  }

  close() {
    return this.#page.close();
  }
}

/** Starts a browser: 'chrome' or 'firefox', and its executable. */
export async function launch(browser, executablePath) {
  const args =
    browser === 'chrome'
      ? ['--no-sandbox', '--disable-dev-shm-usage', '--autoplay-policy=no-user-gesture-required']
      : [];
  const launched = await puppeteer.launch({ browser, executablePath, args });
  return {
    open: async () => new Tab(await launched.newPage()),
    close: () => launched.close(),
    version: () => launched.version(),
  };
}
