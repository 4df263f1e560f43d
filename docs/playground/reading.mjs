// What is to be seen of a net that reads a text: which characters an answer depends on, and what the net writes.
import { argMax, generate, Tensor } from 'bptt';

/** Characters that the net writes. */
const WRITTEN = 160;

/** A list of the rows of a tensor [1, T, I] whose entries are 1 at the read character. */
const readCharacters = (x, characters) => [...argMax(x.pick(0)).toArray()].map((number) => characters[number]);

/** A tensor [T, T, I] with T times the same sequence. */
function repeated({ data, shape: [, T, I] }) {
  const all = new Float32Array(T * T * I);
  for (let t = 0; t < T; t++) all.set(data, t * T * I);
  return new Tensor({ data: all }, [T, T, I]);
}

/**
 * Norms of ∂(logit of the answer at t)/∂x_i, for all t and i ≤ t: how strongly each answer depends on each character that was
 * read. Row t of the batch has a gradient at its step t only, so one backward pass computes them all.
 *
 * @param {import('./run.mjs').Run} run - of the task `text`
 * @returns {{ text: string[], answers: string[], norms: number[][] }} norms: [T][T], 0 for i > t
 */
export function connectivity(run) {
  const { outputs } = run.task;
  const copy = run.copy();
  const x = run.examples(1).x.copy();
  const [, T, I] = x.shape;
  const logits = copy.forward(repeated(x));
  const answers = argMax(logits.pick(0)).toArray();
  const F = outputs.length;
  const dy = new Float32Array(T * T * F);
  answers.forEach((answer, t) => {
    dy[(t * T + t) * F + answer] = 1;
  });
  const { data } = copy.backward(new Tensor({ data: dy }, [T, T, F])).dx.copy();
  const norm = (t, i) => {
    let sum = 0;
    for (let k = 0; k < I; k++) sum += data[(t * T + i) * I + k] ** 2;
    return Math.sqrt(sum);
  };
  return {
    text: readCharacters(x, outputs),
    answers: answers.map((answer) => outputs[answer]),
    norms: Array.from({ length: T }, (_, t) => Array.from({ length: T }, (_, i) => norm(t, i))),
  };
}

/**
 * What the net writes after the beginning of a text that is not trained on.
 *
 * @param {import('./run.mjs').Run} run - of the task `text`
 * @returns {{ prompt: string, written: string }}
 */
export function writing(run) {
  const { outputs } = run.task;
  const prompt = readCharacters(run.examples(1).x, outputs);
  const numbers = prompt.map((character) => outputs.indexOf(character));
  const classes = generate(run.model, numbers, { steps: WRITTEN, temperature: 0.5, seed: 1 });
  return { prompt: prompt.join(''), written: [...classes].map((number) => outputs[number]).join('') };
}
