// Runs code with the files of an example.

import { spawnSync } from 'node:child_process';

/**
 * Returns what `body` returns, which sees each file of a folder of `docs/examples` by its name.
 * Examples import the built package by its name, so they run in a process of their own.
 */
export function inExample<Result>(folder: string, files: readonly string[], body: string): Result {
  const imports = files.map((file) => `import * as ${file} from './docs/examples/${folder}/${file}.mjs';`);
  const script = `${imports.join('\n')}
    const result = await (async () => { ${body} })();
    console.log(JSON.stringify(result));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Result;
}
