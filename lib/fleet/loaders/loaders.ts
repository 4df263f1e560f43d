// The loaders of a worker: those of the library, and the user's.

import { describe } from '../../describe.ts';
import { ArgumentError } from '../../errors.ts';
import type { Loader, Loaders } from '../run-job.ts';
import { csvLoader } from './csv.ts';
import { rows } from './rows.ts';
import { series } from './series.ts';

/** Where loaders come from. */
export interface LoaderSources {
  /** URL of a module whose exported functions are loaders of these names; undefined for none. */
  readonly module: string | undefined;
  /** Folder of the loader `csv`; undefined: there is none. */
  readonly folder: string | undefined;
}

/** All loaders by name. @throws ArgumentError for a module without a function, or a function with the name of the library's loaders */
export async function loadersOf(where: string, { module, folder }: LoaderSources): Promise<Loaders> {
  const own: [string, Loader][] = [
    ['rows', rows],
    ['series', series],
  ];
  if (folder !== undefined) own.push(['csv', csvLoader(folder)]);
  const exported: object = module === undefined ? {} : await import(module);
  const users = Object.entries(exported).filter(([, each]) => typeof each === 'function') as [string, Loader][];
  const bad = (expected: string, received: string): never => {
    throw new ArgumentError({ where, argument: 'loaders', expected, received });
  };
  if (module !== undefined && users.length === 0) bad('be a module that exports functions', module);
  const names = new Set(own.map(([name]) => name));
  const taken = users.find(([name]) => names.has(name));
  if (taken !== undefined) bad('have functions with other names than the loaders of the library', describe(taken[0]));
  return new Map([...own, ...users]);
}
