// Checks the imports between floors by the rules of .dependency-cruiser.cjs. Fails if too few modules were checked.
import { spawnSync } from 'node:child_process';

const FEWEST = 20;
const cruiser = 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs';
const { stdout, stderr, status } = spawnSync(process.execPath, [cruiser, 'lib', 'spec'], { encoding: 'utf8' });
console.log(`${stdout}${stderr}`.trim());

const cruised = Number(/(\d+) modules/.exec(stdout)?.[1] ?? 0);
if (cruised <= FEWEST) console.error(`floors: cruised ${cruised} modules, expected more than ${FEWEST}`);
process.exitCode = status === 0 && cruised > FEWEST ? 0 : 1;
