// Replaces `.ts` by `.js` in the imports of declarations, which tsc does not do. The length is the same, so declaration
// maps stay valid.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const RELATIVE_TS = /((?:from |import\(|import )['"]\.{1,2}\/[^'"]+)\.ts(['"])/g;

for (const name of readdirSync('dist', { recursive: true })) {
  if (!name.endsWith('.d.ts')) continue;
  writeFileSync(`dist/${name}`, readFileSync(`dist/${name}`, 'utf8').replace(RELATIVE_TS, '$1.js$2'));
}
