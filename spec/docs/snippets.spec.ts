import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { pages, ROOT, read, run, snippetsOf } from './snippets.ts';

const EQUATIONS = 'docs/equations.md';
const NUMBERED = /\(([ALGRDTCEUFWMBOH]\d+′?)\)/g;

function numbersIn(text: string): string[] {
  return [...text.matchAll(NUMBERED)].map(([, number]) => number!);
}

/** Files named in a page: `lib/engine/tape.ts`. A name that ends with a slash is a folder. */
function filesIn(text: string): string[] {
  return [...text.matchAll(/`((?:lib|spec|scripts)\/[\w./-]+)`/g)].map(([, file]) => file!);
}

/** Names that a page says are in a file: `Passes.begin` (`lib/engine/passes.ts`). */
function namesIn(text: string): (readonly [name: string, file: string])[] {
  const named = text.matchAll(/`([\w.]+)`\s\(`(lib\/[\w./-]+\.ts)`/g);
  return [...named].map(([, name, file]) => [name!.split('.').at(-1)!, file!] as const);
}

function sortedSet(numbers: readonly string[]): string[] {
  return [...new Set(numbers)].sort();
}

/** Numbers cited anywhere in lib/; a range "(L1) to (L6)" cites its ends. */
function citedInCode(): string[] {
  const files = readdirSync(fileURLToPath(new URL('lib', ROOT)), { recursive: true, encoding: 'utf8' });
  return sortedSet(files.filter((name) => name.endsWith('.ts')).flatMap((name) => numbersIn(read(`lib/${name}`))));
}

describe.each(pages())('%s', (page) => {
  const snippets = snippetsOf(page);
  const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);

  if (snippets.length > 0) {
    it.each(snippets.map((snippet) => [snippet.line, snippet] as const))(
      'runs the code at line %i',
      async (_, each) => {
        await run(each);
      },
    );
  }

  it(`has ${links.length} links to files that exist`, () => {
    const dead = links.filter(
      (target) => !existsSync(new URL(path.posix.join(path.posix.dirname(page), target), ROOT)),
    );
    expect(dead).toEqual([]);
  });

  it('names files that exist, and what they hold', () => {
    const text = read(page);
    const missing = filesIn(text).filter((file) => !existsSync(new URL(file, ROOT)));
    expect(missing).toEqual([]);
    const wrong = namesIn(text).filter(([name, file]) => !new RegExp(`\\b${name}\\b`).test(read(file)));
    expect(wrong).toEqual([]);
  });
});

describe('the checks of values in comments', () => {
  const snippet = (code: string) => ({ page: 'here', line: 1, heading: '', code });

  it('compares them', async () => {
    const code =
      "const a = [1, 2];\na; // [1, 2]\n'b'; // 'b': a letter\n0.69314; // 0.693…\nconst c = 3; // 3\n4; // four";
    expect((await run(snippet(code))).checked).toBe(4);
  });

  it.each(['[1]; // [1, 2]', '[1]; // [2]', '0.7; // 0.65', "'a'; // 'b'", '1; // true', 'let a = 2; // 3'])(
    'fails for %s',
    async (code) => {
      await expect(run(snippet(code))).rejects.toThrow();
    },
  );
});

describe(EQUATIONS, () => {
  const text = read(EQUATIONS);
  const defined = [...text.matchAll(/^- \*\*\(([ALGRDTCEUFWMBOH]\d+′?)\)\*\*/gm)].map(([, number]) => number!);

  it('defines each number once', () => {
    expect(defined).toEqual([...new Set(defined)]);
  });

  it('defines the numbers that the code cites, and no others', () => {
    expect(sortedSet(defined)).toEqual(citedInCode());
  });

  it.each(pages())('defines the numbers that %s mentions', (page) => {
    expect(numbersIn(read(page)).filter((number) => !defined.includes(number))).toEqual([]);
  });
});
