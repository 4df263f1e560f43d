import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

// Files and functions of lib/ stay short enough to be read at once.

const LIB = fileURLToPath(new URL('../lib/', import.meta.url));
const FILE_LINES = 250;
const FUNCTION_LINES = 40;

const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.generated.ts'))
  .map((name) => ({ name, text: readFileSync(LIB + name, 'utf8') }));

const linesOf = (text: string): number => text.trimEnd().split('\n').length;

/** Name and number of lines of each function of a file, docstring apart. */
function functionsOf(name: string, text: string): { readonly name: string; readonly lines: number }[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const found: { name: string; lines: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({ name: `${name}:${line + 1}`, lines: linesOf(node.getText()) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('lib', () => {
  it(`has files of at most ${FILE_LINES} lines`, () => {
    expect(files.length).toBeGreaterThan(200);
    const long = files.filter(({ text }) => linesOf(text) > FILE_LINES).map(({ name }) => name);
    expect(long.filter((name) => name !== 'index.ts')).toEqual([]); // a list of names
  });

  it(`has functions of at most ${FUNCTION_LINES} lines`, () => {
    const functions = files.flatMap(({ name, text }) => functionsOf(name, text));
    expect(functions.length).toBeGreaterThan(1000);
    expect(functions.filter(({ lines }) => lines > FUNCTION_LINES)).toEqual([]);
  });
});
