import { describe, expect, it } from '@jest/globals';
import { didYouMean, describe as inWords } from '../lib/describe.ts';
import { zeros } from '../lib/index.ts';
import { revoked, throwing } from './support/unreadable.ts';

const itself: unknown[] = [1];
itself.push(itself);
const wide = (depth: number): unknown => (depth === 0 ? 1 : new Array(9).fill(wide(depth - 1)));
let deep: unknown = 1;
for (let k = 0; k < 100_000; k++) deep = [deep];

describe('describe', () => {
  it.each([
    ['x', '"x"'],
    ['line\nbreak', '"line\\nbreak"'],
    ['a'.repeat(100), `"${'a'.repeat(60)}…"`],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [null, 'null'],
    [undefined, 'undefined'],
    [10n, '10n'],
    [Symbol('s'), 'a symbol'],
    [() => 1, 'a function'],
    [class {}, 'a function'],
    [[1, 'a', null], '[1, "a", null]'],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9], '[1, 2, 3, 4, 5, 6, 7, 8, …]'],
    [new Array(2), '[undefined, undefined]'],
    [[[1, [2, [3]]]], '[[1, […]]]'],
    [new Float32Array(3), 'Float32Array of 3 elements'],
    [new DataView(new ArrayBuffer(5)), 'DataView of 5 elements'],
    [zeros([1]), 'an object (Tensor)'],
    [{}, 'an object (Object)'],
    [Object.create(null), 'an object (Object)'],
    [{ constructor: 5 }, 'an object (Object)'],
    [{ constructor: { name: 'evil\nname' } }, 'an object (Object)'],
    [{ constructor: { name: { toString: 1 } } }, 'an object (Object)'],
    [new Date(0), 'an object (Date)'],
    [revoked([]), 'an object that throws an error when it is read'],
    [throwing('constructor', {}), 'an object that throws an error when it is read'],
  ])('%#', (value, words) => {
    expect(inWords(value)).toBe(words);
  });

  it('stays short for lists that hold themselves, deep ones and wide ones', () => {
    expect(inWords(itself)).toBe('[1, [1, […]]]');
    expect(inWords(deep)).toBe('[[[…]]]');
    expect(inWords(wide(8)).length).toBeLessThan(400);
  });
});

describe('didYouMean', () => {
  const known = ['units', 'returnSequences', 'returnState', 'kernelInitializer', 'onBatchEnd', 'h', 'c', 'tanh'];

  it.each([
    ['unit', 'units'],
    ['Units', 'units'],
    ['returnSequence', 'returnSequences'],
    ['return_sequences', 'returnSequences'],
    ['returnSequneces', 'returnSequences'],
    ['retrnStat', 'returnState'],
    ['onBatchend', 'onBatchEnd'],
    ['onbatchEnds', 'onBatchEnd'],
    ['H', 'h'],
    ['thanh', 'tanh'],
  ])('takes %s for %s', (given, meant) => {
    expect(didYouMean(given, known)).toBe(`Did you mean ${meant}?`);
  });

  it.each(['', 'x', 'un', 'unxxs', 'learningRate', 'returns', 'h'.repeat(1e7)])('has no guess for %#', (given) => {
    expect(didYouMean(given, known)).toBeUndefined();
  });

  it('takes any names, also those of members of all objects', () => {
    const members = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
    expect(didYouMean('weights', members)).toBeUndefined();
    expect(didYouMean('lr', [...members, 'learningRate'])).toBe('It is learningRate here');
  });

  it('takes the nearest, and no more than a third of the letters for wrong', () => {
    expect(didYouMean('abcdeX', ['abcXXf', 'abcdef', 'abcdXX'])).toBe('Did you mean abcdef?');
    expect(didYouMean('abcdXX', ['abcdef'])).toBe('Did you mean abcdef?');
    expect(didYouMean('abcXXX', ['abcdef'])).toBeUndefined();
    expect(didYouMean(5, known)).toBeUndefined();
  });
});
