// Runs the decoder of an encoder-decoder one time step at a time, for sources that were encoded before.

import type { Packing } from '../../engine/packing.ts';
import type { Draw, Pass, Run } from '../../engine/pass.ts';
import { type Signal, shapeOf } from '../../engine/signal.ts';
import type { Source } from '../../engine/source.ts';
import { Traversal } from '../../engine/traversal.ts';
import { windowsOf } from '../../engine/truncate.ts';
import type { Values } from '../../engine/visit.ts';
import { StateError } from '../../errors.ts';
import type { CoupledNetworks } from '../../layers/coupled-networks.ts';
import { clearSource, keepOutputs, takeSource } from '../../layers/coupled-pass.ts';
import type { Arena, Take } from '../../memory/arena.ts';
import type { Buildable } from '../../parameters/buildable.ts';
import type { NdArrayLike } from '../../tensor/ndarray-like.ts';
import type { DType } from '../../tensor/storage.ts';

/** The model that generates. */
interface Generator extends Buildable {
  readonly networks: CoupledNetworks;
}

/** Sources that were checked. */
export interface EncodedSources {
  readonly source: NdArrayLike;
  readonly packing: Packing | undefined;
}

interface Room {
  readonly encoder: Traversal;
  readonly source: Source | undefined;
  readonly input: Signal;
  readonly pass: Pass;
  /** Room for one row of the output, and for a class number. */
  readonly scratch: number;
  readonly classAt: number;
}

/**
 * The decoder over `width` rows for each source. It occupies the memory of passes: another pass of the same model ends it.
 */
export class DecoderSteps {
  /** Rows of the decoder: source b has the rows from b·width on. */
  readonly rows: number;
  readonly #where: string;
  readonly #networks: CoupledNetworks;
  readonly #arena: Arena;
  readonly #room: Room;
  readonly #run: Run;
  #step = 0;
  /** Of the last step: weights [rows, S] of attention, if they are collected. */
  #attention: Float64Array | undefined;

  /** Encodes the sources. `collects`: whether to collect the weights of attention. */
  constructor(where: string, model: Generator, sources: EncodedSources, width: number, collects: boolean) {
    const { networks } = model;
    const { source, packing } = sources;
    const shape = shapeOf(source);
    this.#where = where;
    this.#networks = networks;
    this.rows = shape.B * width;
    const plan = (take: Take, arena: Arena): Room => this.#lay(model, arena, take, sources);
    const { arena } = model.buildWithRoom(where, shape.F, plan);
    this.#arena = arena;
    this.#room = arena.layOut((take) => plan(take, arena), where);
    const sourceRows = Int32Array.from({ length: this.rows }, (_, row) => Math.floor(row / width));
    const draw: Draw = { trainingStep: 0, order: undefined, sourceRows };
    const visit = collects ? (values: Values) => this.#collect(values) : undefined;
    this.#run = { steps: 1, from: 0, rows: { B: this.rows, starts: undefined }, output: true, draw, visit };
    this.#encode(source, packing, width);
  }

