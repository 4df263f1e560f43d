// What the worker of the page Inspect answers.
import { open, sentenceOf } from './open.mjs';
import { run } from './run.mjs';
import { SAMPLES } from './samples.mjs';
import { weightOf } from './weights.mjs';

let opened;

async function opening(files, at) {
  opened = undefined;
  opened = await open(files, at);
  return opened.view;
}

const ANSWERS = {
  open: ({ files, at }) => opening(files, at),
  sample: async ({ sample }) => opening(await SAMPLES[sample].files(), ''),
  look({ names }) {
    const { arrays, model } = opened;
    return names.map((name) => weightOf(name, arrays.get(name), model));
  },
  run: ({ given }) => run(opened.model, opened.view.input, given),
  save: () => opened.model.toBytes(),
};

/** The answer to a question, or a sentence that says why there is none. */
export async function answerTo(question) {
  try {
    return { id: question.id, answer: await ANSWERS[question.type](question) };
  } catch (error) {
    return { id: question.id, failure: sentenceOf(error) };
  }
}
