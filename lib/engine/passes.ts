// The passes of one layer: laid out when their shape changes, and used again while it stays.

import { refuse } from '../checks.ts';
import { StateError } from '../errors.ts';
import { type Arena, type Take, usageOf } from '../memory/arena.ts';
import { totalOf, type Usage } from '../memory/usage.ts';
import type { ParameterSpec } from '../parameters/parameter.ts';
import { type Parameters, takeParameters } from '../parameters/parameters.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { DType } from '../tensor/storage.ts';
import type { Packing } from './packing.ts';
import type { PassPurpose } from './pass.ts';
import { type Route, routeOf } from './route.ts';
import type { PassPlanner } from './segments.ts';
import type { SignalShape } from './signal.ts';
import type { ThroughTime } from './through-time.ts';
import { Traversal } from './traversal.ts';
import { windowsOf } from './truncate.ts';

/** The layer of the passes. */
export interface PassOwner extends PassPlanner {
  readonly kind: string;
  readonly dtype: DType;
  readonly built: boolean;
  /** Why it needs a whole sequence at once; undefined if it can run part by part. */
  readonly needsWhole: string | undefined;
  readonly parameters: Parameters;
  /** The arena of the parameters, or a new one if there are none yet. */
  readonly planningArena: Arena;
  parameterSpecs(inputSize: number): readonly ParameterSpec[];
  outputShape(input: SignalShape): SignalShape;
  /** Returns the parameters, and creates them if there are none, with room for what `plan` takes. */
  buildWithRoom(where: string, inputSize: number, plan: (take: Take, arena: Arena) => unknown): Parameters;
}

/** A request for a pass. */
export interface PassRequest {
  readonly purpose: PassPurpose;
  /** Checkpoints and truncation; for inference only a memory budget counts. */
  readonly through?: ThroughTime;
  /** Number of optimizer state arrays that the pass makes room for; undefined once they have room. */
  readonly optimizerArrays?: number | undefined;
  /** Which parameters have optimizer state; default all. */
  readonly trains?: ((spec: ParameterSpec) => boolean) | undefined;
  /** The first time step that has a loss; default 0. */
  readonly lossFrom?: number;
  /** Whether the pass has room for targets; default false. */
  readonly targets?: boolean;
  /** Why the caller needs the whole sequence at once; undefined if it does not. */
  readonly needsWhole?: string | undefined;
  /** Whether rows may have different time steps; default false. */
  readonly packed?: boolean;
}

/** Bytes of a pass for inference that depend on the number of time steps. */
const INFERENCE_BYTES = 2 ** 22;

/** Number of rows from which a matrix product runs at full speed. */
const ENOUGH_ROWS = 64;

interface Laid {
  readonly traversal: Traversal;
  readonly shape: SignalShape;
  readonly request: PassRequest;
  readonly kept: number;
  readonly usage: Usage;
}

/** Lays out passes of a layer in its arena, behind all that the arena keeps. */
export class Passes {
  readonly #owner: PassOwner;
  #laid: Laid | undefined;
  /** Number, in the arena, of the pass that `backward` may follow. */
  #finished = -1;

  constructor(owner: PassOwner) {
    this.#owner = owner;
  }

  /** Chooses the windows and segments of a pass. */
  route(where: string, shape: SignalShape, request: PassRequest): Route {
    const { through = {}, lossFrom = 0, purpose } = request;
    const { T = 1 } = shape;
    const arena = this.#owner.planningArena;
    const bytesOf = (route: Route): number => totalOf(this.usage(shape, route, request, arena));
    const ofLayer = this.#owner.needsWhole;
    const why = ofLayer === undefined ? request.needsWhole : `a layer needs the whole sequence: ${ofLayer}`;
    if (why !== undefined) return wholeRoute(where, T, purpose === 'train' ? through : {}, why);
    if (purpose !== 'train') return inferenceRoute(shape, through, bytesOf);
    const lastOnly = shape.T !== undefined && this.#owner.outputShape(shape).T === undefined;
    return routeOf(where, T, through, lastOnly ? T - 1 : lossFrom, bytesOf);
  }

