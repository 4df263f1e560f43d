import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fc } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import * as bpttBrowser from '../lib/browser.ts';
import * as fleetBullmq from '../lib/fleet/bullmq/index.ts';
import * as fleet from '../lib/fleet/index.ts';
import * as flow from '../lib/flow/index.ts';
import * as bptt from '../lib/index.ts';
import * as bpttNdarray from '../lib/ndarray.ts';
import * as bpttNode from '../lib/node.ts';
import * as plot from '../lib/plot/index.ts';
import * as verify from '../lib/verify/index.ts';
import { run, type Snippet } from './docs/snippets.ts';
import { docstringsOf, type Example, examplesOf, sources, withoutWords } from './support/docstrings.ts';
import { EXCHANGE, EXCHANGED } from './support/exchange-entries.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const all = [...sources()];
const docstrings = all.flatMap(([file, source]) => docstringsOf(file, source));

/** Runs code as a module of plain Node; what it printed. */
function node(code: string, ...flags: string[]): string {
  return execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', code], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const TRAIN = `
  import { Adam, Dense, LSTM, MeanSquaredError, Sequential, randomNormal, zeros } from './dist/index.js';
  const model = new Sequential([new LSTM({ units: 4 }), new Dense({ units: 1 })]);
  model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
  const x = randomNormal([8, 5, 2], { seed: 1 });
  const { epochs } = await model.fit(x, zeros([8, 1]), { epochs: 2, batchSize: 3, validationData: [x, zeros([8, 1])] });
  const copy = Sequential.fromBytes(model.toBytes());
  const same = JSON.stringify(copy.predict(x).toArray()) === JSON.stringify(model.predict(x).toArray());
  if (!same || !(epochs[1].loss < epochs[0].loss)) throw new Error('no training');
  console.log('trained');
`;

const DRAW = `
  import { report } from './dist/plot/index.js';
  const log = { epoch: 0, epochs: 1, loss: 1, gradientNorm: 2, clippedNorm: 1, learningRate: 1, skipped: 0 };
  const page = report({ epochs: [log] });
  console.log(page.split('role="img"').length === 3 ? 'drawn' : page);
`;

/** What a module could leave behind: globals, and everything that hangs on them. */
const GLOBALS = `
  const own = (value) => Object.entries(Object.getOwnPropertyDescriptors(value)).map(([k, d]) => [k, d.value ?? d.get, d.writable]);
  const look = () => [globalThis, Math, Object, Array, Float32Array, Object.prototype, Array.prototype, Float32Array.prototype,
    Object.getPrototypeOf(Float32Array.prototype), Number, Number.prototype, String.prototype, Promise.prototype].map(own);
  const before = look();
  await import('./dist/index.js');
  const after = look();
  const same = before.every((list, i) => list.length === after[i].length &&
    list.every((entry, j) => entry.every((part, k) => Object.is(part, after[i][j][k]))));
  if (!same) console.log('the main entry changes globals');
`;

/** Computes with the file of the kernels as the package's name leads to it. */
const KERNELS_FILE = `
  import { readFileSync } from 'node:fs';
  import { backend, useKernels } from 'bptt';
  useKernels(new WebAssembly.Module(readFileSync(new URL(import.meta.resolve('bptt/kernels.wasm')))));
  console.log(backend().name);
`;

const built = existsSync(`${ROOT}/dist/index.js`);

(built ? describe : describe.skip)(`the built package${built ? '' : ', skipped: npm run build makes dist/'}`, () => {
  it('trains where no code may be compiled from strings', () => {
    expect(node(TRAIN, '--disallow-code-generation-from-strings')).toBe('trained\n');
  });

  it('draws where no code may be compiled from strings', () => {
    expect(node(DRAW, '--disallow-code-generation-from-strings')).toBe('drawn\n');
  });

  it('declares bptt/plot without the types of the plotting library, which not every user has', () => {
    const folder = `${ROOT}/dist/plot`;
    const declarations = readdirSync(folder).filter((name) => name.endsWith('.d.ts'));
    expect(declarations).toContain('report.d.ts');
    expect(declarations.filter((name) => readFileSync(`${folder}/${name}`, 'utf8').includes('@observablehq'))).toEqual(
      [],
    );
  });

  it('trains with frozen intrinsics and without __proto__', () => {
    expect(node(TRAIN, '--frozen-intrinsics', '--disable-proto=throw', '--disable-warning=ExperimentalWarning')).toBe(
      'trained\n',
    );
  });

  it('prints nothing and changes no global when it is imported', () => {
    expect(node(GLOBALS)).toBe('');
  });

  it('has the kernels as a file, which useKernels takes', () => {
    expect(node(KERNELS_FILE)).toBe('simd\n');
  });

  it('has the entries it promises', () => {
    const names = [
      'bptt',
      'bptt/browser',
      ...Object.keys(EXCHANGE),
      'bptt/fleet',
      'bptt/fleet/bullmq',
      'bptt/flow',
      'bptt/ndarray',
      'bptt/node',
      'bptt/plot',
      'bptt/verify',
    ];
    const code = `for (const name of ${JSON.stringify(names)}) console.log(name, Object.keys(await import(name)).length > 0)`;
    expect(node(code)).toBe(names.map((name) => `${name} true\n`).join(''));
  });
});

describe('the package', () => {
  const targets = [...readFileSync(`${ROOT}/README.md`, 'utf8').matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, to]) => to!);
  const linked = [...new Set(targets)].filter((target) => !target.startsWith('http'));

  it('holds the pages that its README links, and nothing else of docs/', () => {
    const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const [{ files }] = JSON.parse(listed) as [{ files: { path: string }[] }];
    const paths = files.map((file) => file.path);
    expect(linked.filter((target) => !paths.includes(target))).toEqual([]);
    expect(paths.filter((file) => file.startsWith('docs/')).sort()).toEqual(
      linked.filter((target) => target.startsWith('docs/')).sort(),
    );
  });

  it('has every page of the documentation linked in its README, but for the list of pages itself', () => {
    const pages = readdirSync(`${ROOT}/docs`).filter((name) => name.endsWith('.md') && name !== 'README.md');
    expect(pages.map((name) => `docs/${name}`).filter((page) => !linked.includes(page))).toEqual([]);
  });

  it('has every entry named where it is introduced', () => {
    const { exports } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as { exports: object };
    const entries = Object.keys(exports).filter((entry) => entry !== './package.json');
    const page = readFileSync(`${ROOT}/docs/getting-started.md`, 'utf8');
    const rows = [...page.matchAll(/^\| `(bptt[\w./-]*)` \|/gm)].map(([, name]) => name!.replace('bptt', '.'));
    expect(rows.sort()).toEqual(entries.sort());
  });
});

describe('the sources', () => {
  it.each(all)('%s computes with its own arithmetic, and is silent', (file, source) => {
    const code = withoutWords(source);
    const engine = [
      ...code.matchAll(
        /\bMath\s*\.\s*(exp|expm1|log|log1p|log2|log10|tanh|sinh|cosh|random|pow|sin|cos|tan|atan2?|asin|acos|cbrt|hypot)\b/g,
      ),
    ];
    const taken = [...code.matchAll(/\{([^{}]*)\} = Math\b/g)].flatMap(([, names]) =>
      names!.split(',').map((n) => n.trim().split(':')[0]!),
    );
    const allowed = [
      'LN2',
      'LOG2E',
      'PI',
      'SQRT2',
      'abs',
      'ceil',
      'floor',
      'fround',
      'imul',
      'max',
      'min',
      'round',
      'sign',
      'sqrt',
      'trunc',
    ];
    const reference = file === 'lib/kernels/arithmetic.ts' ? ['exp', 'tanh'] : [];
    if (!file.startsWith('lib/plot/')) {
      // a drawing is rounded to hundredths of a pixel
      expect(engine.map(([what]) => what)).toEqual([]);
      expect(taken.filter((name) => !allowed.includes(name))).toEqual(reference);
    }
    const hosts = ['training/progress-bar', 'node', 'files/node-host', 'kernels/threads/spawn', 'fleet/builtins'];
    if (hosts.some((host) => file === `lib/${host}.ts`) || file.startsWith('lib/cli/')) return;
    expect([...code.matchAll(/\b(console|process)\b/g)].map(([what]) => what)).toEqual([]);
  });

  it.each(all)('%s looks at every error it catches', (_, source) => {
    const catches = [...withoutWords(source).matchAll(/^( *)(?:\} )?(catch\b[\s\S]*?)\n\1\}/gm)].map(
      ([, , block]) => block!,
    );
    expect(catches.length).toBe(withoutWords(source).match(/\bcatch\b/g)?.length ?? 0);
    expect(catches.filter((block) => !/^catch \(error\) \{\n[\s\S]*\berror\b/.test(block))).toEqual([]);
  });

  it('raise to a power only by a constant in float64 verification, in drawings, or by small integers', () => {
    const found = all.flatMap(([file, source]) =>
      [...withoutWords(source).matchAll(/(\S+) \*\* (\S+)/g)].map(([what]) => `${file}: ${what}`),
    );
    expect(found.filter((each) => !/\b2 \*\* -?\d+/.test(each) && !/^lib\/(verify|plot)\//.test(each))).toEqual([]);
  });
});

const DOCUMENTED = Object.entries<unknown>({
  ...bptt,
  ...EXCHANGED,
  ...fleet,
  ...fleetBullmq,
  ...flow,
  ...bpttNdarray,
  ...bpttNode,
  ...plot,
  ...verify,
}).filter(([, value]) => {
  const isError = typeof value === 'function' && value.prototype instanceof Error;
  return !isError;
});

describe('the public names', () => {
  it('of bptt/browser are those of bptt/node, so that a program changes one import', () => {
    expect([...Object.keys(bpttBrowser), 'enableWideSimd'].sort()).toEqual(Object.keys(bpttNode).sort());
  });

  it.each(DOCUMENTED.map(([name]) => name))('%s has a docstring with an example', (name) => {
    const declaration = new RegExp(`^export (?:abstract )?(?:class|function|const|async function) ${name}\\b`);
    const found = docstrings.filter(({ code }) => declaration.test(code));
    expect(found).not.toEqual([]);
    expect(found.some(({ text }) => examplesOf({ ...found[0]!, text }).length > 0)).toBe(true);
  });
});

/** Where examples of what is not public find it. */
const scope = globalThis as { internalOfBptt?: object };
/** What examples leave to the reader. */
const STAND_INS: Readonly<Record<string, unknown>> = {
  fc,
  MyCell: bptt.LSTMCell,
};
const PUBLIC = {
  bptt,
  ...EXCHANGE,
  'bptt/fleet': fleet,
  'bptt/fleet/bullmq': fleetBullmq,
  'bptt/flow': flow,
  'bptt/ndarray': bpttNdarray,
  'bptt/node': bpttNode,
  'bptt/verify': verify,
};

/** An example with everything it names, and does not itself declare, in scope; `own` is what its file exports. */
function complete({ file, line, code }: Example, own: object): Snippet {
  const uses = (name: string): boolean =>
    new RegExp(`\\b${name}\\b`).test(code) &&
    !new RegExp(`(?:const|let|class|function|import) (?:[{[][^}\\]\\n]*)?\\b${name}\\b`).test(code);
  const known = new Set<string>();
  const from = (source: string, names: string[]): string => {
    const used = names.filter((name) => !known.has(name) && uses(name));
    for (const name of used) known.add(name);
    return used.length === 0 ? '' : `const { ${used.join(', ')} } = ${source}; `;
  };
  const prelude = [
    ...Object.entries(PUBLIC).map(([name, module]) => from(`require('${name}')`, Object.keys(module))),
    from('globalThis.internalOfBptt', [...Object.keys(own), ...Object.keys(STAND_INS)]),
    from("require('@jest/globals')", ['test', 'expect']),
    uses('ndarray') ? "const ndarray = require('ndarray').default;" : '',
  ];
  scope.internalOfBptt = { ...STAND_INS, ...own };
  return { page: file, line: line - 1, heading: '', code: `${prelude.join('')}\n${code}` };
}

describe('the examples in docstrings', () => {
  const turn = ({ file }: Example): number => (file === 'lib/node.ts' ? 0 : 1);
  // enableWideSimd comes before anything computes
  const examples = docstrings.flatMap(examplesOf).sort((a, b) => turn(a) - turn(b));

  it('are found', () => {
    expect(examples.length).toBeGreaterThan(60);
    expect(docstrings.filter(({ text }) => text.includes('@example')).length).toBe(examples.length);
  });

  it.each(examples.map((example) => [`${example.file}:${example.line}`, example] as const))(
    '%s',
    async (_, example) => {
      await run(complete(example, (await import(`../${example.file}`)) as object));
    },
  );
});
