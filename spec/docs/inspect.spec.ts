import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { writeNpy, writeNpz } from '../../lib/exchange/numpy.ts';
import { tensor } from '../../lib/index.ts';
import { built, skipped } from '../support/consumer.ts';
import { mutations } from '../support/mutate.ts';
import { READERS } from '../support/readers.ts';

/** Files that come together, and the part of a checkpoint. */
interface Case {
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly at?: string;
}

interface Weight {
  readonly name: string;
  readonly heat: readonly (readonly (number | null)[])[];
  readonly histogram: { readonly least: number; readonly counts: readonly number[] };
  readonly spectra: readonly {
    readonly gate: string;
    readonly values?: readonly (readonly [number, number])[];
    readonly reason?: string;
  }[];
  readonly nan: number;
  readonly infinite: number;
}

interface Opened {
  readonly ms: number;
  /** What the page would say; a raw error has another kind than Error and ContentError. */
  readonly failure?: string;
  readonly kind?: string;
  readonly what?: string;
  readonly refusal?: string;
  readonly takes?: string;
  readonly parts?: readonly string[];
  readonly layers?: readonly { readonly name: string; readonly depth: number; readonly parameters: string }[];
  readonly weights?: readonly Weight[];
}

/** Runs a program in the folder of the repository, and returns what it prints as JSON. */
function run<R>(script: string): R {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as R;
}

