import { describe, expect, it } from '@jest/globals';
// @ts-expect-error: programs of the docs have no types
import { numberText, percentText, placeText } from '../../docs/wrong-gradients/words.mjs';
import { built, skipped } from '../support/consumer.ts';
import { inExample } from './in-example.ts';
import { read } from './snippets.ts';

interface Report {
  readonly passed: boolean;
  readonly variables: readonly { readonly name: string; readonly passed: boolean; readonly worstError: number }[];
  readonly worst: { readonly variable: string; readonly numeric: number; readonly analytic: number };
}

interface Found {
  readonly name: string;
  readonly broken: Report;
  readonly mended: Report;
  readonly one?: readonly string[];
  readonly right?: readonly number[];
  readonly wrong?: readonly number[];
}

const PAGE = 'docs/wrong-gradients.md';
const inPage = <Result>(files: readonly string[], body: string): Result => inExample('../wrong-gradients', files, body);

it('numbers and places of wrong gradients are written in few words', () => {
  expect([0, -0.78427, 4.06e-4, -2.36977, 0.00123456, 1234567].map((value) => numberText(value))).toEqual([
    '0',
    '−0.7843',
    '4.060·10⁻⁴',
    '−2.370',
    '0.001235',
    '1.235·10⁶',
  ]);
  expect(percentText(1.03)).toBe('103 %');
  expect(placeText({ variable: 'x', index: [1, 2], output: { name: 'h', index: [0] } })).toBe('∂h[0]/∂x[1, 2]');
  expect(placeText({ variable: 'bias', index: [1] })).toBe('bias[1]');
});

(built ? describe : describe.skip)(`${PAGE}${skipped}`, () => {
  const found = inPage<Found[]>(
    ['bugs', 'check', 'nets', 'train'],
    `return bugs.BUGS.map(({ name }) => ({
       name,
       ...check.check(name),
       one: check.wrongInOneStep(name),
       ...(nets.NETS[name] && train.curvesOf(nets.NETS[name])),
     }));`,
  );
  const named = (name: string): Found => found.find((each) => each.name === name)!;
  const wrongOf = ({ broken }: Found): string[] =>
    broken.variables.filter(({ passed }) => !passed).map(({ name }) => name);

  it.each(found)('$name fails the check, and passes it without the fault', ({ broken, mended }) => {
    expect([broken.passed, mended.passed]).toEqual([false, true]);
    for (const { worstError } of mended.variables) expect(worstError).toBeLessThan(1e-10);
    const worst = broken.variables.find(({ name }) => name === broken.worst.variable)!;
    expect(worst.passed).toBe(false);
    expect(worst.worstError).toBeGreaterThan(0.1);
    expect(Math.abs(broken.worst.numeric - broken.worst.analytic)).toBeGreaterThan(0.05);
  });

  it('has the tables that the programs compute', () => {
    const { now, then } = inPage<{ now: string; then: string }>(
      ['program'],
      `const { readFileSync } = await import('node:fs');
       const then = readFileSync('${PAGE}', 'utf8');
       return { then, now: program.written(then) };`,
    );
    expect(then).toBe(read(PAGE));
    expect(now).toBe(then);
  });

  it('names what is right in spite of a fault', () => {
    expect(wrongOf(named('no-mask'))).toEqual(['kernel', 'x']);
    expect(wrongOf(named('copied-bias'))).toEqual(['bias']);
    expect(wrongOf(named('replaced'))).toEqual(['recurrentKernel', 'kernel', 'bias']);
    for (const name of ['forward-order', 'replaced', 'no-carousel', 'first-mask']) expect(named(name).one).toEqual([]);
    const passes = inPage<boolean>(
      ['cells'],
      `const { Network, RNN, randomNormal } = await import('bptt');
       const { gradcheck } = await import('bptt/verify');
       const network = new Network([new RNN({ cell: new cells.NoLastState({ units: 3, dtype: 'float64' }) })], { dtype: 'float64' });
       return gradcheck(network, { x: randomNormal([2, 5, 4], { dtype: 'float64' }) }).passed;`,
    );
    expect(passes).toBe(true); // by h alone
  });

  it('says what the losses do', () => {
    for (const { name, right, wrong } of found) {
      if (right === undefined) expect(name).toBe('overwritten');
      else {
        expect(wrong!.at(-1)).toBeLessThan(0.85 * wrong![0]!); // it falls
        if (name === 'last-state') expect(wrong).toEqual(right);
        else expect(wrong).not.toEqual(right);
      }
    }
    const share = (name: string): number => named(name).wrong!.at(-1)! / named(name).right!.at(-1)!;
    for (const name of ['forward-order', 'this-step-only', 'replaced', 'tanh-of-output', 'first-mask'])
      expect(share(name)).toBeGreaterThan(1.5);
    expect(Math.abs(share('no-mask') - 1)).toBeLessThan(0.05);
    expect(share('clipping')).toBeLessThan(1);
  });

  it('says how differences mislead', () => {
    const { errors, slopes } = inPage<{
      errors: { step: number; single: number; double: number; fourth: number }[];
      slopes: number[];
    }>(['float32'], 'return { errors: float32.errorsByStep(), slopes: [0.01, 0.001].map(float32.slopeNearKink) };');
    const least = errors.reduce((most, { single }) => Math.min(most, single), 1);
    expect(least).toBeGreaterThan(5e-5);
    expect(least).toBeLessThan(2e-4); // four digits
    const at = (wanted: number) => errors.find(({ step }) => step === wanted)!;
    expect(at(1e-6).single).toBeGreaterThan(0.3);
    expect(at(1e-1).double / at(1e-2).double).toBeCloseTo(100, -1); // h²
    expect(at(1e-1).fourth / at(1e-2).fourth / 1e4).toBeCloseTo(1, 1); // h⁴
    expect(slopes.map((slope) => slope.toFixed(2))).toEqual(['0.55', '1.00']);
  });
});
