// The worker of the page Inspect: reads files, draws nothing, and answers each question with one message.
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

/** Questions in their order: a question waits for the answer to the one before. */
let last = Promise.resolve();

self.onmessage = ({ data }) => {
  last = last.then(async () => {
    try {
      self.postMessage({ id: data.id, answer: await ANSWERS[data.type](data) });
    } catch (error) {
      self.postMessage({ id: data.id, failure: sentenceOf(error) });
    }
  });
};
