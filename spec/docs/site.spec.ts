import { expect, it } from '@jest/globals';
// @ts-expect-error: the pages have no types
import { SECTIONS } from '../../docs/.vitepress/pages.mjs';
import { pages } from './snippets.ts';

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
