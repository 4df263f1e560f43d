// Reads the pickles of state dicts. A pickle is a program for a stack machine; this one knows a closed list of opcodes, calls
// a closed list of functions, all of them its caller's, and executes nothing of Python.

import { decodeUtf8 } from '../../formats/utf8.ts';
import { OP, opcodeInWords } from './opcodes.ts';

/** The name of something of Python: `torch._utils _rebuild_tensor_v2`. */
export class PythonName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What a pickle leaves to its caller. Each throws for what it does not know. */
export interface PickleHooks {
  /** Throws the error for content that is not read. */
  fail(expected: string, received: string): never;
  /** Accepts the name of something of Python. */
  name(name: string): PythonName;
  /** What a persistent id stands for. */
  persistent(id: unknown): unknown;
  /** The result of a call. */
  call(name: string, args: readonly unknown[]): unknown;
}

/** Limits that bound the memory for any input. */
const [MOST_BYTES, MOST_VALUES, MOST_NAMES] = [1 << 24, 1 << 16, 1 << 18];
const EXPECTED = 'hold a pickle of protocol 2 to 5 with the values of a state dict';

/** Where a MARK stands on the stack. */
const MARK = Symbol('mark');

/**
 * Reads one value: null, booleans, numbers, bigints, strings, arrays for lists and tuples, Maps for dictionaries, and what
 * the hooks return.
 */
export function readPickle(bytes: Uint8Array, hooks: PickleHooks): unknown {
  return new PickleReader(bytes, hooks).run();
}

