import * as fs from 'node:fs';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { transform } from '@swc/core';
import fc from 'fast-check';
import ndarray from 'ndarray';
import ndarrayOps from 'ndarray-ops';
import * as bpttBrowser from '../../lib/browser.ts';
import * as fleetBullmq from '../../lib/fleet/bullmq/index.ts';
import * as fleet from '../../lib/fleet/index.ts';
import * as flow from '../../lib/flow/index.ts';
import * as bptt from '../../lib/index.ts';
import * as bpttNdarray from '../../lib/ndarray.ts';
import * as bpttNode from '../../lib/node.ts';
import * as plot from '../../lib/plot/index.ts';
import * as verify from '../../lib/verify/index.ts';
import { EXCHANGE } from '../support/exchange-entries.ts';
import { inBrowser } from '../support/in-browser.ts';
import { simulatedPlatform } from '../support/simulated-platform.ts';

/** One fenced block of TypeScript or JavaScript in a page. */
export interface Snippet {
  readonly page: string;
  /** Line of the page where its code begins, from 1. */
  readonly line: number;
  /** Heading it stands under. */
  readonly heading: string;
  readonly code: string;
}

/** What running a snippet left behind. */
export interface Ran {
  /** Values of trailing comments that were compared. */
  readonly checked: number;
  readonly exports: Readonly<Record<string, unknown>>;
}

export const ROOT: URL = new URL('../../', import.meta.url);

export function read(page: string): string {
  return readFileSync(new URL(page, ROOT), 'utf8');
}

/** All pages, the generated ones left out. */
export function pages(): string[] {
  const docs = readdirSync(fileURLToPath(new URL('docs', ROOT)), { recursive: true, encoding: 'utf8' });
  const inDocs = docs.map((name) => `docs/${name.replaceAll('\\', '/')}`);
  const written = inDocs.filter((name) => name.endsWith('.md') && !/^docs\/api\/|node_modules/.test(name));
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', ...written.sort()];
}

/**
 * The blocks of a page that have to run. After the language may stand `excerpt`, for what only shows a part, and
 * `continued`, for what goes on where the block before it ended.
 */
export function snippetsOf(page: string): Snippet[] {
  const snippets: Snippet[] = [];
  let heading = '';
  let block: { line: number; info: string; lines: string[] } | undefined;
  read(page)
    .split('\n')
    .forEach((text, i) => {
      const fence = /^```(.*)$/.exec(text);
      if (block === undefined) {
        heading = /^#+ (.*)$/.exec(text)?.[1] ?? heading;
        if (fence !== null) block = { line: i + 2, info: fence[1]!.trim(), lines: [] };
      } else if (fence === null) {
        block.lines.push(text);
      } else {
        add(snippets, page, heading, block);
        block = undefined;
      }
    });
  if (block !== undefined) throw new Error(`${page}: a block that does not end`);
  return snippets;
}

function add(
  snippets: Snippet[],
  page: string,
  heading: string,
  { line, info, lines }: { line: number; info: string; lines: string[] },
): void {
  const [language, ...words] = info.split(/\s+/);
  if (language !== 'ts' && language !== 'js') return;
  const code = `${lines.join('\n')}\n`;
  if (words.join() === 'continued') {
    const before = snippets.pop();
    if (before === undefined) throw new Error(`${page}:${line}: nothing to go on from`);
    snippets.push({ ...before, code: before.code + code });
  } else if (words.length === 0) {
    snippets.push({ page, line, heading, code });
  } else if (words.join() !== 'excerpt') {
    throw new Error(`${page}:${line}: unknown words after the language: ${words.join(' ')}`);
  }
}

const NUMBER = String.raw`-?(?:\d+(?:\.\d+)?(?:e-?\d+)?|Infinity)|NaN`;
const ATOM = `${NUMBER}|true|false|null|undefined|'[^']*'`;
/** A literal, arrays of atoms included, and after a colon whatever else there is to say. */
const LITERAL = new RegExp(`^(${ATOM}|\\[(?:[\\[\\],\\s]|${ATOM})*\\])…?(?:: .*)?$`);

/** Turns trailing comments that are literals into comparisons: `f(x); // [2, 3]`, `f(x); // 0.69: ln 2`. */
function withChecks(code: string, where: string): string {
  return code
    .split('\n')
    .map((line) => {
      const comment = /^(\s*)(\S.*);\s*\/\/ (.+)$/.exec(line);
      const literal = comment === null ? null : LITERAL.exec(comment[3]!);
      if (comment === null || literal === null) return line;
      const [, indent, statement] = comment as unknown as [string, string, string];
      const check = (value: string): string => `__check(${value}, ${literal[1]}, ${JSON.stringify(literal[1])});`;
      const name = /^(?:const|let) (\w+)(?:: [^=]+)? = /.exec(statement)?.[1];
      if (name !== undefined) return `${indent}${statement}; ${check(name)}`;
      if (/^[}\]).?:]|^(?:const|let|return|import|export|type|for|if)\b/.test(statement)) {
        throw new Error(`${where}: a value stands behind what is no single statement: ${line.trim()}`);
      }
      return `${indent}${check(`(${statement})`)}`;
    })
    .join('\n');
}

