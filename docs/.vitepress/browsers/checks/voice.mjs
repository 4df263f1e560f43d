// The page with a net in the audio thread: its outputs are those of Node; it works without microphone and sound device.
import { readFileSync } from 'node:fs';
import { hashOf } from '../../../playground/hash.mjs';
import { detect } from '../../../voice/detector.mjs';
import { readSettings } from '../../../voice/settings.mjs';
import { makeSound } from '../../../voice/sound.mjs';
import { click, inputOf, openPage, pause, seeded, setValue, waitFor } from '../page.mjs';

const STATE = '.voice .state';
const CLICKS = 60;
const ADDRESSES = ['', 'background=hum&decibels=-5&seed=7', 'background=hiss&decibels=20', 'background=clicks&seed=3'];

function hashInNode(address) {
  const { samples } = makeSound(readSettings(address));
  return hashOf(new Uint8Array(detect(readFileSync('docs/voice/voice.safetensors'), samples).buffer));
}

async function detects(at) {
  const faults = [];
  for (const address of ADDRESSES) {
    const tab = await openPage(at, `voice#${address}`);
    const text = await waitFor(tab, STATE, /Hash [0-9a-f]{16}.* A frame takes [1-9]/s);
    const [, hash] = /Hash ([0-9a-f]{16})/.exec(text);
    const expected = hashInNode(address);
    if (hash !== expected) faults.push(`#${address}: hash ${hash}, in Node ${expected}`);
    faults.push(...(await tab.faults()));
    await tab.close();
  }
  return faults;
}

async function restores(at) {
  const tab = await openPage(at, 'voice#seed=2');
  const faults = [];
  await waitFor(tab, STATE, /Hash/);
  await setValue(tab, '.voice [name=background]', 'hum');
  await waitFor(tab, STATE, /Hash/);
  const url = await tab.url();
  if (!url.endsWith('#background=hum&seed=2')) faults.push(`the address is ${url}`);
  for (const [way, expected] of [
    ['back', 'notes'],
    ['forward', 'hum'],
    ['reload', 'hum'],
  ]) {
    await tab[way]();
    await waitFor(tab, STATE, /Hash/);
    const background = await inputOf(tab, '.voice [name=background]');
    if (background !== expected) faults.push(`${way}: ${background} and not ${expected}`);
  }
  faults.push(...(await tab.faults()));
  await tab.close();
  return faults;
}

/** Whether the machine has sound or not, a click ends in a state that says so. */
async function answers(at, button, pattern) {
  const tab = await openPage(at, 'voice');
  await waitFor(tab, STATE, /Hash/);
  await click(tab, `.voice ${button}`);
  await waitFor(tab, STATE, pattern);
  if (await tab.evaluate(() => document.querySelector('.voice .stop') !== null)) await click(tab, '.voice .stop');
  await pause(200);
  await click(tab, '.voice .compute');
  await waitFor(tab, STATE, /Hash/);
  const faults = [...(await tab.faults())];
  await tab.close();
  return faults;
}

/** Clicks on everything, faster than it computes: what was chosen last is shown. */
async function survives(at) {
  const tab = await openPage(at, 'voice');
  await waitFor(tab, STATE, /Hash/);
  const random = seeded(16);
  const touch = (number) => {
    const all = document.querySelectorAll('.voice button, .voice select');
    const control = all[number % all.length];
    if (control.tagName === 'BUTTON') control.click();
    else {
      control.selectedIndex = number % control.length;
      control.dispatchEvent(new Event('change', { bubbles: true }));
    }
  };
  for (let k = 0; k < CLICKS; k++) await tab.evaluate(touch, random(1000));
  await click(tab, '.voice .compute');
  const [, hash] = /Hash ([0-9a-f]{16})/.exec(await waitFor(tab, STATE, /Hash [0-9a-f]{16}/));
  const expected = hashInNode((await tab.url()).split('#')[1] ?? '');
  const faults = [...(await tab.faults())];
  if (hash !== expected) faults.push(`hash ${hash}, in Node ${expected}`);
  await tab.close();
  return faults;
}

export const CHECKS = [
  [`voice: survives ${CLICKS} clicks`, survives],
  ['voice: detects in the audio thread, with the hash of Node', detects],
  ['voice: restores settings', restores],
  ['voice: plays, or says why not', (at) => answers(at, '.play', /sound plays|plays no sound/)],
  [
    'voice: asks for the microphone, or says why not',
    (at) =>
      answers(
        at,
        '.listen',
        /Listening to the microphone|no (sound of a )?microphone|microphone was refused|plays no sound/,
      ),
  ],
];
