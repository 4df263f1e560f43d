// Mutants of fleets: keys, jobs and their parts, loaders, stores, attempts.

const JOBS = { killedBy: 'spec/fleet/jobs.spec.ts' };
const RUN = { killedBy: 'spec/fleet/run-job.spec.ts' };
const FLEET = { killedBy: 'spec/fleet/train-fleet.spec.ts' };
const STORE = { killedBy: 'spec/fleet/store.spec.ts' };
const LOADERS = { killedBy: 'spec/fleet/loaders.spec.ts' };

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const fleets = {
  'lib/fleet/job.ts': [
    {
      name: 'fleet: the seed is no part of the key',
      find: 'training: requireTraining(where, training), data, seed };',
      replace: 'training: requireTraining(where, training), data, seed: 0 };',
      ...JOBS,
    },
    {
      name: 'fleet: the key is of the job without its defaults',
      find: '{ version: VERSION, ...checked }',
      replace: '{ version: VERSION, ...value, name: undefined }',
      ...JOBS,
    },
  ],
  'lib/fleet/canonical-json.ts': [
    {
      name: 'fleet: members in the order in which they are given',
      find: 'Object.keys(object).sort()',
      replace: 'Object.keys(object)',
      ...JOBS,
    },
    {
      name: 'fleet: a job has −0, its JSON has not',
      find: 'return value === 0 ? 0 : value;',
      replace: 'return value;',
      ...JOBS,
    },
  ],
  'lib/fleet/run-job.ts': [
    {
      name: 'fleet: a job shuffles by another seed',
      find: 'shuffle, seed: job.seed!, callbacks',
      replace: 'shuffle, seed: job.seed! + 1, callbacks',
      ...RUN,
    },
    {
      name: 'fleet: patience watches the loss of the training',
      find: "const monitor = validates ? 'validationLoss' : 'loss';",
      replace: "const monitor = 'loss';",
      ...RUN,
    },
    {
      name: 'fleet: the loss of the best epoch is the last one',
      find: 'keepsBest ? judged.reduce((a, b) => (b < a ? b : a))',
      replace: 'keepsBest ? judged.at(-1)!',
      ...RUN,
    },
    {
      name: 'fleet: a part of a job is one epoch longer',
      find: 'if (epoch + 1 !== this.#run.until',
      replace: 'if (epoch !== this.#run.until',
      ...RUN,
    },
    {
      name: 'fleet: steps are counted from the checkpoint on',
      find: 'this.#steps = steps as number;',
      replace: 'this.#steps = 0 * (steps as number);',
      ...RUN,
    },
    {
      name: 'fleet: an abort leaves no checkpoint',
      find: '(signal?.aborted || now - this.#saved >= this.#every)',
      replace: '(now - this.#saved >= this.#every)',
      ...RUN,
    },
    {
      name: 'fleet: a model of any size',
      find: 'if (size > MOST_PARAMETERS)',
      replace: 'if (size < 0)',
      ...RUN,
    },
  ],
  'lib/fleet/loaders/series.ts': [
    {
      name: 'fleet: a window may hold a missing value',
      find: 'if (Number.isNaN(values[t])) first = t + 1;',
      replace: 'if (Number.isNaN(values[t])) first = t;',
      ...LOADERS,
    },
    {
      name: 'fleet: targets begin with the last input',
      find: 'cut(zeros([N, horizon]), input, horizon)',
      replace: 'cut(zeros([N, horizon]), input - 1, horizon)',
      ...LOADERS,
    },
  ],
  'lib/fleet/loaders/series-table.ts': [
    {
      name: 'fleet: numeric times in the order of their texts',
      find: '(isNumeric ? Number(row[time]) : row[time]!)',
      replace: '(isNumeric ? String(row[time]) : row[time]!)',
      ...LOADERS,
    },
    {
      name: 'fleet: 10/1/2024 is before 9/1/2024',
      find: 'moved === undefined || sortsByCharacter(rows, time)',
      replace: 'moved === undefined || rows.length > 0',
      ...LOADERS,
    },
    {
      name: 'fleet: 2024-10-1 is before 2024-9-1',
      find: 'row[time]!.length === length && ',
      replace: '',
      ...LOADERS,
    },
  ],
  'lib/fleet/loaders/csv-table.ts': [
    {
      name: 'fleet: a field ends at its first quote',
      find: `if (text[quote + 1] !== '"') return`,
      replace: 'if (quote > 0) return',
      ...LOADERS,
    },
    {
      name: 'fleet: quotes stay doubled',
      find: "replaceAll('\"\"', '\"')",
      replace: 'replaceAll(\'""\', \'""\')',
      ...LOADERS,
    },
  ],
  'lib/fleet/loaders/csv.ts': [
    {
      name: 'fleet: a link leads out of the folder',
      find: 'return isOutside || !(await',
      replace: 'return !(await',
      ...LOADERS,
    },
    {
      name: 'fleet: the held-out steps are seen',
      find: 'found.values.length - holdout',
      replace: 'found.values.length - 0 * holdout',
      ...LOADERS,
    },
    {
      name: 'fleet: a changed file is not read again',
      find: 'JSON.stringify([path, size, mtimeMs, target, by, time])',
      replace: 'JSON.stringify([path, target, by, time])',
      ...LOADERS,
    },
  ],
  'lib/fleet/store.ts': [
    {
      name: 'fleet: a folder that could not be made is not tried again',
      find: 'this.#made.delete(folder);',
      replace: '',
      ...STORE,
    },
    {
      name: 'fleet: any text names a file of the store',
      find: 'if (isKey(key)) return',
      replace: 'if (key !== undefined) return',
      ...STORE,
    },
    {
      name: 'fleet: the checkpoint stays beside the result',
      find: 'promises.rm(checkpoint, { force: true })',
      replace: 'promises.stat(checkpoint)',
      ...STORE,
    },
    {
      name: 'fleet: several writers of one result fail',
      find: 'if (!(error instanceof StateError) || attempt === ATTEMPTS) throw error;',
      replace: 'if (attempt > 0) throw error;',
      ...STORE,
    },
  ],
  'lib/fleet/outcome.ts': [
    {
      name: 'fleet: a result of another key',
      find: 'if (found !== key)',
      replace: 'if (found === undefined)',
      ...STORE,
    },
  ],
  'lib/fleet/attempts.ts': [
    {
      name: 'fleet: another attempt begins at the beginning',
      find: 'checkpoint: this.#checkpoint },',
      replace: 'checkpoint: undefined },',
      ...FLEET,
    },
    {
      name: 'fleet: a job that failed by itself is tried again',
      find: 'isUnusable || (result instanceof LostJobError && count < attempts)',
      replace: 'isUnusable || count < attempts',
      ...FLEET,
    },
    {
      name: 'fleet: one attempt too many',
      find: 'count < attempts)',
      replace: 'count <= attempts)',
      ...FLEET,
    },
    {
      name: 'fleet: what is in the store is computed',
      find: 'if (stored !== undefined) {',
      replace: 'if (stored !== undefined && settings.attempts < 0) {',
      ...FLEET,
    },
    {
      name: 'fleet: an unusable checkpoint fails the job',
      find: 'const again = isUnusable || (',
      replace: 'const again = (',
      ...FLEET,
    },
    {
      name: 'fleet: checkpoints queue before a slow store',
      find: 'if (this.#isSaving) return;',
      replace:
        'if (this.#isSaving) return void (this.#saving = this.#saving.then(() => this.#settings.store?.saveCheckpoint?.(this.#job.key, bytes)));',
      ...FLEET,
    },
  ],
  'lib/fleet/train-fleet.ts': [
    {
      name: 'fleet: workers wait for a caller that is busy',
      find: 'this.#draw(); // so that',
      replace: '// so that',
      ...FLEET,
    },
    {
      name: 'fleet: what onEpoch throws fails a job',
      find: 'onEpoch && ((epoch, job) => this.#tell(() => onEpoch(epoch, job)))',
      replace: 'onEpoch',
      ...FLEET,
    },
    {
      name: 'fleet: a source stays open that was asked for a job',
      find: 'else await this.#source.return?.();',
      replace: 'else await undefined;',
      ...FLEET,
    },
    {
      name: 'fleet: jobs are drawn without limit',
      find: '|| this.#running.size + this.#equal + this.#results.length > this.#capacity)',
      replace: ')',
      ...FLEET,
    },
    {
      name: 'fleet: equal jobs run twice',
      find: 'if (equal === undefined) void this.#run(keyed);',
      replace: 'if (this.#capacity > 0) void this.#run(keyed);',
      ...FLEET,
    },
    {
      name: 'fleet: left, its jobs run on',
      find: '    this.#signal.abort(reason);\n',
      replace: '    if (reason === undefined) this.#signal.abort(reason);\n',
      ...FLEET,
    },
  ],
  'lib/fleet/sweep/job-objective.ts': [
    {
      name: 'fleet: an epoch is reported twice where patience ends a training',
      find: 'const isNew = judged.length > from;',
      replace: 'const isNew = judged.length > 0;',
      killedBy: 'spec/fleet/sweep/jobs.spec.ts',
    },
    {
      name: 'fleet: a part of a trial begins at the beginning',
      find: 'runPart(keyed, settings, checkpoint, until)',
      replace: 'runPart(keyed, settings, undefined, until)',
      killedBy: 'spec/fleet/sweep/jobs.spec.ts',
    },
    {
      name: 'fleet: a trial asks the pruner at its end only',
      find: 'endsOf(settings.pruner, keyed.job.training.epochs)',
      replace: 'endsOf(undefined, keyed.job.training.epochs)',
      killedBy: 'spec/fleet/sweep/jobs.spec.ts',
    },
    {
      name: 'fleet: a trial of a job reports the losses of its training',
      find: 'const judged = validationLosses.length > 0 ? validationLosses : losses;',
      replace: 'const judged = validationLosses.length < 0 ? validationLosses : losses;',
      killedBy: 'spec/fleet/sweep/jobs.spec.ts',
    },
  ],
};
