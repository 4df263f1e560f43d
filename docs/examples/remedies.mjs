// Computes all numbers and figures of docs/remedies.md.
//
//   npm run example remedies                       writes report/remedies/*.svg
//   node docs/examples/remedies.mjs docs/remedies  writes the figures of the page
import { mkdirSync, writeFileSync } from 'node:fs';
import { alongDepth, alongTime } from './remedies/depth.mjs';
import { rates } from './remedies/rates.mjs';

const PARTS = [alongDepth, alongTime, rates];

const [given = 'remedies'] = process.argv.slice(2);
const folder = given === 'remedies' ? 'report/remedies' : given; // `npm run example` passes the name of the example
mkdirSync(folder, { recursive: true });

for (const part of PARTS) {
  const { figures, claims } = part();
  for (const [name, svg] of Object.entries(figures)) writeFileSync(`${folder}/${name}.svg`, svg);
  console.log(`${claims.join('\n')}\n`);
}
console.log(`Pictures in ${folder}`);
