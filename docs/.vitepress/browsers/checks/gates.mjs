// The page of the gates: examples, sliders, and counters that are trained.
import { click, openPage, setValue, textOf, waitFor } from '../page.mjs';

async function shows(at) {
  const tab = await openPage(at, 'gates');
  const faults = [];
  await waitFor(tab, '.gates .pictures', /c is largest at 0.988 and ends at 0.69/);
  await setValue(tab, '.gates [name=forget-bias]', 1);
  await waitFor(tab, '.gates .pictures', /ends at [\d.]+e-[78]|ends at 4.4e-8|ends at 0.0000/);
  for (const k of [1, 2, 3, 4, 5, 6]) {
    await click(tab, `.gates [role=group] button:nth-child(${k})`);
    await waitFor(tab, `.gates [role=group] button:nth-child(${k})[aria-pressed=true]`);
  }
  await waitFor(tab, '.gates .pictures', /∏ \(1 − z\) is/);
  const words = { LSTM: 27, GRU: 12 };
  for (const [cell, longest] of Object.entries(words)) {
    await setValue(tab, '.gates [name=counter]', cell);
    await click(tab, '.gates .train');
    const text = await waitFor(tab, '.gates .counted', /up to n = \d+/);
    if (!text.includes(`up to n = ${longest}.`)) faults.push(`${cell}: ${text}, in Node ${longest}`);
  }
  const about = await textOf(tab, '.gates .about');
  if (!/no longer tells how many/.test(about)) faults.push(about);
  faults.push(...(await tab.faults()));
  await tab.close();
  return faults;
}

export const CHECKS = [['gates: examples, sliders and counters', shows]];
