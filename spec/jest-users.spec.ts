import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

// What docs/platforms.md says to users of Jest, in a package that has bptt installed.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const built = existsSync(`${ROOT}/dist/index.js`);
const page = readFileSync(`${ROOT}/docs/platforms.md`, 'utf8');
const configurations = [...page.matchAll(/```js excerpt\n(module\.exports = [\s\S]*?)```/g)].map(([, code]) => code!);
const withSwc = configurations.find((code) => code.includes('@swc/jest'))!;

const BODY = `
test('computes', () => {
  expect(new LSTM({ units: 3 }).forward(zeros([2, 3, 4])).shape).toEqual([2, 3]);
  expect(backend().name).toBe('simd');
});`;
const AS_COMMONJS = `const { backend, LSTM, zeros } = require('bptt'); ${BODY}`;
const AS_MODULE = `import { backend, LSTM, zeros } from 'bptt'; ${BODY}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'jest-users-'));
  const modules = `${folder}/node_modules`;
  mkdirSync(`${modules}/bptt`, { recursive: true });
  cpSync(`${ROOT}/package.json`, `${modules}/bptt/package.json`);
  cpSync(`${ROOT}/dist`, `${modules}/bptt/dist`, { recursive: true });
  for (const name of ['@swc', 'jest']) symlinkSync(`${ROOT}/node_modules/${name}`, `${modules}/${name}`, 'junction');
  writeFileSync(`${folder}/package.json`, '{ "name": "user" }');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a test file of that package; what Jest prints. */
function jest(name: string, test: string, configuration: string, ...flags: string[]): string {
  writeFileSync(`${folder}/${name}`, test);
  writeFileSync(`${folder}/jest.config.cjs`, configuration);
  const args = [...flags, `${ROOT}/node_modules/jest/bin/jest.js`, '--rootDir', folder, '--no-cache', `/${name}`];
  const { NODE_OPTIONS: _, ...env } = process.env;
  return spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' }).stderr;
}

(built ? describe : describe.skip)(
  `the package under Jest${built ? '' : ', skipped: npm run build makes dist/'}`,
  () => {
    it('is transformed for tests in CommonJS by the configuration of the page', () => {
      expect(jest('commonjs.test.js', AS_COMMONJS, withSwc)).toMatch(/1 passed, 1 total/);
    });

    it('needs the pattern that each configuration of the page has', () => {
      const pattern = "transformIgnorePatterns: ['/node_modules/(?!bptt/)']";
      expect(configurations.filter((code) => code.includes(pattern)).length).toBe(configurations.length);
      expect(
        jest('commonjs.test.js', AS_COMMONJS, withSwc.replace(pattern, 'transformIgnorePatterns: ["/node_modules/"]')),
      ).toMatch(/Must use import to load ES Module/);
    });

    it('is loaded as it is by tests that are ES modules', () => {
      const configuration = "module.exports = { transform: {}, testMatch: ['**/*.test.mjs'] };";
      expect(jest('module.test.mjs', AS_MODULE, configuration, '--experimental-vm-modules')).toMatch(
        /1 passed, 1 total/,
      );
    });
  },
);
