import { existsSync } from 'node:fs';
import { expect, it } from '@jest/globals';

interface Mutant {
  readonly name: string;
  readonly find: string;
  readonly replace: string;
  readonly killedBy?: string;
}

/** A module without declarations. */
const script = (name: string): Promise<unknown> => import(`../scripts/mutants/${name}.mjs`);
const { mutants } = (await script('list')) as { readonly mutants: readonly Mutant[] };
const { mutate } = (await script('build')) as { mutate(mutant: Mutant): { readonly stale?: string } };

it('every mutant finds its place in the source, changes it, and names a spec that there is', () => {
  const stale = mutants.filter((mutant) => {
    const { find, replace, killedBy } = mutant;
    return mutate(mutant).stale !== undefined || find === replace || (killedBy !== undefined && !existsSync(killedBy));
  });
  expect(mutants.length).toBeGreaterThan(300);
  expect(stale).toEqual([]);
});

it('no two mutants have one name', () => {
  const names = mutants.map(({ name }) => name);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
