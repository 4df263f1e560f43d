// The worker of the page Inspect. It loads what it needs as another module: chunks that import the worker's own file would
// run it a second time in WebKit.

/** Questions in their order: a question waits for the answer to the one before. */
let last = import('./answers.mjs');

self.onmessage = ({ data }) => {
  last = last.then(async (answers) => {
    self.postMessage(await answers.answerTo(data));
    return answers;
  });
};