  /** Bytes of a pass by purpose, with all that the arena keeps. The layer need not have parameters yet. */
  usage(shape: SignalShape, route: Route, request: PassRequest, arena: Arena = this.#owner.planningArena): Usage {
    const { dtype } = this.#owner;
    const bytes = usageOf(dtype, (take) => {
      takeParameters(this.#owner.parameterSpecs(shape.F), take, usedRows(shape, request));
      this.#take(arena, take, shape, route, request);
    });
    const { optimizer, streams } = arena.usage;
    const usage = { ...bytes, optimizer: optimizer + bytes.optimizer, streams };
    return { ...usage, threads: arena.threadBytes(totalOf(usage)) };
  }

  /** Takes room for a pass, and for arrays of optimizer state as large as the trained parameters. */
  #take(arena: Arena, take: Take, shape: SignalShape, route: Route, request: PassRequest): Traversal {
    const { purpose, optimizerArrays = 0, trains = () => true, targets = false, packed = false } = request;
    const specs = this.#owner.parameterSpecs(shape.F).filter(trains);
    const size = specs.reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
    for (let k = 0; k < optimizerArrays; k++) take(size, 'optimizer');
    return new Traversal(this.#owner, arena, take, { purpose, shape, route, targets, packed });
  }

  /**
   * Creates the parameters if there are none. Reserves memory for the pass if these are new, or if an optimizer needs
   * room; if there is not enough, nothing changes.
   */
  build(where: string, shape: SignalShape, request: PassRequest): Parameters {
    const owner = this.#owner;
    if (owner.built && request.optimizerArrays === undefined) return owner.parameters;
    const route = this.route(where, shape, request);
    return owner.buildWithRoom(where, shape.F, (take, arena) => this.#take(arena, take, shape, route, request));
  }

  /** Refuses truncation of rows that end in different windows, where each has one output. `T`: steps of the longest. */
  requirePackable(where: string, T: number, { purpose, through }: PassRequest, shape: SignalShape): void {
    const { truncate } = through ?? {};
    if (purpose !== 'train' || truncate === undefined || truncate.back >= T) return;
    if (this.#owner.outputShape(shape).T !== undefined) return;
    const expected =
      'not be given with lengths or a mask for a model with one output a row, as rows end in different windows';
    refuse(where, 'truncate', expected, truncate);
  }

  /** Lays out a pass over an input of a checked shape, or over the packed rows of one, and begins it. */
  begin(where: string, given: SignalShape, asked: PassRequest, packing?: Packing): Traversal {
    const shape = packing === undefined ? given : { ...given, T: packing.T };
    const request = packing === undefined ? asked : { ...asked, packed: true };
    if (packing !== undefined) this.requirePackable(where, packing.T, asked, given);
    const parameters = this.build(where, shape, request);
    if (request.purpose === 'train') parameters.reserveRows(usedRows(shape, request), where);
    const { arena } = parameters;
    const { kept } = arena;
    const last = this.#laid;
    if (
      last !== undefined &&
      last.kept === kept &&
      isSameShape(last.shape, shape) &&
      isSameRequest(last.request, request)
    ) {
      arena.layOutAgain(last.usage);
      return last.traversal;
    }
    const route = this.route(where, shape, request);
    const placed = { ...request, optimizerArrays: 0 }; // the arena keeps the optimizer's state apart
    const traversal = arena.layOut((take) => this.#take(arena, take, shape, route, placed), where);
    this.#laid = { traversal, shape, request, kept, usage: arena.passUsage };
    return traversal;
  }

  /** Lets `backward` follow the pass that was run last. */
  finish(): void {
    this.#finished = this.#owner.parameters.arena.pass;
  }

  /** Returns the pass that `backward` follows; throws if there is none, or if its memory was used since. */
  current(method: string): Traversal {
    const laid = this.#laid;
    if (laid !== undefined && this.#finished === this.#owner.parameters.arena.pass) return laid.traversal;
    const other =
      laid?.request.purpose === 'train' ? 'another pass over the same memory since' : 'a pass for inference';
    throw new StateError({
      where: `${this.#owner.kind}.${method}`,
      expected: 'follow forward',
      received: laid === undefined ? 'no forward before it' : other,
      remedy: 'Call forward on the same object directly before backward',
    });
  }
}

/** The route of a pass over a whole sequence at once. Refuses options that divide it. */
function wholeRoute(where: string, T: number, through: ThroughTime, why: string): Route {
  for (const [name, value] of Object.entries(through)) {
    refuse(where, name, `not be given, because ${why}`, value);
  }
  return { windows: windowsOf(T, undefined), schedule: { length: T, snapshots: 1 } };
}

/** The route of a pass for inference: segments as long as `INFERENCE_BYTES` and a memory budget allow. */
function inferenceRoute({ T = 1, B }: SignalShape, through: ThroughTime, bytesOf: (route: Route) => number): Route {
  const windows = windowsOf(T, undefined);
  const route = (length: number): Route => ({ windows, schedule: { length, snapshots: 1 } });
  const { checkpoint } = through;
  const budget = typeof checkpoint === 'object' ? checkpoint.memory : Infinity;
  if (T === 1 || (T <= ENOUGH_ROWS / B && budget === Infinity)) return route(T);
  const least = bytesOf(route(1));
  const bytesPerStep = (bytesOf(route(T)) - least) / (T - 1);
  const enough = Math.max(Math.floor(INFERENCE_BYTES / bytesPerStep), Math.ceil(ENOUGH_ROWS / B));
  const within = 1 + Math.floor((budget - least) / bytesPerStep - 1); // one less: sizes are rounded up
  return route(Math.max(1, Math.min(T, enough, within)));
}

/** Rows of an input, which may all use other rows of a table; 0 without gradients. */
function usedRows({ T = 1, B }: SignalShape, { purpose }: PassRequest): number {
  return purpose === 'train' ? T * B : 0;
}

function isSameShape(a: SignalShape, b: SignalShape): boolean {
  return a.T === b.T && a.B === b.B && a.F === b.F;
}

function isSameRequest(a: PassRequest, b: PassRequest): boolean {
  if (a.purpose !== b.purpose || a.lossFrom !== b.lossFrom || a.targets !== b.targets) return false;
  if (a.needsWhole !== b.needsWhole) return false;
  if (a.optimizerArrays !== b.optimizerArrays || a.packed !== b.packed) return false;
  return a.through === b.through || isSame(a.through ?? {}, b.through ?? {});
}

/** Whether two records, and the records in them, have the same entries. */
function isSame(a: object, b: object): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  for (const name of names) {
    const [one, other] = [a[name as keyof object] as unknown, b[name as keyof object] as unknown];
    if (one === other) continue;
    if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
    if (!isSame(one, other)) return false;
  }
  return true;
}
