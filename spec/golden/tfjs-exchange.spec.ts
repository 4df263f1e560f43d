import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { fromTfjs, toTfjs } from '../../lib/exchange/tfjs.ts';
import { Tensor } from '../../lib/index.ts';

// Models that TensorFlow.js saved, with its outputs, and the hashes of the files that it read from us afterwards:
// bench/peers/tfjs-exchange.mjs.

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Recorded {
  readonly name: string;
  readonly modelJson: object;
  readonly weights: string;
  readonly x: Numbers;
  readonly y: Numbers;
  readonly sha256: string;
}

const file = new URL('./tfjs/exchange.json', import.meta.url);
const { records } = JSON.parse(readFileSync(file, 'utf8')) as { readonly records: readonly Recorded[] };

const tensorOf = ({ shape, data }: Numbers): Tensor => new Tensor({ data: Float32Array.from(data) }, shape);

/** Largest difference, relative to the largest number above 1, as bench/peers measures it. */
function difference(ours: Tensor, { shape, data }: Numbers): number {
  expect(ours.shape).toEqual(shape);
  const values = Array.from(ours.copy().data);
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return values.reduce((most, value, k) => {
    const d = Math.abs(value - data[k]!) / scale;
    return d <= most ? most : d; // NaN stays
  }, 0);
}

describe('models that TensorFlow.js saved', () => {
  it.each(records.map((record) => [record.name, record] as const))('%s', (_, { modelJson, weights, x, y, sha256 }) => {
    const model = fromTfjs(modelJson, new Uint8Array(Buffer.from(weights, 'base64')));
    const ours = model.predict(tensorOf(x));
    expect(difference(ours, y)).toBeLessThanOrEqual(2e-6); // sums in another order
    const written = toTfjs(model);
    const hash = createHash('sha256').update(written.modelJson).update(written.weights).digest('hex');
    expect(hash).toBe(sha256);
    const copy = fromTfjs(written.modelJson, new Map([[written.path, written.weights]]));
    expect(copy.predict(tensorOf(x))).toEqual(ours);
  });
});
