import type { Cell, State } from '../cells/cell.ts';
import { refuse, refuseUnreadable, requireOptions } from '../checks.ts';
import type { Arena } from '../memory/arena.ts';
import { areApart, hasOwnElements, refuseShared } from '../tensor/overlap.ts';
import { allocate } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import { KeptMatrix, MatrixSnapshot } from './matrix.ts';

/** State of a stack: that of each recurrent layer, by the layer's name. */
export type StackState = Readonly<Record<string, State>>;
/** State of what has none. */
export type NoState = Readonly<Record<string, never>>;
/** What a stream steps. */
export type StreamState = State | StackState | NoState;

/** Where the state of one recurrent layer lies before and after a step, or many. */
export interface StatePlace {
  /** Name of the layer in the stack; undefined where the layer is streamed by itself. */
  readonly layer: string | undefined;
  readonly cell: Cell;
  /** [B, H] each, in the order of the cell's states. */
  readonly previous: readonly number[];
  /** [B, H] each, the states after it. */
  readonly next: readonly number[];
}

/** One array of a state. */
export interface StateSlot {
  readonly layer: string | undefined;
  readonly name: string;
  /** `lstm1.h`, or `h` of a layer by itself. */
  readonly path: string;
  readonly H: number;
  /** The caller's array, as it was read last. */
  readonly given: MatrixSnapshot;
  readonly previous: KeptMatrix;
  readonly next: KeptMatrix;
}

/** The arrays of one recurrent layer. */
interface LayerSlots {
  readonly layer: string | undefined;
  readonly cell: Cell;
  readonly slots: readonly StateSlot[];
}

function slotsOf(arena: Arena, { layer, cell, previous, next }: StatePlace, B: number): LayerSlots {
  const H = cell.units;
  const kept = (at: number): KeptMatrix => new KeptMatrix(arena, at, B, H);
  const slots = cell.states.map((name, k): StateSlot => {
    const path = layer === undefined ? name : `${layer}.${name}`;
    const given = new MatrixSnapshot(B, H);
    return { layer, name, path, H, given, previous: kept(previous[k]!), next: kept(next[k]!) };
  });
  return { layer, cell, slots };
}

/** Keys of a record, counted without a list of them. */
function countKeys(record: object): number {
  let count = 0;
  for (const _ in record) count++;
  return count;
}

/** Reads the state of one layer; whether it holds what its cell asks for, and nothing else. */
function readState(state: unknown, slots: readonly StateSlot[]): boolean {
  if (typeof state !== 'object' || state === null || countKeys(state) !== slots.length) return false;
  for (let k = 0; k < slots.length; k++) {
    const { name, given } = slots[k]!;
    if (!given.read((state as Record<string, unknown>)[name])) return false;
  }
  return true;
}

/** The states that a stream steps: read, copied in and out without allocating; made, copied and put together. */
export class StreamStates<S extends StreamState> {
  /** Every array, in order. */
  readonly slots: readonly StateSlot[];
  /** Rows of each. */
  readonly B: number;
  readonly #arena: Arena;
  readonly #layers: readonly LayerSlots[];
  /** Whether a state is that of one layer, and no record of such by the layers' names. */
  readonly #alone: boolean;

  constructor(arena: Arena, places: readonly StatePlace[], B: number) {
    this.#arena = arena;
    this.#layers = places.map((place) => slotsOf(arena, place, B));
    this.#alone = places.length === 1 && places[0]!.layer === undefined;
    this.slots = this.#layers.flatMap(({ slots }) => slots);
    this.B = B;
  }

  /** Reads a state of this stream whose arrays can be written to, once, and refuses anything else. */
  read(where: string, state: S): void {
    try {
      this.#read(where, state);
    } catch (error) {
      refuseUnreadable(where, 'state', error); // without a closure: a step allocates nothing
    }
  }

  #read(where: string, state: S): void {
    const layers = this.#layers;
    const isRecord = typeof state === 'object' && state !== null;
    if (!this.#alone && (!isRecord || countKeys(state) !== layers.length)) this.#lookAtNames(where, state);
    for (let k = 0; k < layers.length; k++) {
      const { layer, slots } = layers[k]!;
      const own: unknown = layer === undefined ? state : (state as StackState)[layer];
      if (readState(own, slots)) continue;
      if (!this.#alone) this.#lookAtNames(where, state);
      this.#look(where, this.#alone ? 'state' : `state.${layer}`, own, layers[k]!);
    }
    this.#requireApart(where);
  }

  /** Reads what did not pass at first sight: refused here, unless it is merely unusual. */
  #look(where: string, argument: string, state: unknown, { cell, slots }: LayerSlots): void {
    const checked = cell.requireState(where, argument, state as State, this.B);
    for (const { name, given } of slots) {
      const { data } = checked[name]!;
      const expected = 'hold a Float32Array or Float64Array, to be updated in place';
      if (!given.read(checked[name])) refuse(where, `${argument}.${name}`, expected, data);
    }
  }

  #lookAtNames(where: string, state: S): void {
    const layers = this.#layers.map(({ layer }) => layer!);
    if (layers.length === 0) refuse(where, 'state', 'be {}, as no layer is recurrent', state);
    requireOptions(where, state, layers, 'state');
  }

  /** Refuses elements that share memory, within an array or between two: a step would write all of them to one place. */
  #requireApart(where: string): void {
    const { slots } = this;
    for (let i = 0; i < slots.length; i++) {
      const { given, path } = slots[i]!;
      let apart = hasOwnElements(given);
      for (let k = 0; k < i && apart; k++) apart = areApart(slots[k]!.given, given);
      if (!apart) refuseShared(where, `state.${path}`, 'Make a state by zeroState or copyState');
    }
  }

  /** Copies the state that was read last into the places before the step. */
  load(): void {
    const { slots } = this;
    for (let k = 0; k < slots.length; k++) slots[k]!.previous.copyFrom(slots[k]!.given);
  }

  /** Copies the places after the step into the state that was read last. */
  store(): void {
    const { slots } = this;
    for (let k = 0; k < slots.length; k++) slots[k]!.next.copyTo(slots[k]!.given);
  }

  /** A state of new arrays, filled by `fill`. */
  make(fill: (array: Tensor, slot: StateSlot) => void = () => {}): S {
    const made: Record<string, Tensor> = {};
    const byLayer: Record<string, Record<string, Tensor>> = {};
    for (const slot of this.slots) {
      const { B } = this;
      const data = allocate(this.#arena.dtype, B * slot.H);
      const array = new Tensor({ data }, [B, slot.H]);
      fill(array, slot);
      if (slot.layer === undefined) made[slot.name] = array;
      else byLayer[slot.layer] = { ...byLayer[slot.layer], [slot.name]: array };
    }
    return (this.#alone ? made : byLayer) as S;
  }
}
