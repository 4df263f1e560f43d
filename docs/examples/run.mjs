// npm run example <name>: runs an example of this folder, or lists them.
import { readdirSync } from 'node:fs';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.mjs') && file !== 'run.mjs')
  .map((file) => file.slice(0, -'.mjs'.length));
const [name] = process.argv.slice(2);

if (names.includes(name)) {
  await import('../../scripts/vectors.mjs'); // before any computation
  await import(`./${name}.mjs`);
} else {
  if (name !== undefined) console.error(`There is no example "${name}".`);
  console.log(`npm run example <name>, with one of\n  ${names.join('\n  ')}`);
  process.exitCode = name === undefined ? 0 : 1;
}
