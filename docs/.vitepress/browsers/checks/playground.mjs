// The playground: each task reaches its goal and ends with the hash of Node; addresses restore settings.
import { Run } from '../../../playground/run.mjs';
import { readSettings } from '../../../playground/settings.mjs';
import { TASK_NAMES } from '../../../playground/tasks.mjs';
import { click, dropFiles, inputOf, openPage, pause, seeded, setValue, textOf, waitFor } from '../page.mjs';

const CLICKS = 200;

/** The hash of a run in Node. */
function hashInNode(address, steps) {
  const run = new Run(readSettings(address));
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

/** A heading in the address is no setting. */
async function scrolls(at) {
  const tab = await openPage(at, 'playground#what-to-try');
  await waitFor(tab, '.playground .state', /goal is/);
  const faults = [];
  const text = await textOf(tab, '.playground .state');
  if (/Not understood/.test(text)) faults.push(text);
  await tab.evaluate(() => document.querySelector('a[href*="task=text"]').click());
  await waitFor(tab, '.playground .about', /Next character/);
  faults.push(...(await tab.faults()));
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

/** Three nets train side by side, and end with the hashes that each has alone in Node. */
async function compares(at) {
  const tab = await openPage(at, 'playground#task=order&nets=3&2.cell=GRU&3.cell=SimpleRNN&hide=seed,teacher');
  await waitFor(tab, '.playground .state', /Net 3.*goal is/);
  await click(tab, '.playground .main');
  await pause(2000);
  await click(tab, '.playground .main');
  const text = await waitFor(tab, '.playground .state', /(Hash [0-9a-f]{16}.*){3}/);
  const faults = [];
  const ends = [...text.matchAll(/Step (\d+).*?Hash ([0-9a-f]{16})/g)];
  ['LSTM', 'GRU', 'SimpleRNN'].forEach((cell, k) => {
    const [, steps, hash] = ends[k];
    const expected = hashInNode(`task=order&cell=${cell}`, Number(steps));
    if (hash !== expected) faults.push(`net ${k + 1}: hash ${hash} after ${steps} steps, in Node ${expected}`);
  });
  const shown = await tab.evaluate(
    () => document.querySelectorAll('.playground [name=seed], .playground .teacher').length,
  );
  if (shown > 0) faults.push('hidden controls are shown');
  faults.push(...(await tab.faults()));
  await tab.close();
  return faults;
}

/** A dropped CSV file is trained on; other files end in a sentence. */
async function reads(at) {
  const tab = await openPage(at, 'playground#task=series');
  const lines = Array.from({ length: 90 }, (_, k) => `2020-${k};${(Math.sin(k / 2) + k / 50).toFixed(4)}`);
  const wrong = [
    ['picture.png', '\u0089PNG\r\n\u001a\n'],
    ['empty.csv', ''],
    ['words.csv', 'a,b\nc,d\n'],
    ['short.csv', '1\n2\n3\n'],
  ];
  await waitFor(tab, '.playground .drop');
  for (const [name, text] of wrong) {
    await dropFiles(tab, '.playground .drop', [{ name, bytes: Buffer.from(text) }]);
    await waitFor(tab, '.playground .drop [role=status]', new RegExp(`${name} has no column of at least 60 numbers`));
  }
  await dropFiles(tab, '.playground .drop', [{ name: 'series.csv', bytes: Buffer.from(`ds;y\n${lines.join('\n')}`) }]);
  await waitFor(tab, '.playground .drop [role=status]', /Column y: 90 numbers/);
  const faults = [];
  const url = await tab.url();
  if (!/#task=series&data=0\+/.test(url)) faults.push(`the address is ${url}`);
  await click(tab, '.playground .main');
  await waitFor(tab, '.playground .state', /[5-9]\d % better/);
  faults.push(...(await tab.faults()));
  await tab.close();
  return faults;
}

/** The text of a reader: refused if too short; each answer says what it depends on. */
async function connects(at) {
  const tab = await openPage(at, 'playground#task=text');
  const faults = [];
  await waitFor(tab, '.playground [name=text]');
  await setValue(tab, '.playground [name=text]', 'too short');
  await waitFor(tab, '.playground .data [role=status]', /has 9 characters, 6 of them different. It needs 60 to 4000/);
  await setValue(tab, '.playground [name=text]', 'the quick brown fox. '.repeat(10));
  await click(tab, '.playground .main');
  await waitFor(tab, '.playground .state', /: learned/);
  await click(tab, '.playground .main');
  await waitFor(tab, '.playground .state', /Hash/);
  const text = await waitFor(tab, '.playground .reading', /This depends most on “.” \d+ back/);
  if (!/After 25 characters/.test(text)) faults.push(text);
  const written = await textOf(tab, '.playground .written strong');
  if (!/quick brown fox/.test(written)) faults.push(`wrote ${written}`);
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
  if (!/Step \d+/.test(text)) faults.push(`after ${CLICKS} clicks: ${text}`);
  await tab.close();
  return faults;
}

export const CHECKS = [
  ...TASK_NAMES.map((task) => [`playground: learns ${task}, with the hash of Node`, (at) => learns(at, task)]),
  ['playground: three nets side by side', compares],
  ['playground: reads a CSV file', reads],
  ["playground: the reader's text", connects],
  ['playground: restores settings', restores],
  ['playground: experiments and headings', scrolls],
  [`playground: survives ${CLICKS} clicks and keys`, survives],
];