  #lay(model: Generator, arena: Arena, take: Take, { source, packing }: EncodedSources): Room {
    const { encoder, decoder, targetSize } = this.#networks;
    const given = shapeOf(source);
    const shape = { ...given, T: packing?.T ?? given.T };
    const T = shape.T ?? 1;
    const random = model.maskSource;
    const planner = { layOut: encoder.layOut.bind(encoder), maskSource: random };
    const route = { windows: windowsOf(T, undefined), schedule: { length: T, snapshots: 1 } };
    const layout = { purpose: 'infer', shape, route, targets: false, packed: packing !== undefined } as const;
    const traversal = new Traversal(planner, arena, take, layout);
    const attended = decoder.attends ? takeSource(take, encoder.outputShape(shape), false) : undefined;
    const input = { at: take(this.rows * targetSize), T: 1, B: this.rows, F: targetSize };
    const { kernels } = arena;
    const common = { packed: false, kernels, random, take, takeWeights: take, source: attended };
    const pass = decoder.layOut({ purpose: 'step', ...common }, input);
    return { encoder: traversal, source: attended, input, pass, scratch: take(2 * pass.output.F), classAt: take(1) };
  }

  #encode(source: NdArrayLike, packing: Packing | undefined, width: number): void {
    const { encoder, source: attended, pass } = this.#room;
    const arena = this.#arena;
    if (attended !== undefined) clearSource(arena, attended);
    encoder.start(this.#networks.encoder.inOrder(source), { packing });
    encoder.forward(attended === undefined ? {} : { onOutput: (steps) => keepOutputs(arena, attended, steps) });
    this.#clearStates();
    const after = encoder.statesAfter(encoder.T);
    const { data } = arena;
    for (let i = 0; i < this.#networks.sharedStates; i++) {
      const { at, width: F } = pass.states[i]!;
      for (let k = 0; k < this.rows / width; k++) {
        const row = packing?.order[k] ?? k; // the caller's
        const begin = after[i]! + k * F;
        for (let j = 0; j < width; j++) data.copyWithin(at + (row * width + j) * F, begin, begin + F);
      }
    }
    pass.pack();
  }

  /** The states that the decoder begins with if it does not begin with those of the encoder. */
  #clearStates(): void {
    const { data, kernels } = this.#arena;
    for (const { at, size, width, initial } of this.#room.pass.states) {
      if (initial === undefined) data.fill(0, at, at + size);
      else kernels.repeatRow(at, initial.at, size / width, width);
    }
  }

  /** Element type of the outputs. */
  get dtype(): DType {
    return this.#arena.dtype;
  }

  /** Features of the output. */
  get outputSize(): number {
    return this.#room.pass.output.F;
  }

  /** Weights of attention in the last step, [rows, S]. */
  get attention(): Float64Array | undefined {
    return this.#attention;
  }

  /** Computes the next output from an input [rows, features] of the decoder. */
  next(input: ArrayLike<number>): void {
    const { input: room, pass } = this.#room;
    const { data } = this.#arena;
    for (let k = 0; k < input.length; k++) data[room.at + k] = input[k]!;
    pass.forward(this.#step === 0 ? this.#run : { ...this.#run, from: this.#step });
    this.#step++;
  }

  /** Continues row k from the state of row `parents[k]` after the last step. */
  follow(parents: ArrayLike<number>): void {
    const { data } = this.#arena;
    for (const { at, size, width } of this.#room.pass.states) {
      for (let k = 0; k < this.rows; k++) {
        const begin = at + size + parents[k]! * width;
        data.copyWithin(at + k * width, begin, begin + width);
      }
    }
  }

  /** A copy of a row of the last output. */
  output(row: number): Float64Array {
    const { output } = this.#room.pass;
    const begin = output.at + row * output.F;
    return Float64Array.from(this.#arena.data.subarray(begin, begin + output.F));
  }

  /** (BS3) The logarithms of the softmax of a row: a − max a + log p(max), in float64. */
  logProbabilities(row: number): Float64Array {
    const { scratch, classAt } = this.#room;
    const { data, kernels } = this.#arena;
    const logs = this.output(row);
    const N = logs.length;
    let top = 0;
    for (let k = 1; k < N; k++) if (logs[k]! > logs[top]!) top = k;
    data.set(logs, scratch);
    data[classAt] = top;
    const ofTop = -kernels.sparseCrossEntropy(scratch + N, -1, scratch, classAt, 1, 1, N);
    const largest = logs[top]!;
    if (!Number.isFinite(ofTop)) {
      const received = 'outputs of the decoder with NaN or infinities';
      throw new StateError({ where: this.#where, expected: 'have finite parameters', received });
    }
    for (let k = 0; k < N; k++) logs[k] = logs[k]! - largest + ofTop;
    return logs;
  }

  #collect({ name, at, shape }: Values): void {
    if (name !== 'attention') return;
    this.#attention = Float64Array.from(this.#arena.data.subarray(at, at + shape[0]! * shape[1]!));
  }
}
