import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What a bundler keeps of a program: its bytes, and the files that any of them come from. */
async function bundle(program: string): Promise<{ bytes: number; files: string[] }> {
  const { metafile } = await build({
    stdin: { contents: program, resolveDir: ROOT },
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const [{ bytes, inputs }] = Object.values(metafile.outputs) as [(typeof metafile.outputs)[string]];
  return { bytes, files: Object.keys(inputs).filter((file) => inputs[file]!.bytesInOutput > 0) };
}

/** Of these folders and files of lib/, those that a program using one name of the main entry brings along. */
async function brings(name: string, among: readonly string[]): Promise<string[]> {
  const { files } = await bundle(`import { ${name} } from './lib/index.ts'; console.log(${name});`);
  return among.filter((part) => files.some((file) => file.startsWith(`lib/${part}`)));
}

/** The entries of files of other libraries. */
const EXCHANGES = [
  'exchange/keras.ts',
  'exchange/numpy.ts',
  'exchange/onnx.ts',
  'exchange/pytorch.ts',
  'exchange/safetensors.ts',
  'exchange/tfjs.ts',
];

const UPPER = [
  'plot/',
  'exchange/',
  'flow/',
  'model/',
  'training/',
  'layers/',
  'engine/',
  'losses/',
  'optimizers/',
  'clip/',
  'verify/',
  'formats/',
];

describe('a bundle', () => {
  it.each(['index.ts', 'browser.ts', 'ndarray.ts', 'node.ts', 'flow/index.ts', ...EXCHANGES])(
    'holds nothing of lib/%s where it is imported and not used',
    async (entry) => {
      expect((await bundle(`import './lib/${entry}';`)).bytes).toBeLessThan(20);
    },
  );

  it.each([
    ['LSTMCell', []],
    ['LSTM', ['layers/', 'engine/']],
    ['Adam', ['optimizers/']],
    ['MeanSquaredError', ['engine/', 'losses/']],
    ['clipByNorm', ['clip/']],
    ['tensor', []],
    ['BpttError', []],
  ] as const)('with %s alone brings, of the upper floors, %j', async (name, expected) => {
    expect(await brings(name, UPPER)).toEqual(expected);
  });

  it('brings the other kinds of cells and layers with none of them', async () => {
    expect(await brings('LSTM', ['cells/gru', 'cells/simple', 'layers/gru', 'layers/simple', 'layers/dense'])).toEqual(
      [],
    );
  });

  it('of everything in the main entry has nothing that draws', async () => {
    const { files } = await bundle(`import * as bptt from './lib/index.ts'; console.log(bptt);`);
    expect(files.filter((file) => /^lib\/plot\/|@observablehq|node_modules\/d3/.test(file))).toEqual([]);
  });

  it('of a drawing works in a browser: it needs nothing of Node, nor a document', async () => {
    const { files } = await bundle(`import { lossCurve } from './lib/plot/index.ts'; console.log(lossCurve);`);
    expect(files.some((file) => file.includes('@observablehq/plot'))).toBe(true);
    expect(files.filter((file) => /linkedom|jsdom/.test(file))).toEqual([]);
  });

  it('with files of browsers brings nothing of Node, nor anything that computes', async () => {
    const { files } = await bundle(`import * as browser from './lib/browser.ts'; console.log(browser);`);
    expect(files.filter((file) => /node-|kernels\/|lib\/(cells|engine|layers|memory)/.test(file))).toEqual([]);
    expect(files).toContain('lib/files/origin-files.ts');
  });

  it.each(EXCHANGES)(
    'with lib/%s brings nothing of other formats, nor anything that runs models, unless it makes them',
    async (entry) => {
      const { files } = await bundle(`import * as all from './lib/${entry}'; console.log(all);`);
      const folders = EXCHANGES.map((name) => `lib/${name.replace('.ts', '/')}`);
      const writes = entry === 'exchange/keras.ts' ? 'lib/exchange/numpy/' : ''; // weights for Keras
      const others = folders.filter((folder) => ![`lib/${entry.replace('.ts', '/')}`, writes].includes(folder));
      expect(files.filter((file) => others.some((folder) => file.startsWith(folder)))).toEqual([]);
      if (['exchange/keras.ts', 'exchange/onnx.ts', 'exchange/tfjs.ts'].includes(entry)) return;
      expect(files.filter((file) => /^lib\/(model|training|engine|cells)\//.test(file))).toEqual([]);
    },
  );

  it('brings no kernels where nothing computes', async () => {
    for (const name of ['BpttError', 'tensor', 'stack'])
      expect(await brings(name, ['kernels/backend', 'kernels/wasm'])).toEqual([]);
  });
});
