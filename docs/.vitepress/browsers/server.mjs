// Builds the site, and serves it as a static host does.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

/** The folder of the built site. */
export const SITE = 'docs/.vitepress/dist';
/** The path under which it is served. */
export const BASE = process.env.DOCS_BASE ?? '/bptt/';

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Builds the site, for the path under which it is served. */
export function buildSite() {
  const { status } = spawnSync('npm', ['run', '--silent', 'docs:build'], {
    stdio: 'inherit',
    env: { ...process.env, DOCS_BASE: BASE },
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(1);
}

/** The file of an address: /x is x.html. */
function fileOf(url) {
  const path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  if (!path.startsWith(BASE)) return undefined;
  const name = join(SITE, path.slice(BASE.length) || 'index.html');
  return [name, `${name}.html`].find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

/** Starts a server on a free port. `headers` go with every file. `requested` has the files that were asked for. */
export async function serve(headers) {
  const requested = new Set();
  const server = createServer((request, response) => {
    const file = fileOf(request.url);
    requested.add(file);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('content-type', TYPES[extname(file ?? '.html')] ?? 'application/octet-stream');
    response.statusCode = file === undefined ? 404 : 200;
    response.end(readFileSync(file ?? join(SITE, '404.html')));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    requested,
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
