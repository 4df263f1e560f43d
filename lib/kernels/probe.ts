// The probe: calls of every kernel as data, a small program that runs them in another process, and the right answer.

import { openHeap, simdBackend } from './backend.ts';
import { BoundKernels, KERNEL_NAMES, type RawKernels } from './bound-kernels.ts';
import { CALLS, COMPARED, numbers, SLOTS } from './known-answers.ts';
import { referenceRegion } from './reference.ts';
import { kernelsCode } from './simd.ts';

/** Name and arguments of a call of a kernel, as the WebAssembly module takes them. */
type Call = readonly [name: string, ...args: (number | boolean)[]];

/** What PROGRAM reads. */
export interface Task {
  readonly code: Uint8Array;
  /** The memory before the first call. */
  readonly memory: Uint8Array;
  /** Offset of the inputs in the memory, in elements. They are written before each group of calls. */
  readonly at: number;
  readonly inputs: Float32Array;
  /** The calls for each kernel. */
  readonly groups: readonly (readonly Call[])[];
}

/** A SHA-256, as `node:crypto` computes it. */
export interface Hash {
  update(data: string | Float32Array): unknown;
  digest(encoding: 'hex'): string;
}

/**
 * Script for Node that reads flags of V8 and a task, serialized by `node:v8`, from its standard input. It sets the
 * flags, compiles the kernels, runs the task, and writes the SHA-256 of all results. It needs no file, so a program
 * that was bundled into a single file can run it too.
 */
export const PROGRAM: string = `
const v8 = require('node:v8');
const { readFileSync, writeSync } = require('node:fs');
const { flags, code, memory, at, inputs, groups } = v8.deserialize(readFileSync(0));
for (const flag of flags) v8.setFlagsFromString(flag);
const module = new WebAssembly.Module(code);
const pages = memory.length / 65536;
const own = new WebAssembly.Memory({ initial: pages, maximum: pages });
new Uint8Array(own.buffer).set(memory);
const imported = ({ name, kind }) => [name, kind === 'memory' ? own : 1];
const env = Object.fromEntries(WebAssembly.Module.imports(module).map(imported));
const { exports } = new WebAssembly.Instance(module, { env });
const heap = new Float32Array(own.buffer, 4 * at, inputs.length);
const hash = require('node:crypto').createHash('sha256');
for (const calls of groups) {
  heap.set(inputs);
  for (const [name, ...args] of calls) hash.update(name + exports[name](...args));
  hash.update(heap);
}
writeSync(1, hash.digest('hex'));
`;

/**
 * The task and its answer: the hash of the results of the reference. The reference runs on a copy of the memory of the
 * vector kernels, so offsets are the same in both.
 */
export function probeTask(hash: Hash): { readonly task: Task; readonly answer: string } {
  const { data } = openHeap('float32', simdBackend(), SLOTS);
  const heap = new Float32Array(data.buffer.slice(0) as ArrayBuffer);
  const memory = new Uint8Array(heap.buffer.slice(0));
  const at = data.byteOffset / 4;
  const inputs = numbers();
  const results = heap.subarray(at, at + COMPARED);
  const groups = Object.values(CALLS).map((call) => {
    const { raw, calls } = recording(referenceRegion(heap).raw, hash);
    heap.set(inputs, at);
    call(new BoundKernels({ data: heap, raw, at, backend: 'reference' }));
    hash.update(results);
    return calls;
  });
  return { task: { code: kernelsCode(), memory, at, inputs, groups }, answer: hash.digest('hex') };
}

/** The kernels, and a growing list of their calls. Names and returned numbers go into the hash. */
function recording(kernels: RawKernels, hash: Hash): { readonly raw: RawKernels; readonly calls: readonly Call[] } {
  const calls: Call[] = [];
  const record = (name: string, run: (...args: Call[1][]) => unknown) => [
    name,
    (...args: Call[1][]): unknown => {
      calls.push([name, ...args]);
      const result = run(...args);
      hash.update(name + result);
      return result;
    },
  ];
  const entries = KERNEL_NAMES.map((name) => record(name, kernels[name as keyof RawKernels] as never));
  return { raw: Object.fromEntries(entries) as unknown as RawKernels, calls };
}
