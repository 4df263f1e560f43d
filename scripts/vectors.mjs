// Enables wide vectors for a program of this repository, unless its command line has --narrow, and prints which vectors
// it uses. Programs import this file first, before any computation.
import { backend } from 'bptt';
import { enableWideSimd } from 'bptt/node';

const narrow = process.argv.includes('--narrow');
const { enabled, reason } = narrow ? { enabled: false, reason: '--narrow' } : enableWideSimd();
console.log(
  enabled ? 'Vectors: 256 bits.' : `Vectors: ${backend().name === 'simd' ? '128 bits' : 'none'} (${reason}).`,
);
