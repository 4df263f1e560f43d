// Results as bytes: the length of a header, the header as JSON, the model and the checkpoint. They come from whoever can write to
// Redis, so every part is checked before it is used.

import { FormatError } from '../../errors.ts';
import { isJsonObject, readJson } from '../../formats/strict-json.ts';
import { encodeUtf8 } from '../../formats/utf8.ts';
import { describeLayers } from '../../layers/saved-layers.ts';
import { Sequential } from '../../model/sequential.ts';
import { JOB_CLASSES, layersOf } from '../described.ts';
import type { KeyedJob } from '../job.ts';
import { type JobOutcome, outcomeOf } from '../outcome.ts';

/** Why there is no outcome. */
export interface Failure {
  /** Class of the error where the job ran. */
  readonly kind: string;
  readonly message: string;
  /** Whether the worker was lost, so that another attempt may succeed. */
  readonly isLost: boolean;
}

/** What a worker has to say. */
export type Result =
  | { readonly outcome: JobOutcome; readonly error?: never }
  | { readonly outcome?: never; readonly error: Failure };

const LONGEST_HEADER = 1 << 14;
const LONGEST_KIND = 100;
const LONGEST_MESSAGE = 2000;

/** The bytes of a result. */
export function encodeResult({ outcome, error }: Result): Uint8Array {
  const header =
    error === undefined
      ? { status: 'done', model: outcome.model.length }
      : { ...error, kind: error.kind.slice(0, LONGEST_KIND), message: error.message.slice(0, LONGEST_MESSAGE) };
  const text = encodeUtf8(JSON.stringify(header));
  const parts = [text, ...(outcome === undefined ? [] : [outcome.model, outcome.checkpoint ?? new Uint8Array(0)])];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 4));
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  let at = 4;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Reads bytes as the result of a job. @throws FormatError for what no worker of this library writes */
export function decodeResult(where: string, bytes: Uint8Array, job: KeyedJob): Result {
  const fail = (received: string): never => {
    throw new FormatError({ where, argument: 'result', expected: 'be what a worker of this library writes', received });
  };
  const length = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const start = 4 + length;
  if (length === 0 || length > LONGEST_HEADER || start > bytes.length) fail(`${bytes.length} bytes`);
  const header = readJson(bytes.subarray(4, start), fail);
  if (!isJsonObject(header)) return fail('another header');
  const { status, model, kind, message, isLost } = header;
  if (typeof kind === 'string' && typeof message === 'string' && typeof isLost === 'boolean') {
    return { error: { kind, message, isLost } };
  }
  const isDone = status === 'done' && typeof model === 'number' && model > 0 && start + model <= bytes.length;
  if (!isDone) return fail('another header');
  const outcome = outcomeOf(where, job.key, bytes.slice(start, start + model));
  requireModelOf(where, outcome.model, job, fail);
  const checkpoint = start + model < bytes.length ? bytes.slice(start + model) : undefined;
  return { outcome: { ...outcome, checkpoint } };
}

/** A model whose layers are those of the job, and whose parameters are finite. */
function requireModelOf(where: string, bytes: Uint8Array, { job }: KeyedJob, fail: (received: string) => never): void {
  const model = Sequential.fromBytes(bytes, { classes: JOB_CLASSES });
  const expected = layersOf(where, 'job.model.layers', job.model.layers);
  const [found, wanted] = [model.layers, expected].map((layers) => JSON.stringify(describeLayers(where, layers)));
  if (found !== wanted || model.inputSize !== job.model.inputSize) fail('a model with other layers');
}
