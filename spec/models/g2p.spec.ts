import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type ForeignArrays, readNpz } from '../../lib/exchange/numpy.ts';
import { loadStateDict } from '../../lib/exchange/pytorch.ts';
import { Dense, Embedding, EncoderDecoder, GRU, pad } from '../../lib/index.ts';
import type { DType } from '../../lib/tensor/tensor.ts';
import { type Checkpoint, type Spelling, spell } from './plain/g2p.ts';

// Kyubyong/g2p (Apache-2.0) writes the phonemes of words: an encoder and a decoder, each with an embedding and a
// GRU(256) of PyTorch, and a Dense layer. Its vocabularies have 29 letters and 74 phonemes.
const FILE = new URL('../../../shared/models/g2p_en_checkpoint20.npz', import.meta.url);
const LETTERS = ['<pad>', '<unk>', '</s>', ...'abcdefghijklmnopqrstuvwxyz'];
const VOWELS = 'AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW'.split(' ').flatMap((v) => [`${v}0`, `${v}1`, `${v}2`]);
const OTHERS = 'B CH D DH F G HH JH K L M N NG P R S SH T TH UW V W Y Z ZH'.split(' ');
const PHONEMES = ['<pad>', '<unk>', '<s>', '</s>', ...[...VOWELS, ...OTHERS].sort()];
const WRITING = { start: PHONEMES.indexOf('<s>'), stop: PHONEMES.indexOf('</s>'), steps: 20 }; // 20 as in g2p

/** Words newer than most dictionaries, as one says them. The net's authors publish the phonemes of the first. */
const WORDS = {
  activationist: 'AE2 K T IH0 V EY1 SH AH0 N IH0 S T',
  bitcoin: 'B IH1 T K AH0 N',
  brexit: 'B R EH1 K S IH0 T',
  chatbot: 'CH AE1 T B AA2 T',
  clickbait: 'K L IH1 K B EY2 T',
  crowdfunding: 'K R AW1 D F AH0 N D IH0 NG',
  cyberbully: 'S AY1 B ER0 B EH2 L IY0',
  downvote: 'D AW1 N V OW2 T',
  emoji: 'EH0 M OW1 JH IY0',
  freemium: 'F R IY1 M IY0 AH0 M',
  glamping: 'G L AE1 M P IH0 NG',
  mansplain: 'M AE0 N S P L EY1 N',
  selfie: 'S EH1 L F IY0',
  smartwatch: 'S M AA1 R T W AA2 CH',
  snapchat: 'S N AE1 P CH AE2 T',
  staycation: 'S T EY1 K EY2 SH AH0 N',
  unfriended: 'AH0 N F R EH1 N D AH0 D',
  vlogger: 'V L AA1 G ER0',
  webinar: 'W EH1 B IH0 N AA0 R',
  zorbing: 'Z AO1 R B IH0 NG',
};

const letters = (word: string): number[] => [...word, '</s>'].map((letter) => LETTERS.indexOf(letter));

/** The file has names of its own: `enc_w_ih` is `weight_ih` of a GRU of PyTorch, `fc_w` the weight of a linear module. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/_emb$/, '_emb.weight'],
  [/^(enc|dec)_([wb])_(ih|hh)$/, '$1.$2_$3_l0'],
  [/^fc_/, 'fc.'],
  [/\.w(?=_|$)/, '.weight'],
  [/\.b(?=_|$)/, '.bias'],
];

function renamed(arrays: ForeignArrays): ForeignArrays {
  const name = (given: string): string => NAMES.reduce((text, [from, to]) => text.replace(from, to), given);
  return new Map([...arrays].map(([given, array]) => [name(given), array]));
}

function modelOf(arrays: ForeignArrays, dtype: DType): EncoderDecoder {
  const embedding = (count: number, maskZero: boolean) => new Embedding({ inputDim: count, outputDim: 256, maskZero });
  const gru = (returnSequences: boolean) => new GRU({ units: 256, resetAfter: true, returnSequences });
  const model = new EncoderDecoder({
    encoder: [embedding(LETTERS.length, true), gru(false)],
    decoder: [embedding(PHONEMES.length, false), gru(true), new Dense({ units: PHONEMES.length })],
    start: WRITING.start,
    dtype,
  }).build(1);
  loadStateDict(model, renamed(arrays), {
    enc_emb: 'encoder.embedding1',
    enc: 'encoder.gru1',
    dec_emb: 'decoder.embedding1',
    dec: 'decoder.gru1',
    fc: 'decoder.dense1',
  });
  return model;
}

const present = existsSync(FILE);
(present ? describe : describe.skip)(`g2p${present ? '' : ', skipped: ../shared/models is absent'}`, () => {
  const words = Object.keys(WORDS);
  let arrays: ForeignArrays;
  let expected: readonly Spelling[];
  beforeAll(async () => {
    arrays = await readNpz(new Uint8Array(readFileSync(FILE)));
    const checkpoint = Object.fromEntries(arrays) as unknown as Checkpoint;
    expected = words.map((word) => spell(checkpoint, letters(word), WRITING));
  });

  it.each([
    ['float64', 1e-12],
    ['float32', 5e-6],
  ] as const)('writes the phonemes of twenty new words, with the logits of the equations: %s', (dtype, tolerance) => {
    const model = modelOf(arrays, dtype);
    const source = pad(words.map(letters)).x; // its padding is the letter <pad>, which the encoder does not count
    const { x: target, lengths } = pad(expected.map(({ tokens }) => tokens));
    const y = model.forward(source, target, { target: { lengths } });
    const errors = expected.map(({ logits }, b) => {
      const scale = Math.max(1, ...logits.flat().map(Math.abs));
      return Math.max(...logits.flatMap((step, t) => step.map((a, j) => Math.abs(a - y.get(b, t, j))))) / scale;
    });
    expect(Math.max(...errors)).toBeLessThan(tolerance);
    expect(Math.min(...errors)).toBeGreaterThan(0);

    const { stop, steps } = WRITING;
    const written = model.generate(source, { steps, stop }).map(([best]) => best!);
    const phonemes = written.map(({ tokens }) =>
      tokens
        .slice(0, -1)
        .map((token) => PHONEMES[token])
        .join(' '),
    );
    expect(Object.fromEntries(words.map((word, b) => [word, phonemes[b]]))).toEqual(WORDS);
    written.forEach(({ tokens, logProbability }, b) => {
      expect(tokens).toEqual(expected[b]!.tokens);
      expect(Math.abs(logProbability - expected[b]!.logProbability)).toBeLessThan(tolerance * steps);
    });
  });
});
