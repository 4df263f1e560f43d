import { callersArguments } from './arguments.mjs';
import { attention } from './attention.mjs';
import { branches } from './branches.mjs';
import { callbacks } from './callbacks.mjs';
import { cellOptions } from './cell-options.mjs';
import { cells } from './cells.mjs';
import { checkpoints } from './checkpoints.mjs';
import { content } from './content.mjs';
import { convolutions } from './convolutions.mjs';
import { data } from './data.mjs';
import { embeddings } from './embeddings.mjs';
import { encoderDecoder } from './encoder-decoder.mjs';
import { engine } from './engine.mjs';
import { exchange } from './exchange.mjs';
import { files } from './files.mjs';
import { fleets } from './fleets.mjs';
import { flow } from './flow.mjs';
import { keras } from './keras.mjs';
import { kernels } from './kernels.mjs';
import { losses } from './losses.mjs';
import { machines } from './machines.mjs';
import { measured } from './measured.mjs';
import { memory } from './memory.mjs';
import { noise } from './noise.mjs';
import { numbers } from './numbers.mjs';
import { objects } from './objects.mjs';
import { onnx } from './onnx.mjs';
import { onnxExport } from './onnx-export.mjs';
import { optimizers } from './optimizers.mjs';
import { platforms } from './platforms.mjs';
import { plots } from './plots.mjs';
import { pointwise } from './pointwise.mjs';
import { policy } from './policy.mjs';
import { preparing } from './preparing.mjs';
import { random } from './random.mjs';
import { refusals } from './refusals.mjs';
import { regularization } from './regularization.mjs';
import { sampling } from './sampling.mjs';
import { saving } from './saving.mjs';
import { scored } from './scored.mjs';
import { sequences } from './sequences.mjs';
import { steps } from './steps.mjs';
import { sweeps } from './sweeps.mjs';
import { tfjs } from './tfjs.mjs';
import { threads } from './threads.mjs';
import { training } from './training.mjs';

/**
 * A change of one line that makes the library wrong. `find` has to be in the file exactly once, unless `nth` (from 1)
 * is its number. The verification kit has to detect the change or, with `killedBy`, that spec; `test` limits the run to
 * tests with matching names.
 *
 * @typedef {{ name: string, find: string, replace: string, nth?: number, killedBy?: string, test?: string }} Change
 */

/** @type {(Change & { file: string })[]} */
export const mutants = [
  callersArguments,
  callbacks,
  checkpoints,
  kernels,
  steps,
  engine,
  cells,
  cellOptions,
  policy,
  content,
  exchange,
  files,
  flow,
  measured,
  objects,
  saving,
  platforms,
  plots,
  random,
  memory,
  numbers,
  refusals,
  noise,
  regularization,
  scored,
  sequences,
  attention,
  data,
  embeddings,
  encoderDecoder,
  branches,
  convolutions,
  onnx,
  onnxExport,
  keras,
  tfjs,
  optimizers,
  pointwise,
  threads,
  training,
  losses,
  sampling,
  fleets,
  machines,
  sweeps,
  preparing,
].flatMap((group) =>
  Object.entries(group).flatMap(([file, changes]) => changes.map((change) => ({ ...change, file }))),
);
