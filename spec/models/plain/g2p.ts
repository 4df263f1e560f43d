// The net of Kyubyong/g2p in plain arithmetic. It shares no code with the library.

import { affine, argmax, logSoftmax, type Matrix, row, sigmoid } from './arithmetic.ts';

/** Arrays of the checkpoint by name. */
export type Checkpoint = Readonly<Record<string, Matrix>>;

/** What the net writes for a word. */
export interface Spelling {
  /** With the stop token. */
  readonly tokens: readonly number[];
  /** Of each step. */
  readonly logits: readonly (readonly number[])[];
  readonly logProbability: number;
}

/** A step of PyTorch's GRU: blocks r, z, n; two biases; the reset gate after the product; z keeps the old state. */
function gru(checkpoint: Checkpoint, network: string, x: readonly number[], h: readonly number[]): number[] {
  const get = (name: string): Matrix => checkpoint[`${network}_${name}`]!;
  const fromX = affine(get('w_ih'), x, get('b_ih'));
  const fromH = affine(get('w_hh'), h, get('b_hh'));
  const H = h.length;
  return h.map((old, j) => {
    const r = sigmoid(fromX[j]! + fromH[j]!);
    const z = sigmoid(fromX[H + j]! + fromH[H + j]!);
    const n = Math.tanh(fromX[2 * H + j]! + r * fromH[2 * H + j]!);
    return (1 - z) * n + z * old;
  });
}

/** Reads the letters, then writes the most probable phoneme of each step until `stop`, at most `steps`. */
export function spell(
  checkpoint: Checkpoint,
  letters: readonly number[],
  { start, stop, steps }: { readonly start: number; readonly stop: number; readonly steps: number },
): Spelling {
  const { enc_emb, dec_emb, fc_w, fc_b } = checkpoint as { readonly [name: string]: Matrix };
  let h = Array<number>(256).fill(0);
  for (const letter of letters) h = gru(checkpoint, 'enc', row(enc_emb!, letter), h);
  const [tokens, logits]: [number[], number[][]] = [[], []];
  let logProbability = 0;
  while (tokens.length < steps && tokens.at(-1) !== stop) {
    h = gru(checkpoint, 'dec', row(dec_emb!, tokens.at(-1) ?? start), h);
    const a = affine(fc_w!, h, fc_b!);
    const token = argmax(a);
    logProbability += logSoftmax(a)[token]!;
    logits.push(a);
    tokens.push(token);
  }
  return { tokens, logits, logProbability };
}
