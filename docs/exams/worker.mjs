// A thread that lets seeds sit exams, one after another: { name, seed } in, the result out.
import { parentPort } from 'node:worker_threads';
import { EXAMS } from './list.mjs';
import { sit } from './sit.mjs';

parentPort.on('message', ({ name, seed }) => {
  const exam = EXAMS.find((each) => each.name === name);
  parentPort.postMessage(sit(exam, seed));
});
