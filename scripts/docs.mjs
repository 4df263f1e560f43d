// The site of the documentation: npm run docs serves it, npm run docs:build writes it to docs/.vitepress/dist, for the base
// path DOCS_BASE ('/' by default). Its packages are those of docs/.vitepress/package.json.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const command = process.argv[2] ?? 'dev';
const SITE = 'docs/.vitepress';

function run(announcement, program, args, cwd = '.') {
  console.log(announcement);
  const { status } = spawnSync(program, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Whether the packages of the lockfile are installed. */
function isInstalled() {
  const [wanted, present] = [`${SITE}/package-lock.json`, `${SITE}/node_modules/.package-lock.json`].map((file) =>
    existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {},
  );
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
  );
}

if (!isInstalled()) run('installing the packages of the site …', 'npm', ['ci', '--ignore-scripts', '--no-audit'], SITE);
run('writing the API reference …', process.execPath, [
  'node_modules/typedoc/bin/typedoc',
  '--out',
  `${SITE}/public/api`,
]);
run('', process.execPath, ['.vitepress/node_modules/vitepress/bin/vitepress.js', command], 'docs');
