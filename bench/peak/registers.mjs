// The loop that measures the peak: multiply-adds in registers, without memory access and fusion.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withFlags } from '../../dist/kernels/wide-flags.js';

const ASC = path.join(createRequire(import.meta.url).resolve('assemblyscript/package.json'), '../bin/asc.js');
/** Bytes of a vector of WebAssembly. */
const VECTOR = 16;
/**
 * Number of independent chains c = c·half + half. A multiplication and the addition after it take six cycles on Zen 5,
 * and two of each start in a cycle, so twelve chains can only just keep the units busy. V8 allocates fifteen of the
 * sixteen registers of x86-64: fourteen chains and the constant.
 */
export const CHAINS = 14;
/**
 * The loop in AssemblyScript. The chains come from memory and return to it: V8 packs pairs of vectors into 256 bits if
 * it finds adjacent stores with a common base, which has to be a variable. The constant is an argument, because newer
 * versions of V8 rebuild a literal vector at every use. The loop is not unrolled: with several rounds per iteration V8
 * orders the instructions worse, and reads 5 to 10 % less. With c = half all chains tend to 1.
 */
function source(vectors) {
  const lines = (write) => Array.from({ length: vectors }, (_, k) => write(`c${k}`, k * VECTOR)).join('\n');
  return `export function multiplyAdd(base: usize, turns: i32, half: f32): void {
    const h = f32x4.splat(half);
    ${lines((c, at) => `let ${c} = v128.load(base, ${at});`)}
    do {
      ${lines((c) => `${c} = f32x4.add(f32x4.mul(${c}, h), h);`)}
    } while (--turns);
    ${lines((c, at) => `v128.store(base, ${c}, ${at});`)}
  }`;
}

/** Compiles in another process, so that the flags for wide vectors do not apply to the compiler, which is wasm, too. */
function compile(vectors) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bptt-peak-'));
  try {
    writeFileSync(path.join(folder, 'registers.ts'), source(vectors));
    const options = '--outFile registers.wasm --runtime stub --initialMemory 1 --enable simd -O3 --noAssert';
    execFileSync(process.execPath, [ASC, 'registers.ts', ...options.split(' ')], { cwd: folder, stdio: 'pipe' });
    return readFileSync(path.join(folder, 'registers.wasm'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns the loop for vectors of 128 or 256 bits: a function of the number of turns. */
export function registerLoop(bits) {
  const code = compile((CHAINS * bits) / (8 * VECTOR));
  const load = () => new WebAssembly.Module(code);
  const { exports } = new WebAssembly.Instance(bits === 256 ? withFlags(process, load) : load());
  return (turns) => exports.multiplyAdd(0, turns, 0.5);
}
