// Computes all numbers and figures of docs/vanishing-and-exploding.md.
//
//   npm run example vanishing                                       writes report/vanishing/*.svg
//   node docs/examples/vanishing.mjs docs/vanishing-and-exploding   writes the figures of the page
import { mkdirSync, writeFileSync } from 'node:fs';
import { clipping } from './vanishing/clipping.mjs';
import { gruPaths, lstmPaths } from './vanishing/gates.mjs';
import { linearNet, oneNumber } from './vanishing/linear.mjs';
import { remedies } from './vanishing/remedies.mjs';
import { saturation, tanhNet } from './vanishing/tanh-net.mjs';

const PARTS = [oneNumber, linearNet, tanhNet, saturation, clipping, lstmPaths, gruPaths, remedies];

const [given = 'vanishing'] = process.argv.slice(2);
const folder = given === 'vanishing' ? 'report/vanishing' : given; // `npm run example` passes the name of the example
mkdirSync(folder, { recursive: true });

const parts = PARTS.map((part) => part());
for (const { figures, claims } of parts) {
  for (const [name, svg] of Object.entries(figures)) writeFileSync(`${folder}/${name}.svg`, svg);
  console.log(`${claims.join('\n')}\n`);
}
console.log(`Pictures in ${folder}`);
