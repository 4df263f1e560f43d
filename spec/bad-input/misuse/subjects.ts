import * as browserEntry from '../../../lib/browser.ts';
import { Stream } from '../../../lib/engine/stream.ts';
import * as bullmqEntry from '../../../lib/fleet/bullmq/index.ts';
import * as fleetEntry from '../../../lib/fleet/index.ts';
import * as flowEntry from '../../../lib/flow/index.ts';
import * as bptt from '../../../lib/index.ts';
import * as ndarrayEntry from '../../../lib/ndarray.ts';
import * as nodeEntry from '../../../lib/node.ts';
import { Parameter } from '../../../lib/parameters/parameter.ts';
import * as plotEntry from '../../../lib/plot/index.ts';
import * as verifyEntry from '../../../lib/verify/index.ts';
import { EXCHANGED } from '../../support/exchange-entries.ts';
import { type Class, isClass, type Member, membersOf } from '../../support/public-names.ts';
import { WORLDS, type World } from './worlds.ts';

/** Something public that can be called. */
export interface Subject {
  readonly name: string;
  /** Its object, for a method; called anew each time. */
  readonly world: () => World;
  readonly call: (self: object, args: readonly unknown[]) => unknown;
  /** Whether bad arguments mean anything to it: a getter takes none, and classes of errors are for the library. */
  readonly takesArguments: boolean;
}

type Callable = (...args: readonly unknown[]) => unknown;

/** What is not called, and why. */
export const NOT_CALLED: Readonly<Record<string, string>> = {
  Cell: 'abstract',
  Metric: 'abstract',
  Optimizer: 'abstract',
  Parameters: 'no constructor of the public list',
  ops: 'functions of ndarray-ops, which throw its errors, as documented',
};

/** Calls of one object before another takes its place. */
const USES = 40;

const NOTHING: World = { self: {}, watched: () => [] };

function reused(make: () => World): () => World {
  let [world, uses] = [undefined as World | undefined, 0];
  return () => {
    if (world === undefined || uses++ % USES === 0) world = make();
    return world;
  };
}

function memberOf(name: string, { name: key, descriptor, isStatic }: Member, owner: Class): Subject {
  const make = WORLDS[name] ?? (() => ({ self: new (owner as unknown as new () => object)(), watched: () => [] }));
  const world = isStatic ? () => ({ self: owner, watched: () => [] }) : reused(make);
  const { set, value } = descriptor;
  const call: Subject['call'] = (self, args) => {
    if (set !== undefined) return Reflect.set(self, key, args[0], self);
    return typeof value === 'function' ? Reflect.apply(value as Callable, self, args) : Reflect.get(self, key);
  };
  return { name: `${name}.${key}`, world, call, takesArguments: set !== undefined || typeof value === 'function' };
}

function subjectsOf(name: string, value: unknown): Subject[] {
  if (name in NOT_CALLED && name !== 'Parameters') return [];
  if (isClass(value)) {
    const isError = value.prototype instanceof Error;
    const construct: Subject = {
      name,
      world: () => NOTHING,
      call: (_, args) => Reflect.construct(value as never, args),
      takesArguments: !isError,
    };
    return [
      ...(name in NOT_CALLED ? [] : [construct]),
      ...(isError ? [] : membersOf(value).map((m) => memberOf(name, m, value))),
    ];
  }
  if (typeof value === 'function') {
    return [
      {
        name,
        world: () => NOTHING,
        call: (_, args) => Reflect.apply(value as Callable, undefined, args),
        takesArguments: true,
      },
    ];
  }
  return Object.entries(value as object).flatMap(([key, each]) => subjectsOf(`${name}.${key}`, each));
}

/** Everything that the entries export, and classes that only the library makes. */
export const SUBJECTS: readonly Subject[] = Object.entries({
  ...bptt,
  ...EXCHANGED,
  ...bullmqEntry,
  ...fleetEntry,
  ...flowEntry,
  ...ndarrayEntry,
  ...nodeEntry,
  ...plotEntry,
  ...verifyEntry,
  browser: browserEntry, // the names of bptt/node
  Stream,
  Parameter,
})
  .flatMap(([name, value]) => subjectsOf(name, value))
  .filter(({ name }) => name !== 'Stream' && name !== 'Parameter');