/** Opens files as the worker of the page does, each case on its own. */
function openAll(cases: readonly Case[]): Opened[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'bptt-inspect-'));
  const list = cases.map(({ files, at = '' }, k) => ({
    at,
    files: files.map(({ name, bytes }, j) => {
      const file = path.join(folder, `${k}-${j}`);
      writeFileSync(file, bytes);
      return { name, file };
    }),
  }));
  writeFileSync(path.join(folder, 'list.json'), JSON.stringify(list));
  try {
    return run(`
      import { readFileSync } from 'node:fs';
      import { open, sentenceOf } from './docs/inspect/open.mjs';
      import { weightOf } from './docs/inspect/weights.mjs';
      const list = JSON.parse(readFileSync(${JSON.stringify(path.join(folder, 'list.json'))}, 'utf8'));
      const results = [];
      for (const { files, at } of list) {
        const start = performance.now();
        const result = await open(files.map(({ name, file }) => ({ name, bytes: new Uint8Array(readFileSync(file)) })), at).then(
          ({ model, arrays, view: { what, refusal, table, input, parts } }) => ({
            what, refusal, parts, takes: input?.takes, layers: table?.layers,
            weights: [...arrays].map(([name, array]) => weightOf(name, array, model)),
          }),
          (error) => ({ failure: sentenceOf(error), kind: error.constructor.name }),
        );
        results.push({ ...result, ms: performance.now() - start });
      }
      console.log(JSON.stringify(results));`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const open = (...files: Case['files']): Opened => openAll([{ files }])[0]!;
const golden = (file: string): Case['files'][number] => ({
  name: path.basename(file),
  bytes: new Uint8Array(readFileSync(new URL(`../golden/${file}`, import.meta.url))),
});

/** The files of a sample of a reader, as they would be dropped; undefined for readers of parts of files. */
function filesOf(reader: string, bytes: Uint8Array): Case['files'] | undefined {
  const names: Readonly<Record<string, string>> = {
    readSafetensors: 'a.safetensors',
    readNpy: 'a.npy',
    readNpz: 'a.npz',
    readPt: 'a.pt',
    'importNode and importChain of ONNX': 'a.onnx',
    readKeras: 'a.h5',
    'readKeras of archives': 'a.keras',
  };
  if (reader.startsWith('fromTfjs')) {
    const size = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    return [
      { name: 'model.json', bytes: bytes.subarray(4, 4 + size) },
      { name: 'group1-shard1of1.bin', bytes: bytes.subarray(4 + size) },
    ];
  }
  return names[reader] === undefined ? undefined : [{ name: names[reader], bytes }];
}

const { FC_SEED = '1997' } = process.env;
/** Damaged files of each format. */
const DAMAGED = 60;

(built ? describe : describe.skip)(`the page Inspect${skipped}`, () => {
  it('opens every format, with its layers and weights', () => {
    const list = openAll(
      READERS.flatMap(({ name, samples }) => samples().map((bytes) => filesOf(name, bytes)))
        .filter((files) => files !== undefined)
        .map((files) => ({ files, at: '' })),
    );
    const refused = list.filter(({ failure }) => failure !== undefined).map(({ failure }) => failure);
    expect(refused).toEqual([expect.stringContaining('Pick one: { at:')]); // the checkpoint
    for (const { weights, failure } of list) expect(weights !== undefined || failure !== undefined).toBe(true);
    expect(new Set(list.map(({ what }) => what?.replace(/[\d,].*/, '').trim())).size).toBeGreaterThanOrEqual(7);
  });

  it('opens a part of a checkpoint', () => {
    const [opened] = openAll([{ files: [golden('statedicts/checkpoint_wrapped.pt')], at: 'model' }]);
    expect(opened!.what).toBe('a state dict of PyTorch, 4 arrays');
  });

  it('opens a node of an ONNX file', () => {
    const text = readFileSync(new URL('../golden/onnxruntime/imported.json', import.meta.url), 'utf8');
    const { cases } = JSON.parse(text) as {
      readonly cases: readonly { readonly name: string; readonly base64: string }[];
    };
    const bytes = new Uint8Array(Buffer.from(cases.find(({ name }) => name === 'lstm_inside_if')!.base64, 'base64'));
    const files = [{ name: 'a.onnx', bytes }];
    const [{ refusal, parts }] = openAll([{ files }]) as [Opened];
    expect(refusal).toBeDefined();
    expect(parts!.length).toBeGreaterThan(0);
    const [node, none] = openAll([
      { files, at: parts![0]! },
      { files, at: 'no.node' },
    ]);
    expect(node!.what).toBe(`node ${JSON.stringify(parts![0])} of an ONNX file`);
    expect(node!.takes).toBe('numbers');
    expect(none!.failure).toMatch(/^a\.onnx: importNode: .*"no\.node"/);
  });

  it('shows layers within layers', () => {
    const { what, layers, takes } = open(golden('kerasfiles/functional3.keras'));
    expect(what).toBe('a model of Keras 3.5.0');
    expect(takes).toBe('numbers');
    expect(layers!.map(({ name, depth, parameters }) => [name, depth, parameters])).toEqual([
      ['gru1', 0, '100'],
      ['layerNormalization1', 0, '8'],
      ['simpleRNN1', 0, '24'],
      ['gru2', 0, '38'],
      ['timeDistributed1', 0, '6'],
      ['dense1', 1, '6'],
    ]);
  });

  it('says why a model is refused, and shows its weights', () => {
    const { refusal, weights } = open(golden('kerasfiles/frozen2.h5'));
    expect(refusal).toMatch(/"lstm_1" must be trainable.*forTraining: false$/);
    expect(weights).toHaveLength(6);
  });

  it('shows a matrix with its first row on top, its blocks and its eigenvalues', () => {
    // [H, 3H]: blocks 2·1, diag(1, −3), and a rotation by a right angle
    const kernel = tensor([
      [2, 0, 1, 0, 0, -1],
      [0, 2, 0, -3, 1, 0],
    ]);
    const bytes = writeNpz(
      new Map<string, ReturnType<typeof tensor>>([
        ['gru/recurrent_kernel', kernel],
        ['other', tensor([[1, Number.NaN, Number.POSITIVE_INFINITY]])],
      ]),
    );
    const [recurrent, other] = open({ name: 'a.npz', bytes }).weights!;
    expect(recurrent!.heat).toEqual([
      [0, 2],
      [2, 0],
      [0, 1],
      [-3, 0],
      [1, 0],
      [0, -1],
    ]); // columns, each from the last row to the first
    expect(recurrent!.spectra).toEqual([
      {
        gate: 'update',
        values: [
          [2, 0],
          [2, 0],
        ],
      },
      {
        gate: 'reset',
        values: [
          [-3, 0],
          [1, 0],
        ],
      },
      {
        gate: 'candidate',
        values: [
          [0, 1],
          [0, -1],
        ],
      },
    ]);
    expect(recurrent!.histogram.least).toBe(-3);
    expect(recurrent!.histogram.counts).toHaveLength(32);
    expect(recurrent!.histogram.counts.reduce((sum, count) => sum + count)).toBe(12);
    expect(recurrent!.histogram.counts.filter((count) => count > 0)).toEqual([1, 1, 6, 2, 2]);
    expect(other).toMatchObject({ nan: 1, infinite: 1, spectra: [], histogram: { counts: [1] } });
  });

  it('takes the blocks of [G·H, H] as rows, and means of blocks of large matrices', () => {
    const values = Array.from({ length: 300 }, (_, i) => Array.from({ length: 300 }, (_, j) => (i === j ? 1 : 0)));
    const bytes = writeNpz(
      new Map([
        ['lstm.weight_hh_l0', tensor([[0.5], [-1], [2], [3]])],
        ['large', tensor(values)],
      ]),
    );
    const [small, large] = open({ name: 'a.npz', bytes }).weights!;
    expect(small!.spectra.map(({ gate, values: all }) => [gate, all![0]![0]])).toEqual([
      ['input', 0.5],
      ['forget', -1],
      ['candidate', 2],
      ['output', 3],
    ]);
    expect([large!.heat.length, large!.heat[0]!.length]).toEqual([256, 128]);
    expect(large!.heat[0]![127]).toBeGreaterThan(0.3); // the diagonal begins on top
    expect(large!.heat[0]![0]).toBe(0);
  });

  it('gives no eigenvalues where a number is not finite', () => {
    const bytes = writeNpz(new Map([['weight_hh', tensor([[Number.NaN]])]]));
    expect(open({ name: 'a.npz', bytes }).weights![0]!.spectra).toEqual([
      { gate: 'hidden', reason: 'has numbers that are not finite, so it has no eigenvalues' },
    ]);
  });

  it.each([
    ['no file', [], 'there is no file.'],
    ['an empty file', [['a.pt', '']], 'a.pt: it is empty.'],
    [
      'a text',
      [['a.txt', 'no model']],
      'a.txt: the format is not known; bptt reads models of bptt, Keras, .pt, .npz, .npy, safetensors, TensorFlow.js, ONNX.',
    ],
    [
      'a lone model.json',
      [['model.json', '{"modelTopology":{},"weightsManifest":[{"paths":["w.bin"],"weights":[]}]}']],
      'its weights are in "w.bin", which is not here; take model.json and all of its files at once.',
    ],
    [
      'a path out of the folder',
      [['model.json', '{"modelTopology":{},"weightsManifest":[{"paths":["../w.bin"]}]}']],
      'model.json: its manifest names "../w.bin", which is no file beside it.',
    ],
    [
      'two models',
      [
        ['a.pt', 'x'],
        ['b.pt', 'x'],
      ],
      '2 files came at once, and 0 of them end in .json; take one file, or a model.json with its files of weights.',
    ],
  ] as const)('says what is wrong with %s', (_, files, sentence) => {
    const opened = open(...files.map(([name, content]) => ({ name, bytes: new TextEncoder().encode(content) })));
    expect(opened.failure).toBe(sentence);
  });

  it(`ends in a sentence for ${DAMAGED} damaged and ${DAMAGED} short files of each format, seed ${FC_SEED}`, () => {
    const cases = READERS.flatMap(({ name, samples, words }) => {
      const damaged = mutations(samples(), words, Number(FC_SEED));
      const sample = samples()[0]!;
      return Array.from({ length: 2 * DAMAGED }, (__, k) =>
        filesOf(
          name,
          k < DAMAGED ? damaged.next().value : sample.slice(0, Math.floor(((k - DAMAGED) * sample.length) / DAMAGED)),
        ),
      ).filter((files) => files !== undefined);
    });
    const list = openAll(cases.map((files) => ({ files })));
    const raw = list.filter(({ kind = 'Error' }) => !['Error', 'ContentError'].includes(kind));
    expect(raw.map(({ failure }) => failure)).toEqual([]);
    const failures = list.flatMap(({ failure }) => failure ?? []);
    expect(failures.length).toBeGreaterThan(DAMAGED);
    for (const failure of failures) expect(failure).toMatch(/[.!?]$/);
    expect(list.filter(({ ms }) => ms > 5000)).toEqual([]); // none hangs
  });

  it('makes samples that open, and runs them', () => {
    const results = run<Record<string, { what: string; refusal?: string; rows?: number[][]; said?: string }>>(`
      import { open } from './docs/inspect/open.mjs';
      import { run } from './docs/inspect/run.mjs';
      import { SAMPLES } from './docs/inspect/samples.mjs';
      const results = {};
      const sine = Array.from({ length: 30 }, (_, t) => Math.sin((t * Math.PI) / 10)).join('\\n');
      for (const [name, { files }] of Object.entries(SAMPLES)) {
        const { model, view: { what, refusal, input } } = await open(await files());
        const given = input?.tokens ? { kind: 'text', text: 'the rain in spain' } : { kind: 'series', text: sine };
        results[name] = { what, refusal, ...(model && run(model, input, given)) };
      }
      console.log(JSON.stringify(results));`);
    expect(results.text!.said).toBe('he rain in spain ');
    for (const name of ['onnx', 'tfjs']) {
      const { rows } = results[name]!;
      expect(rows).toHaveLength(30);
      for (let t = 10; t < 30; t++)
        expect(Math.abs(rows![t]![0]! - Math.sin(((t + 1) * Math.PI) / 10))).toBeLessThan(0.1);
    }
    expect(results.refused!.refusal).toMatch(/"gru1".*"selu"/);
    expect(results.arrays!.what).toBe('a safetensors file, 4 arrays');
  });

  it('reads series and texts, or says what is wrong with them', () => {
    const results = run<readonly (readonly unknown[] | string)[]>(`
      import { readSeries, readText, tokensOf } from './docs/inspect/series.mjs';
      const calls = [
        () => readSeries('a;b\\n1;2\\r\\n3\\t-4e1\\n\\n', 2),
        () => readSeries('1, 2, 3', 1),
        () => readSeries('', 1),
        () => readSeries('1 2\\n3', 2),
        () => readSeries('1\\n2 x', 1),
        () => readSeries('NaN\\n1', 1),
        () => readSeries('0x10', 1),
        () => readText('abca', ['c', 'b', 'a'], ''),
        () => readText('to be', ['be', 'to'], ' '),
        () => readText('x', ['a'], ''),
        () => readText('', ['a'], ''),
        () => tokensOf({ size: 3 }, 'aba'),
        () => tokensOf({ size: 3 }, ''),
      ];
      console.log(JSON.stringify(calls.map((call) => { try { return call(); } catch (error) { return error.message; } })));`);
    expect(results).toEqual([
      [
        [1, 2],
        [3, -40],
      ],
      [[1], [2], [3]],
      'There are no numbers: give one line for each time step.',
      'The model takes 2 numbers at each time step, and line 2 has 1.',
      'Line 2 has "x", which is no number.',
      [[1]], // a first line without numbers is one of names
      [[16]],
      [2, 1, 0, 2],
      [1, 0],
      'The vocabulary does not have "x"; it has "a".',
      'There is no text.',
      'The vocabulary has "a" twice.',
      'The file has no vocabulary: give its 3 characters in the order of their numbers.',
    ]);
  });

  it('opens a file of NumPy as a single array', () => {
    const { weights } = open({ name: 'a.npy', bytes: writeNpy(tensor([[1, 2]])) });
    expect(weights!.map(({ name, heat }) => [name, heat])).toEqual([['array', [[1], [2]]]]);
  });
});
