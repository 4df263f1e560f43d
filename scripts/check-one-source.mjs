// Gates, steps and update rules are written once: this compiles the same files with a lane of four float32, in memory.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import asc from 'assemblyscript/asc';

const KERNELS = 'lib/kernels';
const LANE = `${KERNELS}/lane.ts`;

/** The exports of lane.ts over vectors; exp, sigmoid and tanh only need the right types here. */
const VECTOR_LANE = `
  export type Lane = v128;
  export type Heap = i32;
  export type Offset = i32;
  export type Scalar = f32;
  export const LANES: i32 = 4;
  export function lane(x: f32): v128 { return f32x4.splat(x); }
  export function load(heap: i32, at: i32): v128 { return v128.load(heap + (at << 2)); }
  export function store(heap: i32, at: i32, value: v128): void { v128.store(heap + (at << 2), value); }
  export function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
  export function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }
  export function mul(a: v128, b: v128): v128 { return f32x4.mul(a, b); }
  export function div(a: v128, b: v128): v128 { return f32x4.div(a, b); }
  export function sqrt(a: v128): v128 { return f32x4.sqrt(a); }
  export function max(a: v128, b: v128): v128 { return f32x4.max(a, b); }
  export function isPositive(a: v128): v128 { return v128.and(f32x4.gt(a, lane(0)), lane(1)); }
  export function exp(a: v128): v128 { return add(lane(1), a); }
  export function sigmoid(a: v128): v128 { return div(lane(1), exp(f32x4.neg(a))); }
  export function tanh(a: v128): v128 { return sub(mul(lane(2), sigmoid(mul(lane(2), a))), lane(1)); }
`;

/** What asc reads: lane.ts swapped, and imports without `type`, which AssemblyScript does not know. */
function readFile(name, base) {
  const file = path.posix.join(base, name.replace(/\.ts\.ts$/, '.ts')); // asc appends its own .ts
  if (file === LANE) return VECTOR_LANE;
  if (!existsSync(file)) return null;
  return readFileSync(file, 'utf8').replace(/^import\s[^;'"]*?\sfrom\b/gm, (head) => head.replace(/\btype\s+/g, ''));
}

function filesIn(folder) {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`);
}

const activations = `${KERNELS}/activations.ts`;
const formulas = ['gates', 'steps', 'updates'].flatMap((folder) => filesIn(`${KERNELS}/${folder}`));
const files = existsSync(activations) ? [activations, ...formulas] : formulas;
if (files.length === 0) {
  console.error(`one source: no gates, steps or update rules in ${KERNELS}`);
  process.exit(1);
}

let bytes = 0;
const writeFile = (name, contents) => {
  if (name.endsWith('.wasm')) bytes = contents.length;
};
const options = '--outFile formulas.wasm --runtime stub --enable simd -O3 --noAssert --disableWarning 112';
const { error, stderr } = await asc.main([...files, ...options.split(' ')], { readFile, writeFile });
if (error) {
  console.error(`${stderr}\none source: ${error.message}`);
  process.exit(1);
}
console.log(`one source: ${files.length} files compile as vectors too (${bytes} bytes)`);
