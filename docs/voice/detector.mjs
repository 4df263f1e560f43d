// Detects speech in sound as it arrives: features of each frame, and one step of a trained net.
import { Network, Tensor } from 'bptt';
import { BANDS, Features } from './features.mjs';

/** The features as the net reads them: about from −1 to 1. */
export const scaled = (band) => band / 8;

/** Detects speech in one sound. It allocates nothing after its construction. */
export class Detector {
  /** Whether the last frame holds speech, from 0 to 1. */
  probability = 0;
  #features = new Features();
  #x = new Float32Array(BANDS);
  #input = new Tensor({ data: this.#x }, [1, BANDS]);
  #stream;
  #state;

  /** @param {Uint8Array} bytes - docs/voice/voice.safetensors */
  constructor(bytes) {
    this.#stream = Network.fromBytes(bytes).stream();
    this.#state = this.#stream.zeroState();
  }

  /** log₂ of the energy of each band in the last frame. */
  get bands() {
    return this.#features.bands;
  }

  /** Takes a sample. Returns whether a frame has ended with it. */
  push(sample) {
    if (!this.#features.push(sample)) return false;
    const { bands } = this.#features;
    for (let band = 0; band < BANDS; band++) this.#x[band] = scaled(bands[band]);
    this.probability = this.#stream.step(this.#input, this.#state).get(0, 0);
    return true;
  }
}

/** Bands and probability of each frame of a sound: [T·(BANDS + 1)]. */
export function detect(bytes, samples) {
  const detector = new Detector(bytes);
  const all = [];
  for (const sample of samples) if (detector.push(sample)) all.push(...detector.bands, detector.probability);
  return Float32Array.from(all);
}
