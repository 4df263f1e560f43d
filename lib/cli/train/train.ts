// `bptt train`: trains a model of a text or of a series.

import path from 'node:path';
import { BpttError, NonFiniteError } from '../../errors.ts';
import { EarlyStopping } from '../../training/callbacks/early-stopping.ts';
import type { BatchLog, Callbacks, EpochLog, TrainingRun } from '../../training/callbacks.ts';
import { resumeFromBytes } from '../../training/checkpoint/resume.ts';
import { checkpointToBytes } from '../../training/checkpoint/save.ts';
import type { History } from '../../training/fit.ts';
import { interruptible } from '../interrupt.ts';
import { CommandError, type Io, readBytes } from '../io.ts';
import { kindOf, type TrainOptions } from './options.ts';
import { plotFor, writePage } from './page.ts';
import { ProgressLine, timeInWords } from './progress.ts';
import { type Finished, recordOf, SavedRun } from './saved-run.ts';
import { seriesTask } from './series-task.ts';
import { Stopped } from './stopped.ts';
import type { Task } from './task.ts';
import { textTask } from './text-task.ts';

/** Milliseconds between two checkpoints. */
const CHECKPOINT_EVERY = 10_000;

/** Tells the progress, saves checkpoints, and ends at a signal: the last callback, so that checkpoints have all of a step. */
class TrainCallback implements Callbacks {
  readonly #saved: SavedRun;
  readonly #progress: ProgressLine;
  readonly #signal: AbortSignal;
  readonly #resume: Uint8Array | undefined;
  #last: number = performance.now();
  #batches = 0;
  /** Steps so far. */
  steps = 0;

  constructor(saved: SavedRun, progress: ProgressLine, signal: AbortSignal, resume: Uint8Array | undefined) {
    this.#saved = saved;
    this.#progress = progress;
    this.#signal = signal;
    this.#resume = resume;
  }

  onTrainBegin(run: TrainingRun): void {
    if (this.#resume !== undefined) resumeFromBytes(run, this.#resume);
  }

  async onBatchEnd(log: BatchLog, run: TrainingRun): Promise<void> {
    this.#batches = log.batches!;
    this.steps = log.step + 1;
    this.#progress.batch(log);
    const { aborted } = this.#signal;
    const now = performance.now();
    if (!aborted && now - this.#last < CHECKPOINT_EVERY) return;
    this.#last = now;
    await this.#saved.checkpoint(checkpointToBytes(run));
    if (aborted) throw new Stopped(log);
  }

  onEpochEnd(log: EpochLog): void {
    if (this.#batches > 0) this.#progress.epoch(log, this.#batches);
  }
}

/** Trains, and returns the losses, with the epoch whose weights were kept. */
async function trainOn(
  task: Task,
  callback: TrainCallback,
): Promise<{ readonly history: History; readonly best: number }> {
  const { model, common, training, validation } = task;
  const { epochs, batch, patience, seed } = common;
  const stopping = new EarlyStopping({ patience, restoreBest: true });
  try {
    const [x, y] = training;
    const callbacks = [stopping, callback];
    const history = await model.fit(x, y, { epochs, batchSize: batch, seed, validationData: validation, callbacks });
    return { history, best: stopping.bestEpoch! };
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error;
    throw new CommandError(`the training diverges; a smaller --learning-rate or --clip helps (${error.message})`);
  }
}

/** The model file: beside the data, unless the option says where. */
function outOf(file: string, { out }: TrainOptions): string {
  const { dir, name } = path.parse(file);
  const chosen = out ?? path.join(dir, `${name}.safetensors`);
  if (path.resolve(chosen) !== path.resolve(file)) return chosen;
  throw new CommandError(`--out ${chosen}: it is the file of the data, which is not replaced; give another name`);
}

/** What is found of the trained model. */
function foundOf(task: Task, { history, best }: Awaited<ReturnType<typeof trainOn>>, batches: number): Finished {
  const { figures, lines } = task.find();
  const { length: epochs } = history.epochs;
  const kept = history.epochs[best]!;
  const size = task.model.parameters.size;
  return {
    figures: {
      parameters: size,
      ...{ epochs, steps: epochs * batches, bestEpoch: best + 1 },
      ...{ loss: kept.loss, validationLoss: kept.validationLoss },
      ...figures,
    },
    lines: [`${size} parameters, ${epochs} epochs; the weights are those of epoch ${best + 1}`, ...lines],
  };
}

function tell(io: Io, out: string, { figures, lines }: Finished, task: Task, file: string, json = false): void {
  if (json) io.out(`${JSON.stringify({ model: out, file, ...figures, settings: task.settings }, null, 2)}\n`);
  else io.out(`${[`${out}: ${lines[0]}`, ...lines.slice(1), `To use it: npx ${task.use(out, file)}`].join('\n')}\n`);
}

/** Trains a model of a file, or goes on with it. */
export async function train(io: Io, file: string, options: TrainOptions): Promise<number> {
  return interruptible((signal) => trainUntil(signal, io, file, options));
}

async function trainUntil(signal: AbortSignal, io: Io, file: string, options: TrainOptions): Promise<number> {
  const kind = kindOf(file, options);
  const out = outOf(file, options);
  const plot = options.report === undefined ? undefined : await plotFor(options.report);
  const bytes = readBytes(file);
  const task = (kind === 'text' ? textTask : seriesTask)(file, bytes, options);
  const saved = new SavedRun(out, recordOf(kind, bytes, task.settings));
  const { checkpoint, finished } = await saved.begin(options.fresh ?? false);
  if (finished !== undefined) {
    io.err(`${out}: it was trained before with these options; --fresh trains anew\n`);
    if (plot !== undefined)
      throw new CommandError(`--report ${options.report}: the losses are drawn after a training; add --fresh`);
    tell(io, out, finished, task, file, options.json);
    return 0;
  }
  io.err(`${file}: ${task.data}\n`);
  if (checkpoint !== undefined) io.err(`Goes on from the checkpoint in ${saved.folder}\n`);
  const progress = new ProgressLine(io, task.lossInWords);
  try {
    const callback = new TrainCallback(saved, progress, signal, checkpoint);
    const trained = await trainOn(task, callback);
    progress.end();
    const batches = Math.ceil(task.training[0].shape[0]! / task.common.batch);
    const result = foundOf(task, trained, batches);
    if (plot !== undefined)
      writePage(options.report!, plot, task, trained.history, [`${out}: ${result.lines[0]}`, ...result.lines.slice(1)]);
    await saved.finish(task.model, task.metadata, result);
    io.err(`Took ${timeInWords(progress.seconds)}\n`);
    tell(io, out, result, task, file, options.json);
    return 0;
  } catch (error) {
    progress.end();
    if (error instanceof Stopped) return error.tell(io, saved.folder);
    if (checkpoint !== undefined && error instanceof BpttError) {
      throw new CommandError(`${saved.folder}: its checkpoint does not go on: ${error.message}; --fresh begins anew`);
    }
    throw error;
  }
}
