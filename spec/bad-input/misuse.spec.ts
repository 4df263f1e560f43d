import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BpttError, Random, Tensor } from '../../lib/index.ts';
import { simulateBrowser } from '../support/in-browser.ts';
import { GOOD } from './misuse/good.ts';
import { spoil } from './misuse/spoil.ts';
import { NOT_CALLED, SUBJECTS, type Subject } from './misuse/subjects.ts';
import { scratch, type World } from './misuse/worlds.ts';

// Random misuse of everything public. `FC_SEED` draws other calls, `FC_RUNS` more of them: 500 times as many.

const { FC_SEED = '1997', FC_RUNS = '60' } = process.env;
const CALLS = 500 * Number(FC_RUNS);

/** They choose the kernels, which run already here; or the object cannot do it: it has no streams, tokens, attention or
 * source. */
const REFUSED = [
  'useKernels',
  'enableWideSimd',
  'checkpointToBytes', // there is no training
  'resumeFromBytes',
  'Bidirectional.stream',
  'RepeatVector.stream',
  'EncoderDecoder.generate',
  'EncoderDecoder.attention',
  'Attention.forward',
  'Attention.backward',
  'Attention.stream',
  'AttentionRNN.forward',
  'AttentionRNN.backward',
  'AttentionRNN.stream',
];

// Functions of files take any text as a path.
const folder = process.cwd();
beforeAll(() => process.chdir(scratch));
afterAll(() => process.chdir(folder));

let endBrowser: () => void;
beforeAll(() => {
  endBrowser = simulateBrowser();
});
afterAll(() => endBrowser());

const misused = SUBJECTS.filter(({ takesArguments }) => takesArguments);

const good = (name: string, { given }: World): readonly unknown[] => GOOD[name]?.(given) ?? [];

/** Every array of numbers among arguments, three levels down. */
function arraysIn(value: unknown, levels = 3): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (levels === 0 || typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((each) => arraysIn(each, levels - 1));
}

/** What a refused call may not change: that of its object and the caller's arrays. */
const watchedBy = (world: World, arrays: readonly Tensor[]): unknown[] => [
  ...world.watched(),
  ...arrays.map(({ data }) => data.slice()),
];

function sameBits(a: unknown, b: unknown): boolean {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b)) return Object.is(a, b);
  const bytes = (view: ArrayBufferView): Buffer => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  return bytes(a).equals(bytes(b));
}

/** Errors of the caller's own code, which come out as they are: of a function that is called, or of a source of chunks. */
const OF_A_FUNCTION = /Class constructors cannot be invoked|Cannot perform 'apply' on a proxy/;
const OF_A_SOURCE = /\b0(\.0)?: /;
/** A source of chunks, which is called or read once the first epoch has been trained. */
const OF_VALIDATION = /\bvalidationData: a (function|set|map|generator)/;

function isOwnCode(name: string, what: string, problem: string): boolean {
  const ofSource = OF_VALIDATION.test(what) || (name === 'Sequential.fitStream' && OF_A_SOURCE.test(what));
  return OF_A_FUNCTION.test(problem) || ofSource;
}

/** What is wrong with a call; undefined where it was taken, or refused as it should be. */
async function problemOf(
  subject: Subject,
  world: World,
  args: readonly unknown[],
  arrays: readonly Tensor[],
): Promise<string | undefined> {
  const before = watchedBy(world, arrays);
  try {
    await subject.call(world.self, args);
    return undefined;
  } catch (error) {
    if (!(error instanceof BpttError))
      return `raw ${error instanceof Error ? `${error.name}: ${error.message}` : typeof error}`;
  }
  const changed = watchedBy(world, arrays).findIndex((now, i) => !sameBits(now, before[i]));
  return changed < 0 ? undefined : `refused, but watched value ${changed} changed`;
}

describe('misuse of everything public', () => {
  it.each(SUBJECTS.map((subject) => [subject.name, subject] as const))(
    '%s takes good arguments',
    async (name, subject) => {
      if (subject.takesArguments) expect(Object.keys(GOOD)).toContain(name);
      const world = subject.world();
      const refused = (error: unknown): void => {
        if (!(REFUSED.includes(name) && error instanceof BpttError)) throw error;
      };
      await Promise.resolve()
        .then(() => subject.call(world.self, good(name, world)))
        .catch(refused);
    },
  );

  it('knows no names that are not public', () => {
    const names = new Set(SUBJECTS.map(({ name }) => name));
    expect(
      [...Object.keys(GOOD), ...Object.keys(NOT_CALLED)].filter((name) => !names.has(name) && !(name in NOT_CALLED)),
    ).toEqual([]);
  });

  it(`gives errors of the library's own and changes nothing in ${CALLS} calls, seed ${FC_SEED}`, async () => {
    const random = new Random(Number(FC_SEED));
    const problems = new Map<string, string>();
    for (let k = 0; k < CALLS; k++) {
      const subject = misused[k % misused.length]!;
      const world = subject.world();
      const intact = good(subject.name, world);
      const { what, args } = spoil((n) => random.integer(n), intact);
      const problem = await problemOf(subject, world, args, arraysIn(intact));
      if (problem !== undefined && !isOwnCode(subject.name, what, problem))
        problems.set(`${subject.name}: ${problem}`, what);
    }
    expect(Object.fromEntries(problems)).toEqual({});
  }, 600_000);
});
