// TensorFlow.js, on the backend of the first argument: `cpu`, or `wasm` with one thread.
import { createRequire } from 'node:module';
import path from 'node:path';
import { readArray, reorder } from '../data.mjs';
import { serve } from '../protocol.mjs';

const [, , backend] = process.argv;
const CLIP = 1;

/** Keras' orders of gates: LSTM i f c o, like ours; GRU z r h. */
const LAYOUTS = {
  LSTM: { kind: 'lstm', order: [0, 1, 2, 3], negated: [] },
  GRU: { kind: 'gru', order: [1, 0, 2], negated: [1] },
};

async function load() {
  console.info = console.warn = () => undefined; // TensorFlow.js prints an advertisement of its native package
  const { default: tf } = await import('@tensorflow/tfjs');
  if (backend === 'wasm') {
    const { default: wasm } = await import('@tensorflow/tfjs-backend-wasm');
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(`${path.dirname(entry)}/`);
    wasm.setThreadsCount(1);
  }
  if (!(await tf.setBackend(backend))) throw new Error(`no ${backend} backend`);
  await tf.ready();
  return tf;
}

function weightsOf(tf, { layer, folder, shape: { I, H } }) {
  const { order, negated } = LAYOUTS[layer];
  const columns = order.length * H;
  const read = (name, rows) => reorder(readArray(folder, name), rows, H, order, negated);
  return [
    tf.tensor(read('kernel', I), [I, columns]),
    tf.tensor(read('recurrentKernel', H), [H, columns]),
    tf.tensor(read('bias', 1), [columns]),
  ];
}

const optionsOf = (units) => ({ units, recurrentActivation: 'sigmoid', activation: 'tanh', implementation: 2 });

function sequence(tf, task) {
  const { layer, does, folder, shape } = task;
  const { B, T, I, H } = shape;
  const rnn = tf.layers[LAYOUTS[layer].kind]({ ...optionsOf(H), returnSequences: true });
  const x = tf.variable(tf.tensor(readArray(folder, 'x'), [B, T, I]));
  tf.tidy(() => rnn.apply(x));
  rnn.setWeights(weightsOf(tf, task));
  if (does === 'forward') {
    const run = () => tf.tidy(() => rnn.apply(x).dataSync());
    return { run, result: run };
  }
  const dy = tf.tensor(readArray(folder, 'dy'), [B, T, H]);
  const variables = rnn.trainableWeights.map(({ val }) => val);
  const optimizer = tf.train.adam(0);
  const loss = () => rnn.apply(x, { training: true }).mul(dy).sum();
  /** Forward, backward with dx, clipping by the global norm, Adam. */
  const run = () =>
    tf.tidy(() => {
      const { grads } = tf.variableGrads(loss, [x, ...variables]);
      const gradients = variables.map(({ name }) => grads[name]);
      const norm = tf.addN(gradients.map((g) => g.square().sum())).sqrt();
      const scale = tf.minimum(1, tf.div(CLIP, norm));
      optimizer.applyGradients(Object.fromEntries(variables.map(({ name }, k) => [name, gradients[k].mul(scale)])));
      return grads[x.name].dataSync();
    });
  return { run, result: run };
}

/** One call of the layer's cell, which is faster than the layer over one step. */
function streaming(tf, task) {
  const { layer, folder, shape } = task;
  const { B, I, H } = shape;
  const values = readArray(folder, 'x');
  const T = values.length / (B * I);
  const steps = Array.from({ length: T }, (_, t) => tf.tensor(values.subarray(t * I, (t + 1) * I), [B, I])); // B is 1
  const cell = tf.layers[`${LAYOUTS[layer].kind}Cell`](optionsOf(H));
  cell.build([B, I]);
  cell.setWeights(weightsOf(tf, task));
  const zeros = () => [tf.zeros([B, H]), tf.zeros([B, H])];
  const step = (xt, states) => tf.tidy(() => cell.call([xt, ...states], {}).slice(1));
  const result = () => {
    let states = zeros();
    return steps.flatMap((xt) => {
      states = step(xt, states);
      return [...states[0].dataSync()];
    });
  };
  let states = zeros();
  let t = 0;
  const run = () => {
    const next = step(steps[t++ % T], states);
    tf.dispose(states);
    states = next;
    return states[0].dataSync();
  };
  return { run, result };
}

serve(async () => {
  const tf = await load();
  return {
    version: `${tf.version.tfjs}, ${tf.getBackend()} backend, Node ${process.version}`,
    prepare: (task) => {
      tf.disposeVariables();
      return task.does === 'step' ? streaming(tf, task) : sequence(tf, task);
    },
  };
});
