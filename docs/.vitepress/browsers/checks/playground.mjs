// The playground: each task reaches its goal and ends with the hash of Node; addresses restore settings.
import { Run } from '../../../playground/run.mjs';
import { readSettings } from '../../../playground/settings.mjs';
import { TASKS } from '../../../playground/tasks.mjs';
import { click, inputOf, openPage, pause, seeded, setValue, textOf, waitFor } from '../page.mjs';

const CLICKS = 200;

/** The hash of a run in Node. */
function hashInNode(address, steps) {
  const run = new Run(readSettings(address).settings);
  while (run.steps < steps) run.step();
  return run.hash();
}

async function learns(at, task) {
  const address = `task=${task}&cell=LSTM`;
  const tab = await openPage(at, `playground#${address}`);
  await waitFor(tab, '.playground .state', /goal is/);
  await click(tab, '.playground .main');
  await waitFor(tab, '.playground .state', /: learned/);
  await click(tab, '.playground .main');
  const text = await waitFor(tab, '.playground .state', /Hash [0-9a-f]{16}/);
  const [, steps] = /Step (\d+)/.exec(text);
  const [, hash] = /Hash ([0-9a-f]{16})/.exec(text);
  const expected = hashInNode(address, Number(steps));
  const faults = [...(await tab.faults())];
  if (hash !== expected) faults.push(`hash ${hash} after ${steps} steps, in Node ${expected}`);
  await tab.close();
  return faults;
}

async function restores(at) {
  const tab = await openPage(at, 'playground#task=echo');
  const CELL = '.playground [name=cell]';
  const faults = [];
  const expectCell = async (expected, what) => {
    await waitFor(tab, CELL);
    await pause(300);
    const cell = await inputOf(tab, CELL);
    if (cell !== expected) faults.push(`${what}: ${cell} and not ${expected}`);
  };
  await waitFor(tab, CELL);
  await setValue(tab, CELL, 'GRU');
  await pause(300);
  const url = await tab.url();
  if (!url.endsWith('#task=echo&cell=GRU')) faults.push(`the address is ${url}`);
  await tab.back();
  await expectCell('LSTM', 'back');
  await tab.forward();
  await expectCell('GRU', 'forward');
  await tab.reload();
  await expectCell('GRU', 'reload');
  faults.push(...(await tab.faults()));
  await tab.close();
  return faults;
}

async function survives(at) {
  const tab = await openPage(at, 'playground');
  await waitFor(tab, '.playground .main');
  const random = seeded(1997);
  const keys = ['ArrowDown', 'ArrowUp', 'Enter', 'Tab', '7'];
  const touch = (number, how) => {
    const all = document.querySelectorAll('.playground button, .playground select, .playground input');
    all[number % all.length][how]();
  };
  for (let k = 0; k < CLICKS; k++) {
    const how = ['click', 'focus'][random(2)];
    await tab.evaluate(touch, random(1000), how);
    if (how === 'focus') await tab.press(keys[random(keys.length)]);
  }
  await pause(500);
  const text = await textOf(tab, '.playground .state');
  const faults = [...(await tab.faults())].filter(
    (fault) => !/clipboard|Document is not focused|NotAllowed/i.test(fault),
  );
  if (!/^\s*Step \d+/.test(text)) faults.push(`after ${CLICKS} clicks: ${text}`);
  await tab.close();
  return faults;
}

export const CHECKS = [
  ...Object.keys(TASKS).map((task) => [`playground: learns ${task}, with the hash of Node`, (at) => learns(at, task)]),
  ['playground: restores settings', restores],
  [`playground: survives ${CLICKS} clicks and keys`, survives],
];
