// Adapts a layer or model to the interface `Differentiable`.

import { reading, refuse } from '../checks.ts';
import { ArgumentError } from '../errors.ts';
import { tensor, zeros } from '../tensor/create.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Differentiable, DifferentiableLayer } from './differentiable.ts';
import { elementsOf } from './elements.ts';

const { abs, max } = Math;

/** Arguments of `forward` of a layer. */
export interface LayerCall {
  /** Input of the layer. It is copied to float64. */
  readonly x: NdArrayLike;
  /**
   * State before the first step, with its gradient: arrays by name, in a network records of such by layer. Default: zeros
   * for a layer with a cell, unless the layer has `trainInitialState`; none for others.
   */
  readonly initialState?: StatesGiven;
  /** Further options of `forward`, such as a mask. */
  readonly forwardOptions?: Readonly<Record<string, unknown>>;
}

/** Arrays by name, or records of such. */
export interface StatesGiven {
  readonly [name: string]: NdArrayLike | StatesGiven;
}

/** The same as copies. */
interface States {
  readonly [name: string]: Tensor | States;
}

/** The part of a recurrent layer that is used here. */
interface Recurrent {
  readonly trainInitialState?: boolean;
  readonly cell?: {
    readonly units: number;
    readonly states: readonly string[];
    widthOf?(state: string): number;
  };
}

/**
 * The methods, with types for the calls made here. Their types in `DifferentiableLayer` are wider, to accept any layer.
 */
interface Callable {
  forward(x: NdArrayLike, options?: object): Tensor | OutputAndState;
  backward(dy: NdArrayLike, options?: object): { dx?: Tensor; dInitialState?: States } | undefined;
}

interface OutputAndState {
  readonly output: Tensor;
  readonly state: States;
}

/** A layer or model as a differentiable. Its variables are its parameters, its input `x` and each `initialState.…`. */
export class LayerSubject implements Differentiable {
  readonly variables: Readonly<Record<string, Tensor>>;
  readonly #layer: DifferentiableLayer;
  readonly #x: Tensor;
  readonly #options: object | undefined;
  /** Whether its states are outputs. */
  readonly #recurrent: boolean;
  /** Whether its initial states are variables. */
  readonly #given: boolean;
  /** Whether x consists of indices, which have no derivative. */
  readonly #indices: boolean;

  constructor(where: string, layer: DifferentiableLayer, call: LayerCall) {
    const x = tensor(requireNdArray(where, 'x', call.x), { dtype: 'float64' });
    const initialState = initialStateOf(where, layer, call, x.shape[0]!);
    this.#recurrent = initialState !== undefined || Array.isArray((layer as Recurrent).cell?.states);
    const state = this.#recurrent ? { returnState: true, ...(initialState && { initialState }) } : {};
    const options = { ...call.forwardOptions, ...state };
    this.#layer = layer;
    this.#x = x;
    this.#options = Object.keys(options).length === 0 ? undefined : options;
    this.#given = initialState !== undefined;
    this.#indices = (layer as { readonly readsIndices?: boolean }).readsIndices === true;
    this.forward(); // builds the layer
    const values = [...layer.parameters].map(({ name, value }) => [name, requireDouble(where, name, value)]);
    const input = this.#indices ? {} : { x };
    this.variables = { ...Object.fromEntries(values), ...input, ...flat('initialState', initialState ?? {}) };
  }

