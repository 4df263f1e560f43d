// The engines, which run a library each in a separate process, and the cases that they can run.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { LARGE } from '../recurrent.mjs';
import { NARROW } from './cases.mjs';

const ONE_THREAD = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

const fileOf = (name) => fileURLToPath(new URL(`engines/${name}`, import.meta.url));
const everything = () => true;
/** Cases for TensorFlow.js, which has no reset-after GRU, and takes minutes at the largest shape. */
const byTensorFlow = ({ layer, shape }) => ['LSTM', 'GRU'].includes(layer) && shape.H < LARGE.H;
const byTorch = ({ layer }) => layer !== 'GRU';
const byOnnx = ({ layer, does }) => layer === 'LSTM' && does !== 'training step';
const byBrain = ({ shape }) => shape.I === NARROW.I;

/**
 * Engines with the command lines to try in order; the first that works is used.
 *
 * @param {{ node?: string, wide: boolean, python?: string }} options - another Node to run bptt, in addition to this
 * one; `wide`: with 256-bit vectors; the Python that has PyTorch
 */
export function enginesFor({ node, wide, python }) {
  const here = (...args) => [[process.execPath, ...args]];
  const widely = wide ? ['--wide'] : [];
  const other = { name: wide ? 'bptt wide' : 'bptt, other Node', takes: everything };
  const pythons = python === undefined ? ['python3', '/usr/bin/python3'] : [python];
  return [
    { name: 'bptt', takes: everything, commands: here(fileOf('bptt.mjs')) },
    ...(node === undefined && !wide
      ? []
      : [{ ...other, commands: [[node ?? process.execPath, fileOf('bptt.mjs'), ...widely]] }]),
    {
      name: 'PyTorch',
      takes: byTorch,
      commands: pythons.map((each) => [each, fileOf('pytorch.py')]),
      remedy: 'apt-get install --no-install-recommends python3-torch libopenblas0-pthread, or --python PATH',
    },
    { name: 'ONNX Runtime', takes: byOnnx, commands: here(fileOf('onnxruntime.mjs')) },
    { name: 'TensorFlow.js wasm', takes: byTensorFlow, commands: here(fileOf('tfjs.mjs'), 'wasm') },
    { name: 'TensorFlow.js cpu', takes: byTensorFlow, commands: here(fileOf('tfjs.mjs'), 'cpu') },
    { name: 'brain.js', takes: byBrain, commands: here(fileOf('brain.mjs')) },
  ];
}

/** Starts a process that answers each line with a line. */
function start([binary, ...args]) {
  const child = spawn(binary, args, { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ...ONE_THREAD } });
  child.on('error', () => undefined); // if the binary does not exist, the output ends at once
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    return done ? { error: 'the process ended' } : JSON.parse(value);
  };
  const ask = async (command) => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    const answer = await next();
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  };
  return { next, ask, stop: () => child.kill() };
}

/** Returns the engine with `ask`, `version` and `width`, or with the reason why it is `missing`. */
export async function open(engine) {
  let missing;
  for (const command of engine.commands) {
    const { next, ask, stop } = start(command);
    const greeting = await next();
    if (greeting.version !== undefined) return { ...engine, ...greeting, ask, stop };
    stop();
    missing = greeting.missing ?? `${path.basename(command[0])} did not start it`;
  }
  return { ...engine, missing };
}
