import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { importChain } from '../../lib/exchange/onnx.ts';
import { tensor } from '../../lib/index.ts';
import type { Tensor } from '../../lib/tensor/tensor.ts';
import { mulberry32 } from '../support/mulberry32.ts';

// breizhn/DTLN (MIT), part 1: LSTM(128), LSTM(128), Dense(257, sigmoid), one frame at a time. record.py wrote the file
// of ONNX Runtime's outputs.
const MODEL = new URL('../../../shared/models/dtln_model_1.onnx', import.meta.url);
const RECORDED = new URL('../golden/onnxruntime/dtln_model_1.json', import.meta.url);
const [BINS, UNITS] = [257, 128];

interface Recorded {
  readonly frames: number;
  readonly every: number;
  readonly seed: number;
  readonly masks: string;
  readonly state: string;
  readonly tolerance: { readonly abs: number };
}

function floats(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}

const present = existsSync(MODEL);
(present ? describe : describe.skip)(`DTLN part 1${present ? '' : ', skipped: ../shared/models is absent'}`, () => {
  it('streams the masks and states of ONNX Runtime, with the states passed in and out', () => {
    const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')) as Recorded;
    const { frames, every, seed, tolerance } = recorded;
    const [masks, last] = [floats(recorded.masks), floats(recorded.state)];
    const stream = importChain(new Uint8Array(readFileSync(MODEL))).stream();
    let state = stream.zeroState();
    const numbers = mulberry32(seed, 1, [frames * (BINS + 1)]);
    let worst = 0;
    for (let frame = 0; frame < frames; frame++) {
      const u = (k: number): number => (numbers.get(frame * (BINS + 1) + k) + 1) / 2;
      const loudness = 10 ** (4 * u(0) - 3);
      const x = tensor([Array.from({ length: BINS }, (_, k) => loudness * u(k + 1) ** 2)]);
      state = stream.copyState(state); // states out of one step and into the next
      const mask = stream.step(x, state);
      if (frame % every !== every - 1) continue;
      const from = Math.floor(frame / every) * BINS;
      for (let k = 0; k < BINS; k++) worst = Math.max(worst, Math.abs(mask.get(0, k) - masks[from + k]!));
    }
    expect(worst).toBeLessThan(tolerance.abs);
    const states = ['lstm1', 'lstm2'].flatMap((name, layer) => {
      const { h, c } = state[name] as Readonly<Record<'h' | 'c', Tensor>>;
      return Array.from({ length: UNITS }, (_, j) => {
        const at = (layer * UNITS + j) * 2;
        const error = (got: number, expected: number) => Math.abs(got - expected) / Math.max(1, Math.abs(expected));
        return Math.max(error(h.get(0, j), last[at]!), error(c.get(0, j), last[at + 1]!)); // some c are near 18
      });
    });
    expect(Math.max(...states)).toBeLessThan(tolerance.abs);
  });
});
