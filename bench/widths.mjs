// The widths of vectors that a benchmark measures. With wide vectors enabled, it measures narrow ones beside them.
import { backend } from 'bptt';
import { requireBackend, setDefaultBackend } from '../dist/kernels/backend.js';

/** Bits of the vectors of each backend. */
const BITS = { simd: 128, wide: 256 };

/** Bits of the vectors of the default kernels. */
export const currentBits = () => BITS[backend().name];

/** The widths to measure, narrow first, each with the function that makes its kernels the default. */
export function widths() {
  const names = backend().name === 'wide' ? ['simd', 'wide'] : ['simd'];
  return names.map((name) => {
    const kernels = requireBackend('bench', name);
    return { bits: BITS[name], use: () => setDefaultBackend(kernels) };
  });
}
