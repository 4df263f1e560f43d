// A model of the characters of a text, which predicts the next one.

import { Vocabulary } from '../../data/vocabulary.ts';
import { log } from '../../kernels/log.ts';
import { Dense } from '../../layers/dense.ts';
import { Embedding } from '../../layers/embedding.ts';
import { SoftmaxCrossEntropy } from '../../losses/softmax-cross-entropy.ts';
import { Sequential } from '../../model/sequential.ts';
import { zeros } from '../../tensor/create.ts';
import { writtenBy } from '../generate-text.ts';
import { CommandError } from '../io.ts';
import { commonOf, namedSettings, type TrainOptions, within } from './options.ts';
import { compileFor, type Pair, recurrentLayers, type Task } from './task.ts';

/** Bytes of a text at most, and characters at least. */
const [LARGEST, LEAST] = [2 ** 26, 100];
/** Most characters of a vocabulary; this one stands for all others. */
const [MOST_TOKENS, OTHER] = [4096, '\uFFFD'];
/** Values of a character at most. */
const WIDEST = 32;
/** Defaults of the options. */
const DEFAULTS = { units: 128, batch: 16, epochs: 100, patience: 8 };
const TEMPERATURES = [0.5, 0.8, 1] as const;

/** The text of a file, with ends of lines as on Unix. */
function textOf(file: string, bytes: Uint8Array): string {
  if (bytes.length > LARGEST) {
    throw new CommandError(`${file}: it has ${bytes.length} bytes, and at most ${LARGEST} are read: take a part of it`);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CommandError(
      `${file}: it must be text in UTF-8, and has other bytes; iconv -f LATIN1 -t UTF-8 converts a text of Western Europe`,
    );
  }
  if (text.includes('\0')) {
    throw new CommandError(`${file}: it must be text in UTF-8, and has zeros, as binary files and UTF-16 have`);
  }
  return text.replaceAll('\r\n', '\n');
}

/** The vocabulary of a text, the most frequent characters first, and the class numbers of its characters. */
function encoded(file: string, text: string): { readonly vocabulary: Vocabulary; readonly classes: Uint16Array } {
  const counts = new Map<string, number>();
  let length = 0;
  for (const character of text) {
    counts.set(character, (counts.get(character) ?? 0) + 1);
    length++;
  }
  if (length < LEAST) throw new CommandError(`${file}: it has ${length} characters, and at least ${LEAST} are needed`);
  if (counts.size === 1) {
    const [only] = [...counts.keys()];
    throw new CommandError(`${file}: it has only the character ${JSON.stringify(only)}, so there is nothing to learn`);
  }
  const order = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([character]) => character);
  const tooMany = order.length > MOST_TOKENS;
  const kept = tooMany ? order.filter((each) => each !== OTHER).slice(0, MOST_TOKENS - 1) : order;
  const vocabulary = tooMany ? new Vocabulary([OTHER, ...kept], { unknown: OTHER }) : new Vocabulary(kept);
  const numbers = new Map(vocabulary.tokens.map((token, k) => [token, k]));
  const classes = new Uint16Array(length);
  let at = 0;
  for (const character of text) classes[at++] = numbers.get(character) ?? 0;
  return { vocabulary, classes };
}

/** Windows of T characters, [N, T], one after the other, and the characters one ahead. */
function windowsOf(classes: Uint16Array, T: number): Pair {
  const N = Math.floor((classes.length - 1) / T);
  const [x, y] = [zeros([N, T]), zeros([N, T])];
  x.data.set(classes.subarray(0, N * T));
  y.data.set(classes.subarray(1, N * T + 1));
  return [x, y];
}

/** Bits of a character if each has its share of the training text. */
function bitsByShares(training: Uint16Array, held: Uint16Array, size: number): number {
  const counts = new Float64Array(size).fill(1);
  for (const each of training) counts[each]!++;
  let bits = 0;
  for (const each of held) bits -= log(counts[each]! / (training.length + size));
  return bits / held.length / Math.LN2;
}

/** Characters to train on, and those to validate with. */
function dividedText(file: string, classes: Uint16Array, part: number, window: number): [Uint16Array, Uint16Array] {
  const held = Math.max(window + 1, Math.round(part * classes.length));
  const count = classes.length - held;
  if (count > window) return [classes.subarray(0, count), classes.subarray(count)];
  throw new CommandError(
    `${file}: it has ${classes.length} characters, which are too few for windows of ${window} in both parts, ` +
      'training and validation; a smaller --window or another --validation helps',
  );
}

const bits = (loss: number): number => loss / Math.LN2;

/** Prepares the training of a model of characters. */
export function textTask(file: string, bytes: Uint8Array, options: TrainOptions): Task {
  const { vocabulary, classes } = encoded(file, textOf(file, bytes));
  const part = options.validation ?? 0.1;
  const window = options.window ?? within(classes.length / 32, 4, 64);
  const [training, validation] = dividedText(file, classes, part, window);
  const pairs = [windowsOf(training, window), windowsOf(validation, window)] as const;
  const rows = pairs[0][0].shape[0]!;
  const common = commonOf(options, rows, DEFAULTS);
  const { size } = vocabulary;
  const layers = [
    new Embedding({ inputDim: size, outputDim: Math.min(size, WIDEST) }),
    ...recurrentLayers(common, true),
    new Dense({ units: size }),
  ];
  const model = new Sequential(layers, { seed: common.seed }).build();
  compileFor(model, common, rows, new SoftmaxCrossEntropy());
  return {
    model,
    common,
    settings: { ...namedSettings(common), window, validation: part },
    training: pairs[0],
    validation: pairs[1],
    metadata: { vocabulary },
    data: `${training.length} characters to train on, ${validation.length} for validation, ${size} different ones`,
    lossInWords: (loss) => `${bits(loss).toFixed(3)} bits`,
    find() {
      const [found, guessed] = [bits(model.evaluate(...pairs[1])), bitsByShares(training, validation, size)];
      const lines = [
        `validation: ${found.toFixed(3)} bits per character; ${guessed.toFixed(3)} by the shares of the characters alone`,
      ];
      return { figures: { bitsPerCharacter: found, bitsByShares: guessed }, lines };
    },
    sections: () =>
      TEMPERATURES.map((temperature) => ({
        heading: `A sample at temperature ${temperature}`,
        code: writtenBy(model, vocabulary, { length: 400, temperature, seed: 0 }),
      })),
    use: (path) => `bptt generate ${path}`,
  };
}
