// Worker thread that runs exams: receives { name, seed }, and sends the result.
import { parentPort } from 'node:worker_threads';
import { EXAMS } from './list.mjs';
import { runExam } from './run-exam.mjs';

parentPort.on('message', ({ name, seed }) => {
  const exam = EXAMS.find((each) => each.name === name);
  parentPort.postMessage(runExam(exam, seed));
});
