// Builds the command: the files of lib/cli and commander in one file, which imports the built library beside it.
import { chmodSync, copyFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';

const [FOLDER, OUT] = [resolve('lib/cli'), 'dist/cli/main.js'];

/** Leaves imports of other folders of lib to the built library, whose folders are the same. */
const builtLibrary = {
  name: 'built-library',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
      const target = resolve(resolveDir, path);
      if (!resolveDir.startsWith(FOLDER) || target.startsWith(FOLDER + sep)) return undefined;
      const from = relative(FOLDER, target).split(sep).join('/');
      return { path: from.replace(/\.ts$/, '.js'), external: true };
    });
  },
};

await build({
  entryPoints: [`${FOLDER}/main.ts`],
  outfile: OUT,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  plugins: [builtLibrary],
  // commander is CommonJS: it calls require for modules of Node.
  banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
});
copyFileSync('node_modules/commander/LICENSE', 'dist/cli/commander.LICENSE');
chmodSync(OUT, 0o755);
