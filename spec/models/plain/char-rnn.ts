// A character model of ml5, as deeplearn.js computes it, in plain arithmetic. It shares no code with the library.

import { type Matrix, row, sigmoid } from './arithmetic.ts';

/** Arrays of the model by name. */
export type Variables = Readonly<Record<string, Matrix>>;

interface State {
  readonly h: readonly number[];
  readonly c: readonly number[];
}

/** xW + b for W [inputs, outputs]. */
function affine(x: readonly number[], { data }: Matrix, { data: b }: Matrix): number[] {
  return Array.from(b, (bias, j) => x.reduce((sum, value, i) => sum + value * data[i * b.length + j]!, bias));
}

/** A step of TensorFlow's BasicLSTMCell: a kernel on [x, h], blocks i, j, f, o, and 1 added to the forget gate. */
function lstm(kernel: Matrix, bias: Matrix, x: readonly number[], { h, c }: State): State {
  const a = affine([...x, ...h], kernel, bias);
  const H = h.length;
  const block = (k: number): number[] => a.slice(k * H, (k + 1) * H);
  const [i, j, f, o] = [block(0), block(1), block(2), block(3)];
  const next = c.map((old, k) => sigmoid(f[k]! + 1) * old + sigmoid(i[k]!) * Math.tanh(j[k]!));
  return { h: next.map((value, k) => sigmoid(o[k]!) * Math.tanh(value)), c: next };
}

/** A reader of characters: each call returns the logits of the next one. */
export function readerOf(variables: Variables): (character: number) => number[] {
  const get = (name: string): Matrix => variables[name]!;
  const zeros = (): number[] => Array<number>(get('rnnlm/softmax_w').shape[0]!).fill(0);
  const states: State[] = [0, 1].map(() => ({ h: zeros(), c: zeros() }));
  return (character) => {
    let x = row(get('embedding'), character);
    states.forEach((state, k) => {
      const cell = `rnnlm/multi_rnn_cell/cell_${k}/basic_lstm_cell`;
      states[k] = lstm(get(`${cell}/weights`), get(`${cell}/biases`), x, state);
      x = [...states[k].h];
    });
    return affine(x, get('rnnlm/softmax_w'), get('rnnlm/softmax_b'));
  };
}
