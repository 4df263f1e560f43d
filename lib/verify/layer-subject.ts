import { refuse } from '../checks.ts';
import { ArgumentError } from '../errors.ts';
import { tensor, zeros } from '../tensor/create.ts';
import { type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Differentiable, DifferentiableLayer } from './differentiable.ts';
import { elementsOf } from './elements.ts';

const { abs, max } = Math;

/** What a layer is called with. */
export interface LayerCall {
  /** Input of the layer; copied, in float64. */
  readonly x: NdArrayLike;
  /** State before the first step of a recurrent layer; default zeros, which are checked all the same. */
  readonly initialState?: Readonly<Record<string, NdArrayLike>>;
  /** Further options of `forward`, such as a mask. */
  readonly forwardOptions?: Readonly<Record<string, unknown>>;
}

/** What a recurrent layer shows of its cell. */
interface Recurrent {
  readonly cell?: { readonly units: number; readonly states: readonly string[] };
}

/** The methods as they are called here; their types in `DifferentiableLayer` only have to accept every layer. */
interface Callable {
  forward(x: NdArrayLike, options?: object): Tensor | { output: Tensor; state: Record<string, Tensor> };
  backward(dy: NdArrayLike, options?: object): { dx?: Tensor; dInitialState?: Record<string, Tensor> };
}

/** A differentiable that knows more ways to go wrong than one with plain variables has. */
export interface LayerSubject extends Differentiable {
  /** Parameters whose gradient a second backward pass replaces instead of adding to it. */
  overwritten(upstream: Readonly<Record<string, Tensor>>): string[];
}

/** A layer or model as a differentiable: its parameters, its input `x` and each `initialState.…` are the variables. */
export function layerSubject(where: string, layer: DifferentiableLayer, call: LayerCall): LayerSubject {
  const x = tensor(requireNdArray(where, 'x', call.x), { dtype: 'float64' });
  const initialState = initialStateOf(where, layer, call, x.shape[0]!);
  const callable = layer as unknown as Callable;
  const options = { ...call.forwardOptions, ...(initialState && { initialState, returnState: true }) };
  const plain = Object.keys(options).length === 0;

  const forward = (): Record<string, NdArrayLike> => {
    const result = plain ? callable.forward(x) : callable.forward(x, options);
    if (!('output' in result)) return { output: result };
    return { output: result.output, ...prefixed('state.', result.state) };
  };
  const accumulate = ({ output, ...states }: Readonly<Record<string, Tensor>>): Record<string, NdArrayLike> => {
    const dState = Object.fromEntries(Object.entries(states).map(([name, d]) => [name.slice('state.'.length), d]));
    const { dx, dInitialState = {} } = initialState
      ? callable.backward(output!, { dState })
      : callable.backward(output!);
    const gradients = [...layer.parameters].map(({ name, gradient }) => [name, gradient]);
    return { ...Object.fromEntries(gradients), x: dx, ...prefixed('initialState.', dInitialState) };
  };
  const backward = (upstream: Readonly<Record<string, Tensor>>): Record<string, NdArrayLike> => {
    layer.parameters.zeroGradients();
    return accumulate(upstream);
  };
  forward(); // builds the layer
  const values = [...layer.parameters].map(({ name, value }) => [name, requireDouble(where, name, value)]);
  return {
    variables: { ...Object.fromEntries(values), x, ...prefixed('initialState.', initialState ?? {}) },
    forward,
    backward,
    overwritten: (upstream) => {
      backward(upstream);
      const once = [...layer.parameters].map(({ gradient }) => elementsOf(gradient));
      accumulate(upstream);
      return [...layer.parameters].flatMap(({ name, gradient }, k) => (isDouble(gradient, once[k]!) ? [] : [name]));
    },
  };
}

function initialStateOf(
  where: string,
  layer: DifferentiableLayer,
  { initialState }: LayerCall,
  B: number,
): Record<string, Tensor> | undefined {
  const { cell } = layer as Recurrent;
  if (initialState !== undefined) {
    if (typeof initialState !== 'object' || initialState === null) {
      refuse(where, 'initialState', 'be an object of arrays', initialState);
    }
    const copies = Object.entries(initialState).map(([name, array]) => [name, tensor(array, { dtype: 'float64' })]);
    return Object.fromEntries(copies);
  }
  if (!Array.isArray(cell?.states)) return undefined;
  return Object.fromEntries(cell.states.map((name) => [name, zeros([B, cell.units], { dtype: 'float64' })]));
}

function prefixed(prefix: string, arrays: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [prefix + name, array]));
}

function requireDouble(where: string, name: string, value: Tensor): Tensor {
  if (value.dtype === 'float64') return value;
  throw new ArgumentError({
    where,
    argument: 'subject',
    expected: 'compute in float64',
    received: `"${name}" in ${value.dtype}`,
    remedy: "Make it with the option dtype: 'float64'; finite differences in float32 agree to three digits at best",
  });
}

/** Whether the accumulated gradient is twice the first one, up to rounding. */
function isDouble(gradient: Tensor, once: Float64Array): boolean {
  const twice = elementsOf(gradient);
  const scale = once.reduce((largest, g) => max(largest, abs(g)), 1e-3);
  return twice.every((g, k) => !(abs(g - 2 * once[k]!) > 1e-9 * scale));
}
