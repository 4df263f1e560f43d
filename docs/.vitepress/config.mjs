// The site of the documentation: npm run docs, npm run docs:build.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { SECTIONS } from './pages.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { version, description, exports } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));

/** The path on the site of a file of the repository; undefined for files that are no pages. */
function pageOf(file) {
  if (!file.endsWith('.md')) return undefined;
  const name = file.slice(0, -'.md'.length);
  if (name === 'README') return '/';
  if (name === 'docs/README') return '/pages';
  if (name.startsWith('docs/')) return name.slice('docs'.length);
  return `/${name.toLowerCase()}`;
}

/**
 * Changes links between files, which work in the repository, into links between pages. Links to other files, such as sources
 * and programs, become plain text.
 */
function linkPages(md) {
  md.core.ruler.push('pages', ({ tokens, env }) => {
    const folder = posix.dirname(relative(ROOT, env.realPath ?? env.path).replaceAll('\\', '/'));
    for (const { children } of tokens) {
      const open = [];
      for (const token of children ?? []) {
        if (token.type === 'link_open') open.push(linkOf(folder, token));
        if (token.type === 'link_close' && open.pop() === undefined) unlink(token);
      }
    }
  });
}

/** The address of a link on the site, which it gets; undefined if it becomes plain text. */
function linkOf(folder, token) {
  const href = token.attrGet('href');
  if (/^(https?:|#|mailto:)/.test(href)) return href;
  const [path, anchor] = href.split('#');
  const page = pageOf(posix.join(folder, path));
  if (page === undefined) {
    unlink(token);
    return undefined;
  }
  token.attrSet('href', page + (anchor === undefined ? '' : `#${anchor}`));
  return page;
}

function unlink(token) {
  token.tag = 'span';
  token.attrs = [];
}

const rewrites = Object.fromEntries([
  ['README.md', 'index.md'],
  ['CHANGELOG.md', 'changelog.md'],
  ['CONTRIBUTING.md', 'contributing.md'],
  ['SECURITY.md', 'security.md'],
  ['docs/README.md', 'pages.md'],
  ['docs/:page.md', ':page.md'],
]);
/** Pages outside of docs/ do not find Vue by themselves; the server's bundle in docs/ does. */
const vueOfPages = {
  name: 'vue-of-pages',
  enforce: 'pre',
  resolveId: (id, _importer, { ssr }) =>
    ssr && /^vue(\/server-renderer)?$/.test(id) ? { id, external: true } : undefined,
};

/** A policy for a page: its own files, the inline scripts that the generator wrote, and WebAssembly. */
function withPolicy(html) {
  const scripts = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>(.*?)<\/script>/gs)].map(([, code]) => code);
  const hashes = scripts.map((code) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`);
  const policy = [
    "default-src 'self'",
    "object-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' ${hashes.join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html.replace('<meta charset="utf-8">', `$&<meta http-equiv="Content-Security-Policy" content="${policy}">`);
}

export default defineConfig({
  title: 'bptt',
  description,
  lang: 'en',
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  base: process.env.DOCS_BASE ?? '/',
  srcDir: '..',
  srcExclude: ['**/node_modules/**', '{bench,lib,scripts,spec,dist,coverage,report}/**', 'docs/*/**'],
  transformHtml: withPolicy,
  rewrites,
  cleanUrls: true,
  lastUpdated: false,
  markdown: {
    config: linkPages,
    attrs: { disable: true },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  vite: {
    plugins: [vueOfPages],
    resolve: {
      alias: Object.entries(exports)
        .filter(([, { default: file }]) => file !== undefined)
        .map(([entry, { default: file }]) => ({
          find: new RegExp(`^bptt${entry.slice(1)}$`),
          replacement: ROOT + file,
        })),
    },
    worker: { format: 'es' },
    build: { target: 'es2022' }, // as the library: older targets turn private fields into slow WeakMaps
    publicDir: `${ROOT}docs/.vitepress/public`,
  },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Start', link: '/getting-started' },
      { text: 'Equations', link: '/equations' },
      { text: 'API', link: '/api/index.html', target: '_self' },
      { text: `v${version}`, link: '/changelog' },
    ],
    sidebar: SECTIONS.map(({ text, pages }) => ({
      text,
      items: pages.map(([label, name]) => ({
        text: label,
        link: pageOf(posix.join('docs', `${name}.md`)),
      })),
    })),
    outline: [2, 3],
  },
});
