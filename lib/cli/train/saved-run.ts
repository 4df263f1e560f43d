// What of a training is on the disk: a folder with its settings and its checkpoint beside the model, and the finished model.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { loadFile, saveFile } from '../../files/node-files.ts';
import { Sequential } from '../../model/sequential.ts';
import { readContent } from '../formats.ts';
import { CommandError, onFile } from '../io.ts';
import { VERSION } from '../version.ts';
import type { Settings } from './options.ts';

/** What decides the bits of a model. */
export interface RunRecord {
  /** Version of bptt. */
  readonly bptt: string;
  /** `text` or `csv`. */
  readonly kind: string;
  /** SHA-256 of the file. */
  readonly data: string;
  readonly settings: Settings;
}

/** What a finished model says of its training. */
export interface Finished {
  /** As `--json` prints it. */
  readonly figures: Readonly<Record<string, unknown>>;
  readonly lines: readonly string[];
}

const [RECORD, CHECKPOINT] = ['run.json', 'checkpoint.safetensors'];

/** The record of a training. */
export function recordOf(kind: string, bytes: Uint8Array, settings: Settings): RunRecord {
  return { bptt: VERSION, kind, data: createHash('sha256').update(bytes).digest('hex'), settings };
}

/** What is different, in words; empty if nothing is. */
function differences(then: Partial<RunRecord>, now: RunRecord): string[] {
  const list: string[] = [];
  if (then.kind !== now.kind) list.push(`--as was ${then.kind}, and is ${now.kind} now`);
  if (then.data !== now.data) list.push('the content of the file has changed');
  const before = then.settings ?? {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(now.settings)])) {
    const [old, value] = [before[name], now.settings[name]].map((each) =>
      each === undefined || each === '' ? 'none' : each,
    );
    if (old !== value) list.push(`--${name} was ${old}, and is ${value} now`);
  }
  if (then.bptt !== now.bptt) list.push(`the version of bptt was ${then.bptt}, and is ${now.bptt} now`);
  return list;
}

/** The training of a model file. */
export class SavedRun {
  /** The model file. */
  readonly out: string;
  /** The folder of an unfinished training. */
  readonly folder: string;
  readonly #record: RunRecord;

  constructor(out: string, record: RunRecord) {
    this.out = out;
    this.folder = `${out.replace(/\.safetensors$/, '')}.training`;
    this.#record = record;
  }

  /** Begins anew, or goes on: the last checkpoint, if there is one, or the finished model. Refuses a training with other settings. */
  async begin(fresh: boolean): Promise<{ readonly checkpoint?: Uint8Array | undefined; readonly finished?: Finished }> {
    const file = path.join(this.folder, RECORD);
    const remedy = 'Give the options of before to go on, --fresh to begin anew, or another --out';
    const given = fresh ? undefined : await loadFile(file);
    if (given !== undefined) {
      const changed = differences(this.#parsed(file, given), this.#record);
      if (changed.length > 0) {
        throw new CommandError(`${this.folder}: a training was begun there, but ${changed.join('; ')}. ${remedy}`);
      }
      return { checkpoint: await loadFile(path.join(this.folder, CHECKPOINT)) };
    }
    if (!fresh && existsSync(this.out)) return { finished: await this.#finished() };
    onFile(this.folder, () => {
      for (const name of [CHECKPOINT, RECORD]) rmSync(path.join(this.folder, name), { force: true });
      if (!existsSync(this.folder)) mkdirSync(this.folder);
    });
    await saveFile(file, new TextEncoder().encode(`${JSON.stringify(this.#record, null, 2)}\n`));
    return {};
  }

  #parsed(file: string, bytes: Uint8Array): Partial<RunRecord> {
    try {
      const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
      if (typeof parsed === 'object' && parsed !== null) return parsed;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    throw new CommandError(`${file}: it is not what bptt wrote there; --fresh begins anew`);
  }

  /** What the model says that is there already. */
  async #finished(): Promise<Finished> {
    const other = '--fresh trains anew and replaces it, --out writes another file';
    const training = await this.#trainingOf(other);
    const changed = differences(training.record, this.#record);
    if (changed.length === 0) return training;
    throw new CommandError(`${this.out}: the model is trained already, but ${changed.join('; ')}; ${other}`);
  }

  async #trainingOf(other: string): Promise<Finished & { readonly record: RunRecord }> {
    try {
      const { model } = await readContent(this.out);
      const { training } = model instanceof Sequential ? model.metadata : {};
      const { record, lines } = (training ?? {}) as { record?: object; lines?: unknown };
      if (typeof record === 'object' && Array.isArray(lines)) return training as Finished & { record: RunRecord };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error; // a file that is no model
    }
    throw new CommandError(`${this.out}: the file exists, and is no model of bptt train; ${other}`);
  }

  /** Saves a checkpoint; once the promise resolves, it is safe. */
  async checkpoint(bytes: Uint8Array): Promise<void> {
    await saveFile(path.join(this.folder, CHECKPOINT), bytes);
  }

  /** Saves the finished model, and removes the folder. */
  async finish(model: Sequential, metadata: object, finished: Finished): Promise<void> {
    model.metadata = { ...metadata, training: { record: this.#record, ...finished } };
    await saveFile(this.out, model.toBytes());
    for (const name of [CHECKPOINT, RECORD]) rmSync(path.join(this.folder, name), { force: true });
    onFile(this.folder, () => rmSync(this.folder, { recursive: true, force: true }));
  }
}
