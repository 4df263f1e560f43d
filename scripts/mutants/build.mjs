import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { transformSync } from '@swc/core';

const OPTIONS = { swcrc: false, jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } };

// Builds and copies of the library and the repository, for mutants.

/** Converts TypeScript to JavaScript: strips types, and imports './x.js' instead of './x.ts'. */
export function transpile(source) {
  const { code } = transformSync(source, OPTIONS);
  return code.replace(/((?:from |import\(|import )['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2');
}

/** AssemblyScript files, which are not built: the build has the code that was generated from them. */
const NOT_BUILT = join('lib', 'kernels', 'simd');

/** Transpiles lib/ into a new temporary folder, from which packages resolve as from here. */
export function buildLibrary() {
  const root = mkdtempSync(join(tmpdir(), 'bptt-mutants-'));
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'), 'junction');
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  for (const entry of readdirSync('lib', { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (!entry.isFile() || dirname(path) === NOT_BUILT) continue;
    const target = join(root, 'built', relative('lib', path));
    mkdirSync(dirname(target), { recursive: true });
    if (path.endsWith('.ts')) writeFileSync(builtName(target), transpile(readFileSync(path, 'utf8')));
    else cpSync(path, target);
  }
  return root;
}

/** Copies the build, so that it can be changed. */
export function copyBuild(root, name) {
  const copy = join(root, name);
  cpSync(join(root, 'built'), copy, { recursive: true });
  return copy;
}

/** Not copied with the repository; packages resolve from `root`. */
const NOT_COPIED = ['.git', 'coverage', 'dist', 'node_modules'];

/** Copies the repository, sources and specs, so that it can be changed. */
export function copySources(root, name) {
  const copy = join(root, name);
  for (const entry of readdirSync('.').filter((entry) => !NOT_COPIED.includes(entry))) {
    cpSync(entry, join(copy, entry), { recursive: true });
  }
  return copy;
}

/** Converts `x.ts` to `x.js`. */
export function builtName(path) {
  return path.replace(/\.ts$/, '.js');
}

/** Returns the source with the change of a mutant, or the reason why the change is not possible. */
export function mutate({ file, find, replace, nth }) {
  const source = readFileSync(file, 'utf8');
  const parts = source.split(find);
  const count = parts.length - 1;
  if (count === 0 || (nth === undefined ? count > 1 : nth > count)) {
    return { stale: `"${find}" is in ${file} ${count} times` };
  }
  const at = nth ?? 1;
  return { source: parts.slice(0, at).join(find) + replace + parts.slice(at).join(find) };
}
