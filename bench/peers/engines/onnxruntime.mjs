// ONNX Runtime's native build, one thread: forward passes only.
import { createRequire } from 'node:module';
import { readArray, reorder, timeMajor, transposed } from '../data.mjs';
import { lstmModel } from '../onnx-model.mjs';
import { serve } from '../protocol.mjs';

/** Order of ONNX's gates, i o f c. */
const ORDER = [0, 3, 1, 2];
const OPTIONS = { intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'all' };

function modelOf({ folder, shape }) {
  const { I, H } = shape;
  const read = (name, rows) => transposed(reorder(readArray(folder, name), rows, H, ORDER), rows, 4 * H);
  const bias = new Float32Array(8 * H);
  bias.set(read('bias', 1));
  return lstmModel(shape, { W: read('kernel', I), R: read('recurrentKernel', H), B: bias });
}

async function prepare(ort, task) {
  const { B, T, I, H } = task.shape;
  const session = await ort.InferenceSession.create(modelOf(task), OPTIONS);
  const values = readArray(task.folder, 'x');
  const zeros = () => new ort.Tensor('float32', new Float32Array(B * H), [1, B, H]);
  const start = { h: zeros(), c: zeros() };
  if (task.does === 'forward') {
    const x = new ort.Tensor('float32', timeMajor(values, B, T), [T, B, I]);
    const run = () => session.run({ x, ...start });
    return { run, asynchronous: true, result: async () => timeMajor((await run()).y.data, T, B) };
  }
  const count = values.length / (B * I);
  const steps = Array.from({ length: count }, (_, t) => {
    return new ort.Tensor('float32', values.slice(t * I, (t + 1) * I), [1, B, I]); // B is 1
  });
  const step = async (x, { h, c }) => {
    const { hNext, cNext } = await session.run({ x, h, c });
    return { h: hNext, c: cNext };
  };
  const result = async () => {
    let state = start;
    const outputs = [];
    for (const x of steps) {
      state = await step(x, state);
      for (const value of state.h.data) outputs.push(value);
    }
    return outputs;
  };
  let [state, t] = [start, 0];
  const run = async () => {
    state = await step(steps[t++ % count], state);
  };
  return { run, asynchronous: true, result };
}

serve(async () => {
  const { default: ort } = await import('onnxruntime-node');
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json');
  return { version: `${version}, Node ${process.version}`, prepare: (task) => prepare(ort, task) };
});
