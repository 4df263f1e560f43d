// Compiles all kernels with wide vectors, and prints the outcome as JSON. The argument is an option of enableWideSimd:
// 'any' compiles them in this process; 'listed' tries it in a child process first, because this version of V8 calls
// itself unknown.
import { KERNEL_NAMES } from '../../dist/kernels/bound-kernels.js';
import { KERNELS_NAME } from '../../dist/kernels/wasm.generated.js';
import { enableWideSimd } from '../../dist/node.js';

const { node, v8 } = process.versions;
Object.defineProperty(process, 'versions', { value: { ...process.versions, v8: 'unknown' } });
const outcome = enableWideSimd({ trust: process.argv[2] });
console.log(JSON.stringify({ v8, node, kernels: KERNELS_NAME, compared: KERNEL_NAMES.length, ...outcome }));
