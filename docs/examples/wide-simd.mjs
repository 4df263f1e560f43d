// Enables wide vectors before any computation. If they are not available, the program uses 128-bit vectors.
import { backend, LSTM, randomNormal } from 'bptt';
import { enableWideSimd } from 'bptt/node';

const { enabled, reason } = enableWideSimd();
console.log(enabled ? 'wide vectors:' : 'no wide vectors:', reason);

const y = new LSTM({ units: 64 }).forward(randomNormal([2, 80, 100], { seed: 1 }));
console.log('output', y.shape);

export const result = { enabled, wide: backend().name === 'wide', out: y.shape };
