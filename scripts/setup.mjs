// Prepares a clone: installs the packages of the lockfile and builds dist/, each only if it is out of date.
import { execSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';

const packagesOf = (lockfile) => (existsSync(lockfile) ? JSON.parse(readFileSync(lockfile, 'utf8')).packages : {});

/**
 * Whether all packages of the lockfile are installed in their versions. Optional ones may belong to other platforms.
 */
function isInstalled() {
  const present = packagesOf('node_modules/.package-lock.json');
  return Object.entries(packagesOf('package-lock.json')).every(
    ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
  );
}

/** Whether dist/ is newer than all sources. The time of a folder reveals deleted files. */
function isBuilt() {
  if (!existsSync('dist/index.js')) return false;
  const builtAt = statSync('dist/index.js').mtimeMs;
  const sources = readdirSync('lib', { recursive: true }).map((name) => `lib/${name}`);
  return [...sources, 'lib', 'tsconfig.json'].every((path) => statSync(path).mtimeMs <= builtAt);
}

function run(announcement, command, stdout) {
  console.log(announcement);
  try {
    execSync(command, { stdio: ['ignore', stdout, 'inherit'] });
  } catch (error) {
    process.exit(error.status || 1);
  }
}

if (!isInstalled())
  run('installing dependencies …', 'npm ci --ignore-scripts --include=dev --loglevel=error', 'ignore');
if (!isBuilt()) run('building dist/ …', 'npm run --silent build', 'inherit');
