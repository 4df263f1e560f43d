// The version of the package.

import { readFileSync } from 'node:fs';

/** Version in the package.json of this package, which lies above the folder of the command. */
export const VERSION: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
