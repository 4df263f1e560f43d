import { LSTM, MeanSquaredError, Random, Sequential, SGD, Tensor, tensor } from '../../../lib/index.ts';

/** Draws an integer from 0 to n − 1. */
export type Draw = (n: number) => number;

/** What a value of the caller's throws; no such error may come out of the library. */
export class Trap extends Error {}

const trap = (): never => {
  throw new Trap('trap');
};

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** Throws whenever a property is read. */
const trapped = (target: object): object => new Proxy(target, { get: trap });

function detached(): Float32Array {
  const data = new Float32Array(4);
  structuredClone(data.buffer, { transfer: [data.buffer] });
  return data;
}

function cyclic(): unknown[] {
  const list: unknown[] = [];
  list.push(list, [list]);
  return list;
}

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let k = 0; k < levels; k++) value = [value];
  return value;
}

function sparse(length: number): unknown[] {
  const list: unknown[] = [];
  list.length = length;
  return list;
}

function holed(list: unknown[]): unknown[] {
  delete list[1];
  return list;
}

const huge = { data: new Float32Array(1), shape: [2 ** 26, 2 ** 26], stride: [0, 0], offset: 0 };
const texts = ['', 'abc', 'h', 'lstm1', 'last', '__proto__', 'constructor', '\ud800', 'x'.repeat(100_000)];
const numbers = [0, -0, 1, 2, 3, 4, -1, 0.5, 1.5, 1e-320, 1e300, 2 ** 40, 2 ** 53, NaN, Infinity, -Infinity];

class Evil extends Float32Array {
  override get length(): number {
    return 1e9;
  }
}

/** Makes values that fit nowhere, and some that fit somewhere. */
export const VALUES: readonly (readonly [what: string, make: () => unknown])[] = [
  ...numbers.map((n) => [`${Object.is(n, -0) ? '-0' : n}`, () => n] as const),
  ...texts.map((text) => [`'${text.slice(0, 12)}'`, () => text] as const),
  ['undefined', () => undefined],
  ['null', () => null],
  ['true', () => true],
  ['false', () => false],
  ['a bigint', () => 3n],
  ['a symbol', () => Symbol('s')],
  ['an object', () => ({})],
  ['an object without prototype', () => Object.create(null)],
  ['an object without prototype but with a constructor', () => Object.assign(Object.create(null), { constructor: 1 })],
  ['an object with a length', () => ({ length: 2 ** 40 })],
  ['an object whose conversion throws', () => ({ toString: trap, valueOf: trap, [Symbol.toPrimitive]: trap })],
  ['a boxed number', () => new Number(3)],
  ['a boxed string', () => new String('last')],
  ['an empty list', () => []],
  ['a list of numbers', () => [1, 2, 3]],
  [
    'nested lists',
    () => [
      [1, 2],
      [3, 4],
    ],
  ],
  ['ragged lists', () => [[1, 2], [3]]],
  ['a list of null', () => [null, null]],
  ['a list with a hole', () => holed([1, 2, 3])],
  ['a list of holes', () => sparse(1000)],
  ['the longest list of holes', () => sparse(2 ** 32 - 1)],
  ['a list that holds itself', cyclic],
  ['deep lists', () => deep(5000)],
  ['a list with a trap', () => Object.defineProperty([1, 2], 0, { get: trap, enumerable: true })],
  ['floats', () => Float32Array.of(1, 2, 3)],
  ['integers', () => Int16Array.of(1, 2, 3)],
  ['bytes', () => new Uint8Array(20)],
  ['bigints', () => new BigInt64Array(4)],
  ['detached floats', detached],
  ['floats whose length lies', () => new Evil(4)],
  ['shared floats', () => new Float32Array(new SharedArrayBuffer(16))],
  ['a buffer', () => new ArrayBuffer(8)],
  ['a data view', () => new DataView(new ArrayBuffer(8))],
  ['a function', () => () => 3],
  ['a function that returns null', () => () => null],
  ['an async function', () => async () => 3],
  [
    'a generator',
    () =>
      (function* () {
        yield 1;
      })(),
  ],
  ['a class', () => class {}],
  ['a date', () => new Date(0)],
  ['a map', () => new Map([['h', 1]])],
  ['a set', () => new Set([1])],
  ['a promise', () => Promise.resolve(1)],
  ['an expression', () => /x/],
  ['an error', () => new Error('e')],
  ['globalThis', () => globalThis],
  ['a revoked proxy', () => revoked({})],
  ['a revoked proxy of a list', () => revoked([])],
  ['a revoked proxy of a function', () => revoked(() => 1)],
  ['an object with traps', () => trapped({})],
  ['a list with traps', () => trapped([1, 2])],
  ['a tensor with traps', () => trapped(tensor([1, 2]))],
  [
    'an ndarray with a trap',
    () => ({
      ...huge,
      get shape() {
        return trap();
      },
    }),
  ],
  ['a huge view of one number', () => new Tensor({ data: new Float32Array(1) }, [2 ** 26, 2 ** 26], [0, 0])],
  ['a huge ndarray of one number', () => ({ ...huge })],
  ['a view of shared memory', () => new Tensor({ data: new Float32Array(new SharedArrayBuffer(16)) }, [2, 2])],
  ['a tensor over detached memory', () => ({ data: detached(), shape: [2, 2], stride: [2, 1], offset: 0 })],
  ['a scalar', () => tensor(1 as never)],
  ['an empty tensor', () => new Tensor({ data: new Float32Array(0) }, [0, 3])],
  ['a vector', () => tensor([1, 2, 3])],
  [
    'a matrix',
    () =>
      tensor([
        [1, 2],
        [3, 4],
      ]),
  ],
  ['a cube', () => tensor([[[1, 2, 3]], [[4, 5, 6]]])],
  ['a tensor of NaN', () => tensor([[NaN, 1]])],
  ['a generator of numbers', () => new Random(1)],
  ['a layer', () => new LSTM({ units: 2 })],
  ['a model', () => new Sequential([new LSTM({ units: 2 })])],
  ['an optimizer', () => new SGD()],
  ['a loss', () => new MeanSquaredError()],
];
