import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { BpttError } from '../../lib/errors.ts';
import { type DType, Tensor } from '../../lib/tensor/tensor.ts';
import { type Comparable, misfit, type Tolerance, worstError } from './compare.ts';

/** Both element types: float64 verifies the formulas, float32 what users run. */
const BOTH: readonly DType[] = ['float64', 'float32'];

/** What every case of a golden file has. */
export interface GoldenCase {
  readonly name: string;
  readonly tolerance?: Tolerance;
}

/** Versions of the packages of a peer; `onnxruntime` computed the values. */
type Versions = { readonly onnxruntime: string };

/** A golden file: values that a peer computed. */
export interface GoldenFile<C> {
  readonly origin: { readonly peer: string; readonly version?: string; readonly versions?: Versions };
  readonly tolerance: Tolerance;
  readonly cases: readonly C[];
}

/** Cases that are not concerned, and why. The first reason that applies counts. */
export interface LeftOut<C> {
  readonly reason: string;
  readonly when: (c: C) => boolean;
  /** How many cases it has to apply to. */
  readonly cases: number;
}

export interface Coverage<C> {
  /** What the file covers, for docs/golden.md. */
  readonly covers: string;
  /** How many cases have to run. */
  readonly run: number;
  readonly leftOut?: readonly LeftOut<C>[];
}

/** Asserts that values fit; by default within the tolerance of the case, or else of the file. */
export interface Check {
  (what: string, got: Comparable, expected: Comparable, tolerance?: Tolerance): void;
  /** Asserts that a call is refused with an error of ours. */
  refused(call: () => unknown): void;
}

/** Makes the tests of every case. */
export type EachCase<C, F> = (
  test: (c: C, check: Check, dtype: DType, file: F) => void,
  dtypes?: readonly DType[],
) => void;

const ROOT = new URL('../../', import.meta.url);
const NUMBERS = new Map([NaN, Infinity, -Infinity].map((number) => [String(number), number]));

/** Numbers that JSON lacks become numbers, { shape, data } becomes a float64 tensor. */
function revive(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return NUMBERS.get(value) ?? value;
  const { shape, data } = (value ?? {}) as { shape?: number[]; data?: number[] };
  if (!Array.isArray(shape) || !Array.isArray(data)) return value;
  return new Tensor({ data: Float64Array.from(data) }, shape);
}

/** Files of other peers stay beside the repository: their tests are skipped, visibly, where they are absent. */
function locate(name: string): string {
  const inside = ['torch/', 'tfjs/', 'onnxruntime/', 'torch-onnx/'].some((peer) => name.startsWith(peer));
  return fileURLToPath(new URL(inside ? `spec/golden/${name}` : `../shared/golden/${name}`, ROOT));
}

/**
 * The tests of one golden file: one that states how many of its cases run and how many are left out and why, and those
 * that `body` makes with `each`.
 *
 * @param name - `<peer>/<file>.json`
 */
export function describeGolden<C extends GoldenCase, F extends GoldenFile<C> = GoldenFile<C>>(
  name: string,
  coverage: Coverage<C>,
  body: (each: EachCase<C, F>) => void,
): void {
  const path = locate(name);
  if (!existsSync(path)) {
    describe.skip(`${name}, skipped: ../shared/golden is absent`, () => it('needs the file', () => {}));
    return;
  }
  const raw = JSON.parse(readFileSync(path, 'utf8'), revive) as F;
  const all = raw.cases ?? [{ ...raw, name: 'all' } as unknown as C];
  const { run, leftOut = [] } = coverage;
  const left = leftOut.map(() => 0);
  const cases = all.filter((c) => {
    const reason = leftOut.findIndex(({ when }) => when(c));
    if (reason >= 0) left[reason]!++;
    return reason < 0;
  });
  const worst: Partial<Record<DType, number>> = {};
  const { peer, versions, version = versions?.onnxruntime } = raw.origin;
  describe(`${name} (${peer} ${version})`, () => {
    const reasons = leftOut.map(({ reason, cases }) => `, ${cases} left out: ${reason}`).join('');
    it(`runs ${run} of ${all.length} cases${reasons}`, () => {
      expect({ run: cases.length, left }).toEqual({ run, left: leftOut.map(({ cases }) => cases) });
    });
    body((test, dtypes = BOTH) => {
      for (const dtype of dtypes) {
        it.each(cases)(`$name, ${dtype}`, (c) => {
          let checks = 0;
          const fits = (what: string, got: Comparable, expected: Comparable, within?: Tolerance): void => {
            checks++;
            worst[dtype] = Math.max(worst[dtype] ?? 0, worstError(got, expected));
            expect(misfit(what, got, expected, within ?? c.tolerance ?? raw.tolerance)).toBe('');
          };
          const refused = (call: () => unknown): void => {
            checks++;
            expect(call).toThrow(BpttError);
          };
          const check: Check = Object.assign(fits, { refused });
          test(c, check, dtype, raw);
          expect(checks).toBeGreaterThan(0);
        });
      }
    });
    afterAll(() => record(name, { name, origin: { peer, version }, total: all.length, ...coverage, leftOut, worst }));
  });
}

/** With GOLDEN_TABLE=<folder>: leaves the figures there for spec/golden/table.mjs. */
function record(name: string, figures: { readonly covers: string; readonly [key: string]: unknown }): void {
  const folder = process.env.GOLDEN_TABLE;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  const own = `${name}-${figures.covers}`.replaceAll(/\W+/g, '-').slice(0, 100); // two specs may share a file
  writeFileSync(`${folder}/${own}.json`, JSON.stringify(figures));
}