/** Compares a value with a literal: numbers to the digits that are written, float32 noise apart. */
function compare(got: unknown, wanted: unknown, literal: string): void {
  if (typeof wanted === 'number' && Number.isFinite(wanted)) {
    const decimals = /\.(\d+)/.exec(literal)?.[1]?.length ?? 0;
    const tolerance = decimals === 0 ? 1e-6 * Math.max(1, Math.abs(wanted)) : 10 ** -decimals;
    expect(typeof got).toBe('number');
    expect(Math.abs((got as number) - wanted)).toBeLessThanOrEqual(tolerance);
  } else if (Array.isArray(wanted)) {
    expect(Array.isArray(got) && got.length === wanted.length ? wanted.length : got).toBe(wanted.length);
    wanted.forEach((each, i) => {
      compare((got as unknown[])[i], each, String(each));
    });
  } else {
    expect(got).toBe(wanted);
  }
}

/** `test` and `expect` for a snippet that is itself a test file: each test runs at once. */
function jestFor(pending: Promise<unknown>[]): object {
  const test = (_name: string, body: () => unknown): void => void pending.push(Promise.resolve().then(body));
  const describe = (_name: string, body: () => void): void => body();
  return { __esModule: true, test, it: test, describe, expect };
}

const AsyncFunction = (async () => {}).constructor as new (...args: string[]) => (...args: unknown[]) => Promise<void>;

/** The modules of the library that a page for contributors imports: `from '../lib/layers/layer.ts'`. */
async function modulesOfLibrary(page: string, code: string): Promise<Record<string, unknown>> {
  const names = [...code.matchAll(/ from '(\.[^']*\/lib\/[^']+)'/g)].map(([, name]) => name!);
  const loaded = names.map(async (name) => [name, await import(new URL(name, new URL(page, ROOT)).href)]);
  return Object.fromEntries(await Promise.all(loaded));
}

/** Runs a snippet; `tail` is code added at its end. */
export async function run({ page, line, code }: Snippet, tail = '', platform = simulatedPlatform()): Promise<Ran> {
  const where = `${page}:${line}`;
  const { code: script } = await transform(withChecks(code, where) + tail, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    isModule: true,
    configFile: false,
    swcrc: false,
  });
  let checked = 0;
  const check = (got: unknown, wanted: unknown, literal: string): void => {
    checked++;
    compare(got, wanted, literal);
  };
  const pending: Promise<unknown>[] = [];
  const modules: Readonly<Record<string, unknown>> = {
    'node:fs': fs,
    bptt,
    'bptt/browser': bpttBrowser,
    ...EXCHANGE,
    'bptt/fleet': fleet,
    'bptt/fleet/bullmq': fleetBullmq,
    'bptt/flow': flow,
    'bptt/ndarray': bpttNdarray,
    'bptt/node': bpttNode,
    'bptt/plot': plot,
    'bptt/verify': verify,
    ndarray: { __esModule: true, default: ndarray },
    'ndarray-ops': { __esModule: true, default: ndarrayOps },
    'fast-check': { __esModule: true, default: fc },
    '@jest/globals': jestFor(pending),
  };
  const inside = await modulesOfLibrary(page, code);
  const load = (name: string): unknown => {
    const found = modules[name] ?? inside[name];
    if (found !== undefined) return found;
    throw new Error(`${where} imports "${name}", which the snippets are not given`);
  };
  const silent = { log: () => {}, info: () => {}, error: () => {} };
  const exports: Record<string, unknown> = {};
  const globals = { require: load, exports, console: silent, __check: check, ...platform };
  const program = new AsyncFunction(...Object.keys(globals), script);
  const start = (): Promise<void> => program(...Object.values(globals));
  await (code.includes("'bptt/browser'") ? inBrowser(start) : start());
  await Promise.all(pending);
  return { checked, exports };
}
