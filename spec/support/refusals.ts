import { describe, expect, it } from '@jest/globals';
import { BpttError } from '../../lib/errors.ts';
import type { FloatArray } from '../../lib/tensor/storage.ts';
import type { BadCall, CallWith } from './bad-values.ts';

/** A public function, constructor, method or setter, and everything that it has to refuse. */
export interface Subject {
  /** As a user writes it: `LSTM`, `LSTM.forward`, `initializers.normal`. */
  readonly of: string;
  /** Name in messages where it is another; default `of`. */
  readonly where?: string;
  /** Calls it with these options and good arguments otherwise. */
  readonly withOptions?: CallWith;
  readonly calls: readonly BadCall[];
}

/** Subjects with what a refused call must leave as it was, and what has to work after all of them. */
export interface Table {
  readonly subjects: readonly Subject[];
  /** Numbers that a refused call may not change: whole arenas, counters. */
  readonly watch?: () => readonly (FloatArray | number)[];
  /** Asserts that whatever was pending before the refused calls still works. */
  readonly afterwards?: () => void;
}

const OPTION = 'nonsense';

/** The calls of a subject, those with options that are none or unknown included. */
export function allCalls({ withOptions, calls }: Subject): BadCall[] {
  if (withOptions === undefined) return [...calls];
  const bad: readonly (readonly [string, unknown])[] = [
    ['null', null],
    ['a string', 'abc'],
    ['a number', 5],
    ['an array', [1]],
    ['a function', () => ({})],
    ['an unknown name', { [OPTION]: 1 }],
  ];
  const calling = bad.map(
    ([what, options]): BadCall => [`options: ${what}`, 'options', () => withOptions(options as never)],
  );
  return [...calling, ...calls];
}

/** The options that a subject itself says it knows, when given another. */
export async function knownOptions({ withOptions }: Subject): Promise<string[]> {
  if (withOptions === undefined) return [];
  const { expected } = (await thrownBy(() => withOptions({ [OPTION]: 1 } as never))) as BpttError;
  return expected.replace('have only ', '').split(', ');
}

async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return 'nothing was thrown';
  } catch (error) {
    return error;
  }
}

/** The start of the message that is due, or what came instead. */
function startOf(thrown: unknown, due: string): string {
  if (!(thrown instanceof BpttError)) return `no BpttError: ${thrown}`;
  return thrown.message.includes('; received ') ? thrown.message.slice(0, due.length) : thrown.message;
}

function copied(watched: readonly (FloatArray | number)[]): string[] {
  return watched.map((values) => {
    if (typeof values === 'number') return `${values}`;
    return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
  });
}

/**
 * One test a call: it throws a `BpttError` whose message reads `where: "argument" must …; received …`, and nothing that
 * is watched has changed by a bit.
 */
export function describeRefusals({ subjects, watch = () => [], afterwards }: Table): void {
  describe.each(subjects.map((subject) => [subject.of, subject] as const))('%s refuses', (_, subject) => {
    const { of, where = of } = subject;
    it.each(allCalls(subject))('%s', async (_, argument, call) => {
      const due = argument === undefined ? `${where}: the call must ` : `${where}: "${argument}" must `;
      const before = copied(watch());
      expect(startOf(await thrownBy(call), due)).toBe(due);
      expect(copied(watch()).map((now, i) => now === before[i])).toEqual(before.map(() => true));
    });
  });
  if (afterwards !== undefined) it('goes on as if none of these calls had been made', afterwards);
}
