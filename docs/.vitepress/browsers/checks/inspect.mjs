// Inspect: every format opens, runs and shows its weights; wrong files end in a sentence.
import { readFileSync } from 'node:fs';
import { readZip, storedBytes, writeZip } from '../../../../dist/exchange/zip.js';
import { SAMPLES } from '../../../inspect/samples.mjs';
import { click, dropFiles, openPage, setValue, textOf, waitFor } from '../page.mjs';

const golden = (path) => {
  const bytes = new Uint8Array(readFileSync(new URL(`../../../../spec/golden/${path}`, import.meta.url)));
  return [{ name: path.split('/').at(-1), bytes }];
};
const text = (name, content) => [{ name, bytes: new TextEncoder().encode(content) }];
const [STATE, FAILURE, VERDICT] = ['.inspect .state', '.inspect .failure', '.inspect .verdict'];

/** [files, what the page says of them] */
const GOOD = [
  [() => SAMPLES.text.files(), /a model of bptt/],
  [() => SAMPLES.onnx.files(), /an ONNX file with 1 recurrent node/],
  [() => SAMPLES.tfjs.files(), /a model of TensorFlow\.js/],
  [() => SAMPLES.arrays.files(), /a safetensors file, 4 arrays/],
  [() => golden('statedicts/lstm.pt'), /a state dict of PyTorch, 4 arrays/],
  [() => golden('kerasfiles/functional3.keras'), /a model of Keras 3/],
  [() => golden('kerasfiles/sequential2.h5'), /a model of Keras 2/],
  [numpy, /arrays of NumPy, 1 array/],
];

async function numpy() {
  const { writeNpz } = await import('../../../../dist/exchange/numpy.js');
  return [
    {
      name: 'a.npz',
      bytes: writeNpz(
        new Map([['a', { shape: [2, 2], dtype: 'float32', data: Float32Array.of(1, 2, 3, Number.NaN) }]]),
      ),
    },
  ];
}

/** An archive whose pickle ends early. */
function truncatedPickle() {
  const [{ bytes }] = golden('statedicts/lstm.pt');
  const files = [...readZip('check', bytes)].map(([name, entry]) => [name, storedBytes('check', name, entry)]);
  return [
    {
      name: 'short.pt',
      bytes: writeZip(files.map(([name, data]) => [name, name.endsWith('.pkl') ? data.slice(0, 40) : data])),
    },
  ];
}

const WRONG = [
  ['a text', () => text('notes.txt', 'no model'), /the format is not known/],
  ['a text with the name of a model', () => text('model.onnx', 'no model'), /importChain|recurrentNodes/],
  [
    'a picture',
    () => [{ name: 'a.png', bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0) }],
    /the format is not known/,
  ],
  ['an empty file', () => text('empty.safetensors', ''), /it is empty/],
  [
    'half a file',
    () => golden('kerasfiles/tiny3.keras').map(({ name, bytes }) => ({ name, bytes: bytes.slice(0, 900) })),
    /tiny3\.keras: /,
  ],
  ['half a pickle', truncatedPickle, /an unexpected end|a pickle/],
  ['a model.json alone', async () => (await SAMPLES.tfjs.files()).slice(0, 1), /take model\.json and all of its files/],
  ['two models', () => [...golden('statedicts/lstm.pt'), ...golden('statedicts/net.pt')], /2 files came at once/],
];

/** Errors that are no sentences. */
const RAW = /\b(TypeError|RangeError|undefined|\[object|is not a function|Cannot read)\b/;

async function opensFormats(at) {
  const tab = await openPage(at, 'inspect');
  await waitFor(tab, '.inspect .drop');
  const faults = [];
  for (const [files, pattern] of GOOD) {
    await dropFiles(tab, '.inspect .drop', await files());
    const said = await waitFor(tab, STATE, pattern).catch(({ message }) => message);
    if (!pattern.test(said)) faults.push(`${said} and not ${pattern}`);
    await waitFor(tab, '.inspect .weight .histogram').catch(async ({ message }) => {
      faults.push(`${pattern}: ${message}; ${await textOf(tab, FAILURE)}`);
    });
    const broken = await tab.evaluate(
      () =>
        [...document.querySelectorAll('.inspect [role=img]')].filter((each) => !each.getAttribute('aria-label')).length,
    );
    if (broken > 0) faults.push(`${pattern}: ${broken} pictures without words`);
  }
  faults.push(...(await tab.faults()));
  await tab.close();
  return faults;
}

async function refuses(at) {
  const tab = await openPage(at, 'inspect');
  await waitFor(tab, '.inspect .drop');
  const faults = [];
  for (const [what, files, pattern] of WRONG) {
    await dropFiles(tab, '.inspect .drop', await files());
    const said = await waitFor(tab, FAILURE, pattern).catch(({ message }) => message);
    if (!pattern.test(said) || !/[.!?]\s*$/.test(said) || RAW.test(said)) faults.push(`${what}: ${said}`);
  }
  await dropFiles(tab, '.inspect .drop', golden('statedicts/checkpoint_wrapped.pt'));
  await waitFor(tab, FAILURE, /Pick one/);
  await tab.evaluate(() =>
    [...document.querySelectorAll('.inspect button')].find(({ textContent }) => /^Open/.test(textContent)).click(),
  );
  await waitFor(tab, STATE, /a state dict of PyTorch, 4 arrays/);
  faults.push(...(await tab.faults()));
  await tab.close();
  return faults;
}

async function runs(at) {
  const tab = await openPage(at, 'inspect');
  await waitFor(tab, '[data-sample=text]');
  const faults = [];
  await click(tab, '[data-sample=text]');
  await waitFor(tab, '.inspect [name=text]');
  await setValue(tab, '.inspect [name=text]', 'the rain in spain');
  await click(tab, '.run .main');
  const said = await waitFor(tab, '.result .said');
  if (!said.startsWith('he rain in spain')) faults.push(`the text goes on with ${said}`);
  await setValue(tab, '.inspect [name=text]', 'ŁŁ');
  await click(tab, '.run .main');
  await waitFor(tab, '.run .failure', /The vocabulary does not have "Ł"/);
  await click(tab, '[data-sample=onnx]');
  await waitFor(tab, '.inspect [name=series]');
  await click(tab, '.run .main');
  await waitFor(tab, '.result [role=status]', /60 time steps in, 1 output at 60 time steps/);
  await setValue(tab, '.inspect [name=series]', '1, 2');
  await click(tab, '.run .main');
  await waitFor(tab, '.result [role=status]', /2 time steps in/);
  await setValue(tab, '.inspect [name=series]', '1\n2, x');
  await click(tab, '.run .main');
  await waitFor(tab, '.run .failure', /Line 2 has "x", which is no number/);
  await click(tab, '[data-sample=refused]');
  await waitFor(tab, VERDICT, /cannot be imported as a model: .*selu/);
  if ((await textOf(tab, '.inspect .run')) !== '') faults.push('a model that is refused can be run');
  faults.push(...(await tab.faults()));
  await tab.close();
  return faults;
}

export const CHECKS = [
  ['inspect: opens every format', opensFormats],
  ['inspect: refuses wrong files with a sentence', refuses],
  ['inspect: runs models on text and series', runs],
];
