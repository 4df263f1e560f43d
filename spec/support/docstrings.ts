import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LIB = fileURLToPath(new URL('../../lib/', import.meta.url));

/** A comment in lib/, and the line of code it stands above. */
export interface Docstring {
  readonly file: string;
  /** Line of its first character, from 1. */
  readonly line: number;
  /** Without the stars. */
  readonly text: string;
  /** First line behind it. */
  readonly code: string;
}

/** An example in a docstring. */
export interface Example {
  readonly file: string;
  readonly line: number;
  readonly code: string;
}

/** All sources, by their path from the root. */
export function sources(): Map<string, string> {
  const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  const list = files.filter((name) => name.endsWith('.ts') && !name.endsWith('.generated.ts')).sort();
  return new Map(list.map((name) => [`lib/${name}`, readFileSync(LIB + name, 'utf8')]));
}

/** All comments that begin with two stars. */
export function docstringsOf(file: string, source: string): Docstring[] {
  return [...source.matchAll(/\/\*\*[\s\S]*?\*\//g)].map(({ 0: comment, index }) => ({
    file,
    line: source.slice(0, index).split('\n').length,
    text: comment
      .slice(3, -2)
      .replaceAll(/^[ \t]*\* ?/gm, '')
      .trim(),
    code: /^\s*(.*)/.exec(source.slice(index + comment.length))![1]!,
  }));
}

/** Every block of code behind `@example`. */
export function examplesOf({ file, line, text }: Docstring): Example[] {
  return [...text.matchAll(/@example[^\n]*\n```ts\n([\s\S]*?)```/g)].map(({ 1: code, index }) => ({
    file,
    line: line + text.slice(0, index).split('\n').length + 2,
    code: code!,
  }));
}

/** The code of a source without comments and strings: what it does, not what it says. */
export function withoutWords(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, '');
}
