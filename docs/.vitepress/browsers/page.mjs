// What checks do with a tab, in every browser.
import { BASE } from './server.mjs';

/** Milliseconds until a wait is given up. */
const PATIENCE = 60_000;

const SIZES = [
  [380, 800],
  [1600, 900],
];

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Opens a page of the site: 'playground#task=echo'. */
export async function openPage({ browser, origin }, path) {
  const tab = await browser.open();
  await tab.goto(`${origin}${BASE}${path}`);
  return tab;
}

export function textOf(tab, selector) {
  return tab.evaluate((at) => document.querySelector(at)?.textContent ?? '', selector);
}

/** Waits until an element exists, and its text fits a pattern; returns the text. */
export async function waitFor(tab, selector, pattern = /^/) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const text = await tab.evaluate((at) => document.querySelector(at)?.textContent ?? null, selector);
    if (text !== null && pattern.test(text)) return text;
    if (Date.now() > end) throw new Error(`${selector} does not come to ${pattern}: ${text}`);
    await pause(100);
  }
}

export function click(tab, selector) {
  return tab.evaluate((at) => document.querySelector(at).click(), selector);
}

export function inputOf(tab, selector) {
  return tab.evaluate((at) => document.querySelector(at).value, selector);
}

/** Sets the value of a control, as a user who then leaves it. */
export function setValue(tab, selector, value) {
  return tab.evaluate(
    (at, text) => {
      const control = document.querySelector(at);
      control.value = text;
      for (const event of ['input', 'change']) control.dispatchEvent(new Event(event, { bubbles: true }));
    },
    selector,
    String(value),
  );
}

/** Drops files on an element: [{ name, bytes }]. */
export function dropFiles(tab, selector, files) {
  const texts = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
  return tab.evaluate(
    (at, list) => {
      const dataTransfer = new DataTransfer();
      for (const { name, base64 } of list) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        dataTransfer.items.add(new File([bytes], name));
      }
      const drop = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer });
      document.querySelector(at).dispatchEvent(drop);
    },
    selector,
    texts,
  );
}

/** Opens a page light and dark, on a phone and on a wide screen: `look(tab, 'dark, 380 px')`. */
export async function inEachLook(at, path, look) {
  const tab = await openPage(at, path);
  for (const theme of ['light', 'dark']) {
    await tab.evaluate((name) => localStorage.setItem('vitepress-theme-appearance', name), theme);
    for (const [width, height] of SIZES) {
      await tab.resize(width, height);
      await tab.reload();
      await pause(1000); // until components have come
      await look(tab, `${theme}, ${width} px`);
    }
  }
  await tab.evaluate(() => localStorage.clear());
  await tab.close();
}

/** Whole numbers from 0 to n − 1 (a linear congruential generator), the same in every run. */
export function seeded(seed) {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((n * state) / 2 ** 32);
  };
}
