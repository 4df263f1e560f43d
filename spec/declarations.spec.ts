import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const built = existsSync(`${ROOT}/dist/index.d.ts`);
const entries = Object.keys((JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as { exports: object }).exports)
  .filter((name) => !name.endsWith('.json'))
  .map((name) => `bptt${name.slice(1)}`);

const PROGRAM = `
${entries.map((name, i) => `import * as entry${i} from '${name}';`).join('\n')}
import { type AbortSignalLike, type Backend, Sequential, useKernels } from 'bptt';
import kernels from 'bptt/kernels.wasm';

export const entries = [${entries.map((_, i) => `entry${i}`).join(', ')}];
export const backend: Backend = useKernels(kernels);
export const fit = (model: Sequential, x: entry0.Tensor, signal: AbortSignalLike) => model.fit(x, x, { signal });
`;

/** With the types that a platform brings, its own classes fit. */
const WITH_DOM = `
import { type Sequential, type Tensor, useKernels } from 'bptt';
export const fit = (model: Sequential, x: Tensor) => model.fit(x, x, { signal: new AbortController().signal });
export const stream = (model: Sequential) => model.fitStream([], { signal: AbortSignal.timeout(10) });
export const start = (bytes: ArrayBuffer) => useKernels(new WebAssembly.Module(bytes));
`;

const OPTIONS = { noEmit: true, strict: true, skipLibCheck: false, target: 'es2022', exactOptionalPropertyTypes: true };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'declarations-'));
  mkdirSync(`${folder}/node_modules/@types`, { recursive: true });
  symlinkSync(ROOT, `${folder}/node_modules/bptt`, 'junction');
  symlinkSync(`${ROOT}/node_modules/@types/node`, `${folder}/node_modules/@types/node`, 'junction');
  writeFileSync(`${folder}/package.json`, '{ "type": "module" }');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What the compiler says about a program of a user. */
function errorsIn(program: string, compiler: string, options: object): string {
  writeFileSync(`${folder}/program.ts`, program);
  const config = { compilerOptions: { ...OPTIONS, ...options }, files: ['program.ts'] };
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(config));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [`${ROOT}/node_modules/${compiler}/bin/tsc`, '-p', folder],
    { encoding: 'utf8' },
  );
  return status === 0 ? '' : `${stdout}${stderr}`;
}

const RESOLUTIONS = [
  { module: 'node16', moduleResolution: 'node16' },
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'esnext', moduleResolution: 'bundler' },
];

(built ? describe : describe.skip)(`the declarations${built ? '' : ', skipped: npm run build makes dist/'}`, () => {
  it.each(RESOLUTIONS)('of all entries are sound on ECMAScript alone, without skipLibCheck: %j', (resolution) => {
    const options = { lib: ['es2022'], types: [], ...resolution };
    expect(errorsIn(PROGRAM, 'typescript-7', options)).toBe('');
  });

  it('are so for the older compiler too', () => {
    expect(errorsIn(PROGRAM, 'typescript', { lib: ['es2022'], types: [], ...RESOLUTIONS[1] })).toBe('');
  });

  it.each([
    ['the DOM', { lib: ['es2022', 'dom'], types: [] }],
    ['Node', { lib: ['es2022'], types: ['node'] }],
  ])("take the signals and modules of %s's types", (platform, options) => {
    const program = platform === 'Node' ? WITH_DOM.replace(/.*WebAssembly.*/, '') : WITH_DOM; // Node's types name none
    expect(errorsIn(program, 'typescript-7', { ...options, ...RESOLUTIONS[1] })).toBe('');
  });
});
