// A layer that finds out which time steps count.

import { refuse } from '../checks.ts';
import type { Mask } from '../engine/packing.ts';
import type { Pass, Run, Workspace } from '../engine/pass.ts';
import { rowsIn, type Signal, type SignalShape, signalSize } from '../engine/signal.ts';
import { visitSteps } from '../engine/visit.ts';
import type { Kernels } from '../kernels/contract.ts';
import { optional, readOptions, type Schema, saved, savedOptions } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import type { ParameterSpec } from '../parameters/parameter.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { NoState } from './dense.ts';
import { Layer, type LayerConfig } from './layer.ts';

/** Options of a masking layer. */
export interface MaskingOptions extends BuildOptions {
  /** A time step whose features all have this value does not count; NaN is allowed; default 0. */
  readonly maskValue?: number;
}

const OPTIONS: Schema<MaskingOptions, keyof BuildOptions> = {
  ...BUILD_OPTIONS,
  maskValue: saved(optional(requireValue, 0)),
};

/**
 * Leaves out the time steps whose features all have one value, as padding has. It is the first layer of a network, which
 * then has a mask for every input without the options `lengths` and `mask`. It changes no number.
 *
 * @example
 * ```ts
 * const model = new Sequential([new Masking({ maskValue: -1 }), new GRU({ units: 4 })]);
 * const [x, y] = [tensor([[[1], [2], [-1]]]), tensor([[[1], [2]]])];
 * model.predict(x).get(0, 3) === model.predict(y).get(0, 3); // true
 * ```
 */
export class Masking extends Layer<NoState> {
  /** Name in saved files. */
  static readonly kind = 'Masking';
  readonly kind = 'Masking';
  /** @internal */
  readonly needsTime = true;
  /** @internal */
  override readonly masks = true;
  /** The value of padding. */
  readonly maskValue: number;

  /**
   * @param options - see MaskingOptions
   * @throws ArgumentError for an unknown option or a value that is not a number
   */
  constructor(options: MaskingOptions = {}) {
    const { maskValue, ...build } = readOptions('Masking', options, OPTIONS);
    super(build);
    this.maskValue = maskValue;
  }

  /** @internal */
  override maskOf({ data, shape, stride, offset }: NdArrayLike): Mask {
    const [B, T, F] = shape as [number, number, number];
    const offsets = new Int32Array(B + 1);
    const times = new Int32Array(B * T);
    const float32 = (data as Float32Array).BYTES_PER_ELEMENT === 4;
    const padding = float32 ? Math.fround(this.maskValue) : this.maskValue;
    let k = 0;
    for (let row = 0; row < B; row++) {
      for (let t = 0; t < T; t++) {
        const at = offset + row * stride[0]! + t * stride[1]!;
        let counts = false;
        for (let f = 0; f < F && !counts; f++) counts = !isSame(data[at + f * stride[2]!]!, padding);
        if (counts) times[k++] = t;
      }
      offsets[row + 1] = k;
    }
    return { T, offsets, times: times.slice(0, k) };
  }

  /** @internal */
  parameterSpecs(): readonly ParameterSpec[] {
    return [];
  }

  /** @internal */
  protected attached(): void {}

  /** @internal */
  outputShape(input: SignalShape): SignalShape {
    return input;
  }

  /** @internal */
  config(): LayerConfig {
    return savedOptions(OPTIONS, this);
  }

  /** @internal */
  layOut(workspace: Workspace, input: Signal): Pass {
    return new MaskingPass(workspace, input);
  }
}

/** Its output is its input, in place. */
class MaskingPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly [] = [];
  readonly #kernels: Kernels;

  constructor({ kernels, purpose, take }: Workspace, input: Signal) {
    this.#kernels = kernels;
    this.output = input;
    this.dInput = purpose === 'train' ? take(signalSize(input)) : -1;
  }

  pack(): void {} // it has no weights

  forward(run: Run): void {
    if (run.visit !== undefined) visitSteps('output', this.output, run, run.visit);
  }

  backward(run: Run, dOutput: number | undefined): void {
    if (dOutput === undefined) return;
    this.#kernels.repeatRow(this.dInput, dOutput, 1, rowsIn(this.output, run) * this.output.F);
    if (run.visit !== undefined) visitSteps('input', { ...this.output, at: this.dInput }, run, run.visit);
  }
}

/** Whether two numbers are equal, or both NaN. */
function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function requireValue(where: string, argument: string, value: unknown): number {
  return typeof value === 'number' ? value : refuse(where, argument, 'be a number', value);
}
