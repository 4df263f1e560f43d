// Groups of parameters with own learning rates and weight decays, or none.

import { refuse, requireBoolean, requireEntries } from '../checks.ts';
import type { Arena } from '../memory/arena.ts';
import { number, optional, readOptions, required, type Schema, unchecked } from '../options.ts';
import type { Parameter } from '../parameters/parameter.ts';
import { type ParameterRun, runsOf } from '../parameters/parameter-run.ts';
import type { Parameters } from '../parameters/parameters.ts';
import {
  type Choice,
  factsOf,
  type ParameterFacts,
  type ParameterSelector,
  requireFound,
  requireSelector,
} from '../parameters/selector.ts';
import { requireRate, type Schedule } from '../schedules/schedule.ts';

/** How an optimizer treats some of the parameters. */
export interface ParameterGroup {
  /** Which parameters. */
  readonly parameters: ParameterSelector;
  /** The learning rate of the group, relative to that of the optimizer, at least 0; default 1. */
  readonly rateFactor?: number;
  /** A learning rate of its own, in place of the optimizer's: a number or a function of the step; default none. */
  readonly learningRate?: number | Schedule;
  /** The weight decay of the group, relative to that of the optimizer, at least 0; default 1. */
  readonly decayFactor?: number;
  /** Whether the optimizer leaves the group as it is; default false. */
  readonly frozen?: boolean;
}

const OPTIONS: Schema<ParameterGroup, 'rateFactor' | 'learningRate'> = {
  parameters: required(unchecked<ParameterSelector>),
  rateFactor: optional(number({ min: 0 })),
  learningRate: optional(requireRate),
  decayFactor: optional(number({ min: 0 }), 1),
  frozen: optional(requireBoolean, false),
};

/** Parameters with one learning rate and weight decay. */
export interface Part {
  /** Index of the group; −1 if there is none. */
  readonly group: number;
  readonly rateFactor: number;
  readonly decayFactor: number;
  /** Where they lie. `start` counts the elements of all trained parameters. */
  readonly runs: readonly ParameterRun[];
}

/** What groups make of the parameters of one model or subset. */
export interface Partition {
  /** All but the frozen ones. */
  readonly trained: Parameters;
  /** The trained ones by group. */
  readonly parts: readonly Part[];
}

interface Treatment {
  readonly group: number;
  readonly rateFactor: number;
  readonly decayFactor: number;
  readonly frozen: boolean;
}

/** What a group chooses, and its own learning rate. */
interface Own {
  readonly choices: readonly Choice[];
  readonly learningRate: number | Schedule | undefined;
}

const REST: Treatment = { group: -1, rateFactor: 1, decayFactor: 1, frozen: false };

/** The checked groups of an optimizer. */
export class ParameterGroups {
  readonly #where: string;
  readonly #groups: readonly (Treatment & Own)[];

  /** Checks the groups, which belong to the argument of a function. */
  constructor(where: string, argument: string, groups: readonly ParameterGroup[]) {
    this.#where = where;
    const entries = requireEntries(where, argument, groups, 'be an array of { parameters, … }');
    this.#groups = entries.map((each, i) => {
      const name = `${argument}[${i}]`;
      const { parameters, rateFactor, learningRate, ...rest } = readOptions(where, each, OPTIONS, name);
      if (learningRate !== undefined && rateFactor !== undefined) {
        refuse(where, `${name}.rateFactor`, 'not be given with learningRate', rateFactor);
      }
      const treatment = { group: i, learningRate, rateFactor: rateFactor ?? 1, ...rest };
      return { ...treatment, choices: requireSelector(where, `${name}.parameters`, parameters) };
    });
  }

  /** @internal Throws if a group, or a name of one, chooses none of the parameters. */
  require(list: readonly Parameter[]): void {
    const all = list.map(factsOf);
    for (const { choices } of this.#groups) requireFound(this.#where, choices, all);
  }

  /** The first group that chooses a parameter. */
  #of(parameter: ParameterFacts): Treatment {
    return this.#groups.find(({ choices }) => choices.some((each) => each.chooses(parameter))) ?? REST;
  }

  /** @internal The learning rate of each group that has its own. */
  get rates(): readonly (number | Schedule | undefined)[] {
    return this.#groups.map(({ learningRate }) => learningRate);
  }

  /** @internal Whether a parameter is trained. */
  trains(parameter: ParameterFacts): boolean {
    return !this.#of(parameter).frozen;
  }

  /** @internal Divides parameters into groups. */
  partition(parameters: Parameters): Partition {
    const treatments = new Map([...parameters].map((each) => [each, this.#of(factsOf(each))]));
    const trained = parameters.filter((each) => !treatments.get(each)!.frozen);
    const stretches: Stretch[] = [];
    let start = 0;
    for (const each of trained) {
      const of = treatments.get(each)!;
      const last = stretches.at(-1);
      if (last?.of === of) last.list.push(each);
      else stretches.push({ of, start, list: [each] });
      start += each.size;
    }
    const partsNow = (): Part[] => stretches.map((each) => partOf(parameters.arena, each));
    const fixed = [...trained].every(({ sparse }) => sparse === undefined) ? partsNow() : undefined;
    return {
      trained,
      get parts() {
        return fixed ?? partsNow(); // rows that are used decide
      },
    };
  }
}

/** Neighbours of one group. */
interface Stretch {
  readonly of: Treatment;
  readonly list: Parameter[];
  /** Number of trained elements before them. */
  readonly start: number;
}

function partOf(arena: Arena, { of: { group, rateFactor, decayFactor }, list, start }: Stretch): Part {
  const runs = runsOf(arena, list).map((run) => ({ ...run, start: run.start + start }));
  return { group, rateFactor, decayFactor, runs };
}

/**
 * Checks groups of parameters, for the constructor of an optimizer of your own.
 *
 * @param where - name of the class, as in error messages
 * @param groups - see ParameterGroup; undefined for none
 * @returns what the base class `Optimizer` takes; undefined without groups
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * parameterGroups('Signum', [{ parameters: 'lstm1', frozen: true }]);
 * ```
 */
export function parameterGroups(
  where: string,
  groups: readonly ParameterGroup[] | undefined,
): ParameterGroups | undefined {
  if (typeof where !== 'string') refuse('parameterGroups', 'where', 'be a string', where);
  return groups === undefined ? undefined : new ParameterGroups(where, 'groups', groups);
}
