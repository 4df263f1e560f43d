// Trains random configurations, and continues each from a checkpoint in a new process: npm run resume -- [count | --long].
// Fails unless every bit is that of a training that was not interrupted.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { deserialize } from 'node:v8';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const [given = '100', seed = '1997'] = process.argv.slice(2);
const count = given === '--long' ? 1000 : Number(given);
const folder = mkdtempSync(join(tmpdir(), 'resume-'));
const bundle = join(folder, 'cases.mjs');
await build({
  stdin: {
    contents: `export { default as fc } from 'fast-check'; export * from './spec/training/resume-cases.ts';`,
    resolveDir: ROOT,
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  outfile: bundle,
  logLevel: 'error',
});

/** What a new process runs: continues a training from the bytes in a file, and writes what it ends with to another. */
const CHILD = `
  import { readFileSync, writeFileSync } from 'node:fs';
  import { serialize } from 'node:v8';
  const [url, configuration, from, to] = process.argv.slice(-4);
  const { train } = await import(url);
  const resume = new Uint8Array(readFileSync(from));
  writeFileSync(to, serialize(await train(JSON.parse(configuration), () => {}, { everyEpochs: 1, resume })));
`;

const url = pathToFileURL(bundle).href;
const { fc, configuration, interrupted } = await import(url);
let different = 0;
for (const each of fc.sample(configuration, { numRuns: count, seed: Number(seed) })) {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  const { whole, parts } = await interrupted(each, async (same, bytes) => {
    writeFileSync(from, bytes);
    const args = ['--input-type=module', '-e', CHILD, url, JSON.stringify(same), from, to];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return deserialize(readFileSync(to));
  });
  if (isDeepStrictEqual(whole, parts)) continue;
  different++;
  console.error(`different: ${JSON.stringify(each)}`);
}
rmSync(folder, { recursive: true });
console.log(JSON.stringify({ configurations: count, different }));
process.exitCode = different === 0 ? 0 : 1;
