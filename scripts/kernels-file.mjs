// Writes the kernels as a file, for platforms that compile WebAssembly from files only, and the declaration of its
// import.
import { writeFileSync } from 'node:fs';

const { KERNELS_HEX } = await import('../dist/kernels/wasm.generated.js');
writeFileSync('dist/kernels.wasm', Buffer.from(KERNELS_HEX, 'hex'));
const module =
  '/** A WebAssembly.Module, in run times that compile what they import. */\ndeclare const kernels: object;\nexport default kernels;\n';
writeFileSync('dist/kernels.wasm.d.ts', module);