class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #hooks: PickleHooks;
  readonly #stack: unknown[] = [];
  readonly #memo: unknown[] = [];
  #at = 0;
  #made = 0;

  constructor(bytes: Uint8Array, hooks: PickleHooks) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#hooks = hooks;
  }

  run(): unknown {
    const { length } = this.#bytes;
    if (length > MOST_BYTES) this.#fail(`${length} bytes, more than ${MOST_BYTES}`);
    if (this.#byte() !== OP.PROTO) this.#fail('another first byte');
    const protocol = this.#byte();
    if (protocol < 2 || protocol > 5) this.#fail(`protocol ${protocol}`);
    for (let code = this.#byte(); code !== OP.STOP; code = this.#byte()) {
      if (this.#stack.length > MOST_VALUES) this.#fail(`more than ${MOST_VALUES} values at once`);
      if (!this.#scalar(code) && !this.#container(code) && !this.#memoOrName(code)) {
        this.#fail(`the opcode ${opcodeInWords(code)} at byte ${this.#at - 1}`);
      }
    }
    const value = this.#pop();
    if (this.#stack.length > 0 || this.#at < length) this.#fail('content after the value');
    return value;
  }

  /** Numbers, texts, booleans and None. */
  #scalar(code: number): boolean {
    const stack = this.#stack;
    if (code === OP.NONE) stack.push(null);
    else if (code === OP.NEWTRUE || code === OP.NEWFALSE) stack.push(code === OP.NEWTRUE);
    else if (code === OP.BININT1) stack.push(this.#byte());
    else if (code === OP.BININT2) stack.push(this.#view.getUint16(this.#take(2), true));
    else if (code === OP.BININT) stack.push(this.#view.getInt32(this.#take(4), true));
    else if (code === OP.BINFLOAT) stack.push(this.#view.getFloat64(this.#take(8)));
    else if (code === OP.LONG1) stack.push(this.#long(this.#byte()));
    else if (code === OP.BINUNICODE) stack.push(this.#text(this.#view.getUint32(this.#take(4), true)));
    else if (code === OP.SHORT_BINUNICODE) stack.push(this.#text(this.#byte()));
    else return false;
    return true;
  }

  /** Lists, tuples and dictionaries. */
  #container(code: number): boolean {
    const stack = this.#stack;
    if (code === OP.MARK) stack.push(MARK);
    else if (code === OP.EMPTY_TUPLE || code === OP.EMPTY_LIST) stack.push(this.#new([]));
    else if (code === OP.EMPTY_DICT) stack.push(this.#new(new Map()));
    else if (code === OP.TUPLE) stack.push(this.#new(this.#marked()));
    else if (code >= OP.TUPLE1 && code <= OP.TUPLE3) stack.push(this.#new(this.#popped(code - OP.TUPLE1 + 1)));
    else if (code === OP.APPEND) this.#append(this.#popped(1));
    else if (code === OP.APPENDS) this.#append(this.#marked());
    else if (code === OP.SETITEM) this.#set(this.#popped(2));
    else if (code === OP.SETITEMS) this.#set(this.#marked());
    else return false;
    return true;
  }

  /** What was there before, names of Python, and calls of them. */
  #memoOrName(code: number): boolean {
    const stack = this.#stack;
    if (code === OP.BINPUT) this.#remember(this.#byte());
    else if (code === OP.LONG_BINPUT) this.#remember(this.#view.getUint32(this.#take(4), true));
    else if (code === OP.MEMOIZE) this.#remember(this.#memo.length);
    else if (code === OP.BINGET) stack.push(this.#recall(this.#byte()));
    else if (code === OP.LONG_BINGET) stack.push(this.#recall(this.#view.getUint32(this.#take(4), true)));
    else if (code === OP.GLOBAL) stack.push(this.#hooks.name(`${this.#line()} ${this.#line()}`));
    else if (code === OP.STACK_GLOBAL) stack.push(this.#hooks.name(this.#popped(2).map(String).join(' ')));
    else if (code === OP.BINPERSID) stack.push(this.#hooks.persistent(this.#pop()));
    else if (code === OP.REDUCE) stack.push(this.#call());
    else if (code === OP.BUILD) this.#build();
    else if (code === OP.FRAME) this.#take(8);
    else return false;
    return true;
  }

  #call(): unknown {
    const [callee, args] = this.#popped(2);
    if (!(callee instanceof PythonName) || !Array.isArray(args)) return this.#fail('a call of no function');
    return this.#new(this.#hooks.call(callee.name, args));
  }

  /** The attributes of an OrderedDict, such as the versions in a state dict, are not read. */
  #build(): void {
    const state = this.#pop();
    const object = this.#stack.at(-1);
    if (!(object instanceof Map && state instanceof Map)) this.#fail('attributes of no dictionary');
  }

  #append(values: readonly unknown[]): void {
    const list = this.#stack.at(-1);
    if (Array.isArray(list)) for (const value of values) list.push(value);
    else this.#fail('entries of no list');
  }

  #set(pairs: readonly unknown[]): void {
    const top = this.#stack.at(-1);
    const map = top instanceof Map && pairs.length % 2 === 0 ? top : this.#fail('entries of no dictionary');
    for (let k = 0; k < pairs.length; k += 2) {
      const key = pairs[k];
      if (typeof key !== 'string' && typeof key !== 'number') this.#fail('a key that is neither a text nor a number');
      map.set(key, pairs[k + 1]);
    }
  }

  #new<T>(container: T): T {
    if (++this.#made > MOST_VALUES) this.#fail(`more than ${MOST_VALUES} lists, tuples, dictionaries and tensors`);
    return container;
  }

  #remember(index: number): void {
    if (index >= MOST_NAMES) this.#fail(`more than ${MOST_NAMES} values that are named again`);
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) this.#fail('no value to name');
    this.#memo[index] = value;
  }

  #recall(index: number): unknown {
    return this.#memo[index] ?? (index in this.#memo ? null : this.#fail(`the unknown value ${index}`));
  }

  #pop(): unknown {
    const value = this.#stack.pop();
    return value === undefined || value === MARK ? this.#fail('a missing value') : value;
  }

  #popped(count: number): unknown[] {
    const values = Array.from({ length: count }, () => this.#pop());
    return values.reverse();
  }

  /** The values above the last mark. */
  #marked(): unknown[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) return this.#fail('a missing mark');
    const values = this.#stack.splice(mark);
    values.shift();
    return values;
  }

  /** An integer of up to 8 bytes in two's complement. */
  #long(length: number): number | bigint {
    if (length > 8) this.#fail(`an integer of ${length} bytes`);
    const at = this.#take(length);
    let value = 0n;
    for (let k = length - 1; k >= 0; k--) value = (value << 8n) | BigInt(this.#bytes[at + k]!);
    const signed = BigInt.asIntN(8 * length, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  #text(length: number): string {
    const at = this.#take(length);
    return decodeUtf8(this.#bytes.subarray(at, at + length)) ?? this.#fail('a text that is not UTF-8');
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0 || end - this.#at > 200) this.#fail('a name without an end');
    const text = this.#text(end - this.#at);
    this.#at++;
    return text;
  }

  #byte(): number {
    return this.#bytes[this.#take(1)]!;
  }

  /** Returns the current position, and moves on. */
  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) this.#fail('an unexpected end');
    this.#at = at + count;
    return at;
  }

  #fail(received: string): never {
    return this.#hooks.fail(EXPECTED, received);
  }
}
