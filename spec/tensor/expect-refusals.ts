import { expect, it } from '@jest/globals';
import { BpttError } from '../../lib/errors.ts';

/** What is wrong, the function and argument that the message has to name, and the call. */
export type Refusal = readonly [what: string, where: string, argument: string, call: () => unknown];

/** Every call has to throw a `BpttError` that names the function, the argument, what was expected and what came. */
export function expectRefusals(cases: readonly Refusal[]): void {
  it.each(cases)('refuses %s', (_, where, argument, call) => {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(BpttError);
    const { message } = thrown as BpttError;
    expect(message).toMatch(/^\w[\w.]*: "\w+" must .*; received /);
    expect(message).toContain(`${where}: "${argument}" must `);
  });
}

/** Hands anything to a typed parameter: for what plain JavaScript callers may pass. */
export function untyped<T>(value: unknown): T {
  return value as T;
}
