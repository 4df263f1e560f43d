// The fast Fourier transform.

/**
 * Makes the transform of as many samples as there are cosines, a power of two.
 *
 * @param {ArrayLike<number>} cosines - cos(2π·n/size) for n from 0 to size − 1
 * @returns `reversed`, the order in which it reads the samples, and `transform(re, im)`, in place
 */
export function makeFourier(cosines) {
  const size = cosines.length;
  /** The bits of each index reversed. */
  const reversed = Uint16Array.from({ length: size }, (_, n) => {
    let [from, to] = [n, 0];
    for (let bit = 1; bit < size; bit *= 2, from >>= 1) to = 2 * to + (from & 1);
    return to;
  });
  /** Cooley and Tukey 1965. */
  function transform(re, im) {
    for (let half = 1; half < size; half *= 2) {
      const turn = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const c = cosines[k * turn]; // c + i·s = e^(−2πi·k/(2·half))
          const s = -cosines[(k * turn + (3 * size) / 4) % size];
          const a = start + k;
          const b = a + half;
          const x = re[b] * c - im[b] * s;
          const y = re[b] * s + im[b] * c;
          re[b] = re[a] - x;
          im[b] = im[a] - y;
          re[a] += x;
          im[a] += y;
        }
      }
    }
  }
  return { reversed, transform };
}
