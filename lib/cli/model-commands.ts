// The words and options of the commands that train models and use them.

import type { Command } from 'commander';
import { forecastFile } from './forecast-file.ts';
import { generateText } from './generate-text.ts';
import type { Io } from './io.ts';
import { integer, oneOf, positive, share } from './option-values.ts';
import type { TrainOptions } from './train/options.ts';
import { train } from './train/train.ts';

/** Largest number of units, window steps and so on: what is larger is a slip of the keyboard. */
const [MOST_UNITS, MOST_STEPS, MOST_EPOCHS, MOST_LENGTH] = [4096, 100_000, 10_000, 1_000_000_000];

/** Adds the options that say which series of a table is meant. */
function addColumns(command: Command): Command {
  return command
    .option('--target <column>', 'CSV: the column of the values (default: y, or that of the model)')
    .option(
      '--time <column>',
      'CSV: the column of the time, in whose order the rows are put (default: ds, if there is one)',
    )
    .option('--by <column>', 'CSV: the column that names the series of a row, if there are several')
    .option('--id <name>', 'CSV: the series, a value of the column --by');
}

/** Options of the model and of its training. */
function addTraining(command: Command): Command {
  return command
    .option('--cell <cell>', 'lstm, gru or rnn', oneOf('lstm', 'gru', 'rnn'), 'lstm')
    .option('--units <count>', 'units of each layer (default: 128, CSV 32)', integer(1, MOST_UNITS))
    .option('--layers <count>', 'recurrent layers', integer(1, 16), 1)
    .option('--epochs <count>', 'passes over the data at most (default: by its size)', integer(1, MOST_EPOCHS))
    .option(
      '--batch <rows>',
      'windows of a step (default: by the number of windows, at most 16, CSV 32)',
      integer(1, 65_536),
    )
    .option('--learning-rate <rate>', 'rate of Adam at first; it falls to 0 like half a cosine', positive, 0.005)
    .option('--dropout <share>', 'share of outputs of each layer that are left out in training', share(true, false), 0)
    .option('--clip <norm>', 'largest norm of the gradients', positive, 1)
    .option(
      '--patience <epochs>',
      'ends after so many epochs without a better one (default: 8, CSV 20)',
      integer(1, MOST_EPOCHS),
    )
    .option(
      '--validation <share>',
      'last part of the data, which is not trained on (default: 0.1, CSV 0.2)',
      share(false, false),
    )
    .option('--seed <seed>', 'seed of initial values, order and dropout', integer(0, 2 ** 32), 0)
    .option(
      '--window <characters>',
      'text: characters that are read at once (default: 64, less for short texts)',
      integer(2, 4096),
    );
}

function addTrain(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('train')
    .description(
      'trains a model: a text gives one that writes such texts (bptt generate), a CSV one that forecasts (bptt forecast). ' +
        'Ctrl-C ends it; the same command goes on',
    )
    .argument('<file>', 'a text in UTF-8, or a series with a line of names, whose name ends in .csv')
    .option('--as <what>', 'text or csv; by default the name of the file tells it', oneOf('text', 'csv'))
    .option('--out <model>', 'the model file (default: the file with the ending .safetensors)');
  addColumns(addTraining(command))
    .option(
      '--input <steps>',
      'CSV: time steps that the model reads (default: by --horizon and --season)',
      integer(1, MOST_STEPS),
    )
    .option('--horizon <steps>', 'CSV: time steps that it forecasts (default: 12)', integer(1, 10_000))
    .option('--season <steps>', 'CSV: also compares with the value of so many steps before', integer(2, MOST_STEPS))
    .option('--fresh', 'begins anew, and replaces the model')
    .option('--report <page>', 'writes a page (.html) with losses and samples or forecasts; needs @observablehq/plot')
    .option('--json', 'prints JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  bptt train novel.txt\n  bptt train sales.csv --target sales --time month --horizon 12 --season 12',
    )
    .action(async (file: string, options: TrainOptions) => done(await train(io, file, options)));
}

/** Adds the commands that train models and use them. They call `done` with the exit code. */
export function addModelCommands(program: Command, io: Io, done: (code: number) => void): void {
  addTrain(program, io, done);
  program
    .command('generate')
    .description('writes text with a model that bptt train made of a text')
    .argument('<model>', 'the model file')
    .option('--length <characters>', 'characters to write after the start', integer(1, MOST_LENGTH), 500)
    .option('--start <text>', 'text that the model continues; it is written, too')
    .option('--temperature <number>', 'below 1, probable characters become more probable', positive, 0.8)
    .option('--top-k <count>', 'takes one of so many most probable characters', integer(1, 65_536))
    .option(
      '--top-p <share>',
      'takes one of the most probable characters that have this share together',
      share(false, true),
    )
    .option('--seed <seed>', 'another seed writes another text', integer(0, 2 ** 32), 0)
    .action(async (file: string, options) => done(await generateText(io, file, options)));
  addColumns(
    program
      .command('forecast')
      .description('continues series with a model that bptt train made of a CSV, and prints the next values as CSV')
      .argument('<model>', 'the model file')
      .argument('<file>', 'a CSV file with the series up to now'),
  )
    .option(
      '--steps <count>',
      'values; more than the model forecasts at once are fed back (default: as many)',
      integer(1, MOST_STEPS),
    )
    .option('--json', 'prints JSON')
    .action(async (model: string, file: string, options) => done(await forecastFile(io, model, file, options)));
}
