// The words and options of the command line.

import { Command, CommanderError } from 'commander';
import { ContentError } from '../content/content.ts';
import { BpttError } from '../errors.ts';
import { bench } from './bench.ts';
import { convert } from './convert.ts';
import { addFleetCommands } from './fleet-commands.ts';
import { gradcheckFile } from './gradcheck-file.ts';
import { inspect } from './inspect.ts';
import type { Io } from './io.ts';
import { addModelCommands } from './model-commands.ts';
import { integer, positive } from './option-values.ts';
import { VERSION } from './version.ts';

/** Exit codes: done; the file or the gradients are wrong; the words of the call are. */
const [DONE, FAILED, MISUSED] = [0, 1, 2];

/** Most columns of a line of help. */
const WIDEST = 100;

/** Adds the commands that read files. They call `done` with the exit code. */
function addFileCommands(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('inspect')
    .description('prints what is in a file: layers, shapes, parameters with their statistics, and what can be imported')
    .argument('<file>', 'a model or an array file of any format that bptt reads')
    .option(
      '--at <keys>',
      'a part of the file: keys of a .pt checkpoint joined by dots, such as state.model, or a node of ONNX',
    )
    .option('--json', 'prints JSON')
    .action(async (file: string, options: { json?: boolean; at?: string }) => done(await inspect(io, file, options)));
  program
    .command('convert')
    .description('converts a file: models between bptt, ONNX, Keras, TensorFlow.js and PyTorch, arrays to arrays')
    .argument('<in>', 'the file to read')
    .argument('<out>', 'the file to write')
    .option(
      '--to <format>',
      'bptt, safetensors, pytorch, npz, onnx, keras or tfjs; by default the name of the file tells it',
    )
    .option('--at <keys>', 'a part of the file, as inspect reads it')
    .option('--force', 'replaces a file that exists')
    .action(async (from: string, to: string, options: { force?: boolean; to?: string; at?: string }) =>
      done(await convert(io, from, to, options)),
    );
}

/** Adds the commands that compute. */
function addMeasures(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('gradcheck')
    .description('compares every gradient of a model with finite differences, in float64, on random inputs')
    .argument('<file>', 'a model file')
    .option('--batch <rows>', 'rows of the input', integer(1, 1024), 2)
    .option('--steps <steps>', 'time steps of the input', integer(1, 4096), 5)
    .option('--entries <count>', 'most elements of a parameter to check, chosen at random', integer(1, 2 ** 31), 200)
    .option('--tolerance <error>', 'largest relative error', positive, 1e-9)
    .option('--seed <seed>', 'seed of the inputs', integer(0, 2 ** 32), 0)
    .option('--json', 'prints JSON')
    .action(async (file: string, options) => done(await gradcheckFile(io, file, options)));
  program
    .command('bench')
    .description('measures the rates of usual shapes on this machine, absolutely and by its peak')
    .option('--seconds <seconds>', 'time for each shape', positive, 1)
    .option('--json', 'prints JSON')
    .action(async (options: { seconds: number; json?: boolean }) => done(await bench(io, options)));
}

/** The program. Its commands call `done` with the exit code. */
function makeProgram(io: Io, done: (code: number) => void): Command {
  const width = (): number => Math.min(io.columns ?? WIDEST, WIDEST);
  const program = new Command('bptt')
    .description(
      'Recurrent networks: trains models of texts and series, one or many, and uses them; looks into model files, converts ' +
        'them, verifies gradients, and measures this machine.',
    )
    .version(VERSION, '-V, --version', 'prints the version')
    .helpOption('-h, --help', 'prints help')
    .helpCommand('help [command]', 'prints help of a command')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err, getOutHelpWidth: width, getErrHelpWidth: width })
    .showHelpAfterError('(bptt --help lists commands and options)')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 a file or a gradient is wrong, 2 the call is wrong, 130 interrupted.',
    );
  addModelCommands(program, io, done);
  addFleetCommands(program, io, done);
  addFileCommands(program, io, done);
  addMeasures(program, io, done);
  return program;
}

/** Runs the command with these words, and returns the exit code. */
export async function run(words: readonly string[], io: Io): Promise<number> {
  let code = DONE;
  const program = makeProgram(io, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync(words.length === 0 ? ['--help'] : words, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : MISUSED;
    if (!(error instanceof ContentError || error instanceof BpttError)) throw error;
    io.err(`bptt: ${error.message}\n`);
    return FAILED;
  }
}
