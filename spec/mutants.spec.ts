import { existsSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { mutate } from '../scripts/mutants/build.mjs';
import { mutants } from '../scripts/mutants/list.mjs';

interface Mutant {
  readonly name: string;
  readonly find: string;
  readonly replace: string;
  readonly killedBy?: string;
}
const all: readonly Mutant[] = mutants;

it('every mutant finds its place in the source, changes it, and names a spec that there is', () => {
  const stale = all.filter((mutant) => {
    const { find, replace, killedBy } = mutant;
    return mutate(mutant).stale !== undefined || find === replace || (killedBy !== undefined && !existsSync(killedBy));
  });
  expect(all.length).toBeGreaterThan(300);
  expect(stale).toEqual([]);
});

it('no two mutants have one name', () => {
  const names = all.map(({ name }) => name);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
