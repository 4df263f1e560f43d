// The file of a sweep: JSON with a space and a job, or a module that exports them.

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Job } from '../../fleet/job.ts';
import { requireSpace, type Space, type Values } from '../../fleet/sweep/space.ts';
import { CommandError, readBytes } from '../io.ts';

/** What a sweep is about. */
export interface SweepFile {
  readonly space: Space;
  /** The job of a trial. */
  readonly job: (trial: { readonly number: number; readonly parameters: Values }) => Job | PromiseLike<Job>;
  /** Epochs of the job, where the file has a number for them. */
  readonly epochs: number | undefined;
}

const EXPECTED =
  'it has to be JSON with the members "space" and "job", or a module (.mjs) that exports space and a function job(trial)';

/** A part of a job with the values of a trial in place of `{ "parameter": name }`. */
function filled(file: string, part: unknown, values: Values): unknown {
  if (Array.isArray(part)) return part.map((each) => filled(file, each, values));
  if (typeof part !== 'object' || part === null) return part;
  const { parameter, ...rest } = part as { readonly parameter?: unknown };
  if (parameter === undefined || Object.keys(rest).length > 0) {
    return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, filled(file, each, values)]));
  }
  if (typeof parameter === 'string' && Object.hasOwn(values, parameter)) return values[parameter];
  const known = Object.keys(values).join(', ');
  throw new CommandError(
    `${file}: the job has a parameter ${JSON.stringify(parameter)}; those of the space are ${known}`,
  );
}

/** Names of the parameters in a job. */
function parametersIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  const { parameter, ...rest } = part as { readonly parameter?: unknown };
  if (typeof parameter === 'string' && Object.keys(rest).length === 0) return [parameter];
  return Object.values(part).flatMap(parametersIn);
}

function fromJson(file: string): SweepFile {
  const text = new TextDecoder().decode(readBytes(file));
  let json: { space?: unknown; job?: unknown } | null;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${file}: it is no JSON: ${(error as Error).message}`);
  }
  const { space: given, job } = json ?? {};
  if (typeof given !== 'object' || typeof job !== 'object' || job === null)
    throw new CommandError(`${file}: ${EXPECTED}`);
  const space = requireSpace('bptt sweep', given as Space);
  const used = new Set(parametersIn(job));
  const unused = Object.keys(space).filter((name) => !used.has(name));
  if (unused.length > 0) {
    throw new CommandError(
      `${file}: the job does not use ${unused.join(', ')}. Write {"parameter": "${unused[0]}"} in place of a value`,
    );
  }
  const { training } = job as { training?: { epochs?: unknown } };
  const epochs = training?.epochs;
  return {
    space,
    job: ({ parameters }) => filled(file, job, parameters) as Job,
    epochs: typeof epochs === 'number' ? epochs : undefined,
  };
}

/** What a module exports. */
async function loaded(file: string): Promise<{ readonly space?: unknown; readonly job?: unknown }> {
  try {
    return await import(pathToFileURL(path.resolve(file)).href);
  } catch (error) {
    throw new CommandError(`${file}: it cannot be loaded: ${String(error)}`);
  }
}

async function fromModule(file: string): Promise<SweepFile> {
  readBytes(file); // says in words why it cannot be read
  const { space, job } = await loaded(file);
  if (typeof space !== 'object' || typeof job !== 'function') throw new CommandError(`${file}: ${EXPECTED}`);
  return { space: requireSpace('bptt sweep', space as Space), job: job as SweepFile['job'], epochs: undefined };
}

/** Reads the file of a sweep. */
export async function readSweepFile(file: string): Promise<SweepFile> {
  return /\.[cm]?js$/.test(file) ? fromModule(file) : fromJson(file);
}
