import { fc, it as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { argMax, oneHot, tensor, Vocabulary, zeros } from '../../lib/index.ts';

describe('Vocabulary', () => {
  ptest.prop([fc.string({ minLength: 1, unit: 'binary' })])(
    'decodes what it encoded, character by character',
    (text) => {
      const vocabulary = Vocabulary.fromText(text);
      expect(vocabulary.decode(vocabulary.encode(text))).toBe(Array.from(text).join(''));
      expect(vocabulary.size).toBe(new Set(text).size);
    },
  );

  ptest.prop([fc.array(fc.constantFrom('a', 'b', 'c', 'dd', '😀'), { minLength: 1 })])(
    'has the most frequent tokens first, then lower code units',
    (tokens) => {
      const { tokens: order } = Vocabulary.fromText(tokens);
      const count = (token: string) => tokens.filter((each) => each === token).length;
      for (const [k, token] of order.slice(1).entries()) {
        const before = order[k]!;
        expect(count(before) > count(token) || (count(before) === count(token) && before < token)).toBe(true);
      }
    },
  );

  ptest.prop([fc.array(fc.nat(4), { minLength: 1 }), fc.boolean()])(
    'decodes what argMax and sample find',
    (numbers, reversed) => {
      const vocabulary = new Vocabulary(['a', 'b', 'c', 'd', 'e']);
      const found = argMax(oneHot(numbers, 5));
      const view = reversed ? found.step(-1) : found;
      expect(vocabulary.decode(view)).toBe(vocabulary.decode(view.toArray() as number[]));
      expect(vocabulary.decode(found.pick(0))).toBe('abcde'[numbers[0]!]);
      const rows = 'must have shape [T]; received [1, 1]. Decode each row';
      expect(() => vocabulary.decode(zeros([1, 1]))).toThrow(`Vocabulary.decode: "classes" ${rows}`);
      expect(() => vocabulary.decode(tensor([1, 5]))).toThrow(
        '"classes[1]" must be an integer from 0 to 4; received 5',
      );
    },
  );

  it('puts first tokens and the unknown one at the beginning', () => {
    const text = 'the cat and the dog and the end';
    const words = Vocabulary.fromText(text, { separator: ' ', first: ['<pad>'], unknown: '<?>', minCount: 2 });
    expect(words.tokens).toEqual(['<pad>', '<?>', 'the', 'and']);
    expect(words.encode('and  the wolf')).toEqual([3, 2, 1]);
    expect(words.decode([2, 1, 0])).toBe('the <?> <pad>');
    expect(words.decode(Uint8Array.of(3))).toBe('and');
    expect(Vocabulary.fromText(text, { separator: ' ', unknown: 'the', limit: 2 }).tokens).toEqual(['the', 'and']);
    expect(Vocabulary.fromText('aabbc', { limit: 2 }).tokens).toEqual(['a', 'b']);
  });

  it('knows names of every object as plain tokens', () => {
    const vocabulary = new Vocabulary(['__proto__', 'constructor', 'toString']);
    expect(vocabulary.encode(['toString', '__proto__'])).toEqual([2, 0]);
    expect(() => vocabulary.encode(['valueOf'])).toThrow('have only tokens of the vocabulary');
  });

  it('comes back from JSON', () => {
    for (const each of [new Vocabulary(['b', 'a']), Vocabulary.fromText('x y', { separator: ' ', unknown: '?' })]) {
      const copy = Vocabulary.fromJSON(JSON.parse(JSON.stringify(each)));
      expect(copy).toEqual(each);
      expect(copy.encode(each.tokens)).toEqual(each.encode(each.tokens));
    }
  });
});
