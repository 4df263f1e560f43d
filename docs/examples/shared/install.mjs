// Installs the data of an example on its first run. Such data are too large to be a development dependency of the
// library, so each example has them in a folder with a package.json and a lockfile. The example's own files could not
// import bptt by its name if they lay beside that package.json.
import { execSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Installs the package of a folder. Returns whether that succeeded, and describes the remedy if not.
 *
 * @param {URL} folder - ends with a slash
 * @param {string} what - what is installed, such as 'digits'
 * @param {string} size - the package and its size, for the reader who waits
 */
export function install(folder, what, size) {
  const command =
    'npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --prefix ' +
    `"${fileURLToPath(folder).slice(0, -1)}"`;
  console.log(`Installing the ${what}: ${size} …`);
  try {
    execSync(command, { stdio: ['ignore', 'ignore', 'inherit'] });
    return true;
  } catch {
    console.error(
      `The ${what} could not be installed; npm's message is above. This example needs access to an npm registry once. ` +
        `When you have it, run the example again, or install the ${what} yourself:\n  ${command}`,
    );
    return false;
  }
}
