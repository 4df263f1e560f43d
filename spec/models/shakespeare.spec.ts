import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadBasicLSTMCell } from '../../lib/exchange/tfjs.ts';
import { Dense, Embedding, LSTM, Sequential, tensor } from '../../lib/index.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';
import { mulberry32 } from '../support/mulberry32.ts';
import { load } from '../support/recurrent.ts';
import { argmax, logSoftmax } from './plain/arithmetic.ts';
import { readerOf, type Variables } from './plain/char-rnn.ts';

// ml5js/ml5-data-and-models (MIT), a model of Shakespeare's characters: an embedding, two of TensorFlow's
// BasicLSTMCell(128) and a Dense layer.
const FOLDER = new URL('../../../shared/models/ml5_shakespeare/', import.meta.url);
const [CHARACTERS, UNITS] = [65, 128];

const read = (name: string): Buffer => readFileSync(new URL(name, FOLDER));

function readVariables(): Variables {
  const manifest = JSON.parse(read('manifest.json').toString()) as Record<
    string,
    { filename: string; shape: number[] }
  >;
  return Object.fromEntries(
    Object.entries(manifest).map(([name, { filename, shape }]) => {
      return [name, { data: new Float32Array(Uint8Array.from(read(filename)).buffer), shape }];
    }),
  );
}

/** Characters by number. In the file two names are damaged: number 13 is u, number 40 is U. */
function readCharacters(): string[] {
  const numbers = JSON.parse(read('vocab.json').toString()) as Record<string, number>;
  const characters: string[] = [];
  for (const [character, number] of Object.entries(numbers)) characters[number] = character;
  [characters[13], characters[40]] = ['u', 'U'];
  return characters;
}

function modelOf(variables: Variables): Sequential {
  const get = (name: string): Tensor => {
    const { data, shape } = variables[name]!;
    return new Tensor({ data: Float64Array.from(data) }, shape);
  };
  const embedding = new Embedding({ inputDim: CHARACTERS, outputDim: UNITS });
  const lstms = [0, 1].map(() => new LSTM({ units: UNITS, returnSequences: true }));
  const dense = new Dense({ units: CHARACTERS });
  const model = new Sequential([embedding, ...lstms, dense]).build();
  load(embedding.parameters, { embeddings: get('embedding') });
  lstms.forEach(({ cell }, k) => {
    const [kernel, bias] = ['weights', 'biases'].map((name) => {
      return get(`rnnlm/multi_rnn_cell/cell_${k}/basic_lstm_cell/${name}`);
    }) as [Tensor, Tensor];
    loadBasicLSTMCell(cell, { kernel, bias });
  });
  load(dense.parameters, { kernel: get('rnnlm/softmax_w'), bias: get('rnnlm/softmax_b') });
  return model;
}

/** Reads a character and returns the logits of the next one. */
type Reader = (character: number) => readonly number[];

function streamOf(model: Sequential): Reader {
  const stream = model.stream();
  const state = stream.zeroState();
  return (character) =>
    stream
      .step(tensor([character]), state)
      .pick(0)
      .toArray() as number[];
}

/** Chooses one of the characters: the most probable one, or by a number from 0 to 1 for a temperature. */
function choose(logits: readonly number[], temperature: number, u: number): number {
  if (temperature === 0) return argmax(logits);
  let rest = u;
  return logSoftmax(logits.map((a) => a / temperature)).findIndex((log) => {
    rest -= Math.exp(log);
    return rest < 0;
  });
}

const present = existsSync(FOLDER);
(present ? describe : describe.skip)(`Shakespeare${present ? '' : ', skipped: ../shared/models is absent'}`, () => {
  const START = 'ROMEO:\n';

  it.each([
    ['the most probable', 0, 'Murder me to the stranger than the sea\nThe stranger than the sentence the sentence\n'],
    ['sampled', 0.5, 'Go, be why, and not the wars,\nThat profess of the spirit.\n\nKING RICHARD II:\n'],
  ])('streams %s characters, the same as the equations', (_, temperature, beginning) => {
    const variables = readVariables();
    const characters = readCharacters();
    const numbers = mulberry32(1, 0.5, [300]).data.map((v) => v + 0.5);
    const write = (read: Reader) => {
      const start = [...START].map((character) => read(characters.indexOf(character)));
      const [logits, chosen]: [(readonly number[])[], number[]] = [start, []];
      for (const u of numbers) {
        chosen.push(choose(logits.at(-1)!, temperature, u));
        logits.push(read(chosen.at(-1)!));
      }
      return { logits: logits.flat(), text: chosen.map((number) => characters[number]).join('') };
    };
    const [ours, expected] = [write(streamOf(modelOf(variables))), write(readerOf(variables))];
    expect(ours.text).toBe(expected.text);
    expect(ours.text.startsWith(beginning)).toBe(true);
    const error = Math.max(...ours.logits.map((a, k) => Math.abs(a - expected.logits[k]!)));
    const scale = Math.max(...expected.logits.map(Math.abs));
    expect(error / scale).toBeLessThan(5e-6);
    expect(error).toBeGreaterThan(0);
  });
});
