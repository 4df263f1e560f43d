import { expect, it } from '@jest/globals';
// @ts-expect-error: the pages have no types
import { SECTIONS } from '../../docs/.vitepress/pages.mjs';
import { pages, read } from './snippets.ts';

it('the site has every page once', () => {
  const sections = SECTIONS as readonly { readonly pages: readonly (readonly [text: string, file: string])[] }[];
  const listed = sections.flatMap((section) => section.pages.map(([, file]) => `docs/${file}.md`));
  const files = listed.map((file) => file.replace('docs/../', ''));
  const starts = ['README.md', 'docs/README.md'];
  expect([...files].sort()).toEqual(
    pages()
      .filter((page) => !starts.includes(page))
      .sort(),
  );
});

it('README and the list of pages name them in the order of the site', () => {
  const sections = SECTIONS as readonly {
    readonly text: string;
    readonly pages: readonly (readonly [string, string])[];
  }[];
  const files = sections.flatMap((section) =>
    section.pages.map(([, file]) => `docs/${file}.md`.replace('docs/../', '')),
  );
  const readme = read('README.md');
  const section = readme.slice(readme.indexOf('## Documentation'), readme.indexOf('## Licence'));
  const linked = [...section.matchAll(/\]\(([^)]+\.md)\)/g)].map(([, file]) => file!);
  expect(linked).toEqual(files);
  const list = read('docs/README.md');
  const rows = [...list.matchAll(/^\| \[[^\]]+\]\(([^)]+\.md)\)/gm)].map(([, file]) =>
    `docs/${file}`.replace('docs/../', ''),
  );
  expect(rows).toEqual(files);
});
