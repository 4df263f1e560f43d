// Writes the kernels as a file, for platforms that compile WebAssembly only from files, and the declaration of its
// import.
import { writeFileSync } from 'node:fs';

const { kernelsCode } = await import('../dist/kernels/simd.js');
writeFileSync('dist/kernels.wasm', kernelsCode());
const module =
  '/** A WebAssembly.Module, in run times that compile what they import. */\ndeclare const kernels: object;\nexport default kernels;\n';
writeFileSync('dist/kernels.wasm.d.ts', module);
