// The commands that train many models: their words and options.

import { type Command, Option } from 'commander';
import { type FleetCommandOptions, fleet } from './fleet/fleet.ts';
import type { Io } from './io.ts';
import { integer, positive } from './option-values.ts';
import { type SweepCommandOptions, sweep } from './sweep/sweep.ts';
import { type WorkerCommandOptions, worker } from './worker.ts';

const COUNT = 1_000_000;

const WHERE_REDIS =
  'trains on the machines whose workers serve this Redis: redis://user:password@host:6379; or the variable BPTT_REDIS';

/** Adds the commands that train many models. They call `done` with the exit code. */
export function addFleetCommands(program: Command, io: Io, done: (code: number) => void): void {
  addFleet(program, io, done);
  addSweep(program, io, done);
  addWorker(program, io, done);
}

function addFleet(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('fleet')
    .description('trains a model for each series of a CSV file, evaluates it against the naive forecast, and forecasts')
    .argument('<file>', 'a CSV file with a row for each time step of each series')
    .option('--by <column>', 'the column that names the series of a row: unique_id; without it, the file is one series')
    .option('--target <column>', 'the column of the values', 'y')
    .option('--time <column>', 'the column of the time; by default ds, if there is one')
    .requiredOption('--horizon <steps>', 'time steps of a forecast', integer(1, 10_000))
    .option('--season <steps>', 'time steps of a season, for the naive forecast: 7, 12, 24', integer(1, 10_000), 1)
    .option(
      '--difference <steps>',
      'the models learn differences to the value so many steps before; by default the season, if there is one; 0 for none',
      integer(0, 10_000),
    )
    .option('--input <steps>', 'time steps that a model reads; by default two seasons or horizons', integer(1, 100_000))
    .option('--windows <count>', 'forecasts of each series that evaluate it; 0 for none', integer(0, 1000), 1)
    .addOption(new Option('--cell <kind>', 'the kind of the cell').choices(['GRU', 'LSTM', 'SimpleRNN']).default('GRU'))
    .option('--units <count>', 'units of a model', integer(1, 4096), 16)
    .option('--epochs <count>', 'most epochs of a training', integer(1, 10_000), 200)
    .option('--patience <epochs>', 'epochs without a better validation loss that end it', integer(1, 10_000), 15)
    .option('--rate <rate>', 'learning rate', positive, 0.01)
    .option('--batch <rows>', 'rows of a batch', integer(1, COUNT), 32)
    .option('--seed <seed>', 'seed of all random numbers', integer(0, 2 ** 32), 0)
    .option('--workers <count>', 'trainings at the same time; by default one for each processor', integer(1, 1024))
    .option('--redis <url>', WHERE_REDIS)
    .option('--queue <name>', 'the queue of the workers; by default bptt')
    .option('--window <count>', 'jobs in Redis at the same time; by default 64', integer(1, 10_000))
    .option('--timeout <seconds>', 'time that a training may take; by default any', positive)
    .option('--store <folder>', 'where models are kept; by default FILE.fleet')
    .option('--out <file>', 'where forecasts are written, as CSV; by default FILE.forecast.csv')
    .option('--report <file>', 'writes a page with errors and pictures, as HTML')
    .option('--json', 'prints JSON')
    .addHelpText(
      'after',
      '\nThe same command goes on after an interruption: what is in the store is not trained again.',
    )
    .action(async (file: string, options: FleetCommandOptions) => done(await fleet(io, file, options)));
}

function addSweep(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('sweep')
    .description('looks for the settings with which a model learns best')
    .argument('<file>', 'JSON with a space and a job, or a module (.mjs) that exports space and job(trial)')
    .option(
      '--trials <count>',
      'number of trials; by default the grid, a round of Hyperband, or 100',
      integer(1, 2 ** 31),
    )
    .option('--seed <seed>', 'seed of all random numbers', integer(0, 2 ** 32), 0)
    .addOption(
      new Option('--sampler <name>', 'how trials are chosen')
        .choices(['tpe', 'random', 'halton', 'grid'])
        .default('tpe'),
    )
    .addOption(
      new Option('--pruner <name>', 'what ends trials early')
        .choices(['none', 'median', 'hyperband', 'asha'])
        .default('none'),
    )
    .option('--max-epochs <count>', 'epochs of a whole training, for hyperband and asha', integer(1, 10_000))
    .option('--lag <count>', 'a trial learns from those so many before it', integer(1, 1024), 8)
    .option('--workers <count>', 'trials at the same time; by default one for each processor', integer(1, 1024))
    .option('--redis <url>', WHERE_REDIS)
    .option('--queue <name>', 'the queue of the workers; by default bptt')
    .option('--window <count>', 'jobs in Redis at the same time; by default 64', integer(1, 10_000))
    .option('--loaders <file>', 'a module whose exported functions load the data of jobs')
    .option('--folder <folder>', 'the folder of the loader csv; by default that of the file')
    .option('--save <file>', 'where the study is kept; by default FILE.study.json')
    .option('--fresh', 'begins anew, and replaces a study that was saved')
    .option('--csv <file>', 'writes the table of trials')
    .option('--report <file>', 'writes a page with pictures, as HTML')
    .option('--json', 'prints JSON')
    .addHelpText('after', '\nThe same command goes on after an interruption.')
    .action(async (file: string, options: SweepCommandOptions) => done(await sweep(io, file, options)));
}

function addWorker(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('worker')
    .description('takes jobs of fleets and sweeps from Redis, and runs them on this machine')
    .option('--redis <url>', 'where Redis is: redis://user:password@host:6379; or the variable BPTT_REDIS')
    .option('--queue <name>', 'the queue to serve; by default bptt')
    .option('--workers <count>', 'jobs at the same time; by default one for each processor', integer(1, 1024))
    .option('--folder <folder>', 'the folder whose files the loader csv may read')
    .option('--loaders <file>', 'a module whose exported functions load the data of jobs')
    .option('--idle <seconds>', 'ends after so long without a job; by default never', positive)
    .option('--lock <seconds>', 'a silent worker loses its jobs after so long; the same for all', positive, 30)
    .option('--json', 'prints JSON')
    .addHelpText(
      'after',
      '\nAfter Ctrl-C or SIGTERM, jobs end after their current batch, and others go on with them from there.',
    )
    .action(async (options: WorkerCommandOptions) => done(await worker(io, options)));
}