  forward(): Record<string, NdArrayLike> {
    const layer = this.#layer as unknown as Callable;
    const result = this.#options === undefined ? layer.forward(this.#x) : layer.forward(this.#x, this.#options);
    if (!this.#recurrent) return { output: result as Tensor };
    const { output, state } = result as OutputAndState;
    return { output, ...flat('state', state) };
  }

  backward(upstream: Readonly<Record<string, Tensor>>): Record<string, NdArrayLike> {
    this.release();
    return this.#accumulate(upstream);
  }

  /** Clears the parameters' gradients. */
  release(): void {
    this.#layer.parameters.zeroGradients();
  }

  /** Names of the parameters whose gradient a second backward pass replaces instead of adding to it. */
  overwritten(upstream: Readonly<Record<string, Tensor>>): string[] {
    const parameters = [...this.#layer.parameters];
    this.backward(upstream);
    const once = parameters.map(({ gradient }) => elementsOf(gradient));
    this.#accumulate(upstream);
    return parameters.flatMap(({ name, gradient }, k) => (isDouble(gradient, once[k]!) ? [] : [name]));
  }

  #accumulate({ output, ...states }: Readonly<Record<string, Tensor>>): Record<string, NdArrayLike> {
    const layer = this.#layer as unknown as Callable;
    const dState = treeOf(states).state ?? {};
    const result = this.#recurrent ? layer.backward(output!, { dState }) : layer.backward(output!);
    const { dx, dInitialState = {} } = result ?? {};
    const gradients = [...this.#layer.parameters].map(({ name, gradient }) => [name, gradient]);
    const input = this.#indices ? {} : { x: dx };
    return { ...Object.fromEntries(gradients), ...input, ...(this.#given && flat('initialState', dInitialState)) };
  }
}

function initialStateOf(
  where: string,
  layer: DifferentiableLayer,
  { initialState }: LayerCall,
  B: number,
): States | undefined {
  const { cell, trainInitialState } = layer as Recurrent;
  if (initialState !== undefined) {
    if (typeof initialState !== 'object' || initialState === null) {
      refuse(where, 'initialState', 'be an object of arrays', initialState);
    }
    return copyOf(where, 'initialState', initialState);
  }
  if (!Array.isArray(cell?.states) || trainInitialState === true) return undefined;
  const zeroState = (name: string): Tensor => zeros([B, cell.widthOf?.(name) ?? cell.units], { dtype: 'float64' });
  return Object.fromEntries(cell.states.map((name) => [name, zeroState(name)]));
}

function copyOf(where: string, argument: string, states: StatesGiven): States {
  const entries = reading(where, argument, () => Object.entries(states));
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const part = `${argument}.${name}`;
      const record = reading(where, part, () => isRecord(value));
      const copy = record
        ? copyOf(where, part, value as StatesGiven)
        : tensor(requireNdArray(where, part, value as NdArrayLike), { dtype: 'float64' });
      return [name, copy];
    }),
  );
}

/** All arrays of a tree, named by their paths: `initialState.lstm1.h`. */
function flat(prefix: string, tree: States): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([name, value]): (readonly [string, Tensor])[] => {
      const path = `${prefix}.${name}`;
      return isArray(value) ? [[path, value]] : Object.entries(flat(path, value));
    }),
  );
}

const isArray = (value: Tensor | States): value is Tensor => Array.isArray((value as Tensor).shape);

/** The tree of arrays that are named by their paths. */
function treeOf(arrays: Readonly<Record<string, Tensor>>): Record<string, States> {
  const tree: Record<string, States> = {};
  for (const [path, array] of Object.entries(arrays)) {
    const names = path.split('.');
    const last = names.pop()!;
    let at = tree as Record<string, unknown>;
    for (const name of names) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>;
    }
    at[last] = array;
  }
  return tree;
}

function requireDouble(where: string, name: string, value: Tensor): Tensor {
  if (value.dtype === 'float64') return value;
  throw new ArgumentError({
    where,
    argument: 'subject',
    expected: 'compute in float64',
    received: `"${name}" in ${value.dtype}`,
    remedy: "Use the option dtype: 'float64'. Finite differences in float32 have at most three correct digits",
  });
}

/** Whether the accumulated gradient is twice the first one, up to rounding. */
function isDouble(gradient: Tensor, once: Float64Array): boolean {
  const twice = elementsOf(gradient);
  const scale = once.reduce((largest, g) => max(largest, abs(g)), 1e-3);
  return twice.every((g, k) => !(abs(g - 2 * once[k]!) > 1e-9 * scale));
}

/** Whether a value is an object of further values, and no array of any kind. */
function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('shape' in value);
}
