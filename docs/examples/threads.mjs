// Trains a model in this thread and predicts in a worker. Bytes and buffers are moved between the threads, not copied.
//
//   npm run example threads
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import {
  Adam,
  Dense,
  LSTM,
  MeanSquaredError,
  randomNormal,
  Sequential,
  stateFromBytes,
  stateToBytes,
  zeros,
} from 'bptt';

/** A tensor as a message, with its transfer list. */
function packed(tensor) {
  const { data, shape, stride, offset } = tensor.copy();
  return { array: { data, shape, stride, offset }, transfer: [data.buffer] };
}

/** Runs in the worker: predicts, and steps a stream once. */
function answer({ bytes, x, xt, state: stateBytes }) {
  const model = Sequential.fromBytes(bytes);
  const stream = model.stream();
  const state = stateFromBytes(stream, stateBytes);
  stream.step(xt, state);
  const prediction = packed(model.predict(x));
  const next = stateToBytes(stream, state);
  parentPort.postMessage({ prediction: prediction.array, state: next }, [...prediction.transfer, next.buffer]);
}

async function ask() {
  const model = new Sequential([new LSTM({ units: 8 }), new Dense({ units: 1 })], { inputSize: 3 });
  model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
  const x = randomNormal([16, 10, 3], { seed: 1 });
  await model.fit(x, zeros([16, 1]), { epochs: 3 });
  const stream = model.stream();
  const state = stream.zeroState();
  const xt = randomNormal([1, 3], { seed: 2 });

  const worker = new Worker(new URL(import.meta.url));
  const reply = new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  const [bytes, stateBytes] = [model.toBytes(), stateToBytes(stream, state)];
  const [inputs, step] = [packed(x), packed(xt)];
  worker.postMessage({ bytes, x: inputs.array, xt: step.array, state: stateBytes }, [
    ...[bytes.buffer, stateBytes.buffer],
    ...[...inputs.transfer, ...step.transfer],
  ]);
  const { prediction, state: returned } = await reply;
  await worker.terminate();

  stream.step(xt, state);
  const here = model.predict(x).data;
  const next = stateFromBytes(stream, returned).lstm1.h;
  return {
    moved: inputs.array.data.length === 0 && bytes.length === 0,
    predictions: here.length,
    samePredictions: here.every((value, i) => value === prediction.data[i]),
    sameState: next.data.every((value, i) => value === state.lstm1.h.data[i]),
  };
}

if (isMainThread) {
  const result = await ask();
  console.log(
    `${result.predictions} predictions of the worker, with the bits of this thread: ${result.samePredictions}`,
  );
  console.log(`its next state likewise: ${result.sameState}; buffers moved: ${result.moved}`);
} else {
  parentPort.once('message', answer);
}
