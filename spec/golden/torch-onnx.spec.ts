import { importChain } from '../../lib/exchange/onnx.ts';
import type { Conv1D } from '../../lib/layers/conv1d.ts';
import { type Check, describeGolden, type GoldenCase } from '../support/golden.ts';
import type { Arrays } from '../support/peer-weights.ts';

interface Case extends GoldenCase {
  readonly base64: string;
  /** The axes of the input as [B, T, features]. */
  readonly axes: readonly number[];
  readonly inputs: Arrays;
  readonly expected: Arrays;
}

describeGolden<Case>(
  'torch-onnx/cases.json',
  {
    covers: 'exports of PyTorch: convolutions over time, with features in the middle, and layer normalization',
    run: 4,
  },
  (each) =>
    each(({ base64, axes, inputs, expected, name }: Case, check: Check, dtype) => {
      const model = importChain(new Uint8Array(Buffer.from(base64, 'base64')), { dtype });
      check('y', model.predict(inputs.x!.transpose(...axes)), expected.y!);
      const convolution = model.layers.find(({ kind }) => kind === 'Conv1D') as Conv1D;
      const padding = name.endsWith('same') ? 'same' : 'valid';
      if (convolution.padding !== padding) throw new Error(`padding is ${convolution.padding}`);
    }),
);
