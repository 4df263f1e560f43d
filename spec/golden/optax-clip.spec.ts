import {
  adaptiveClipping,
  type Clipping,
  clipByNorm,
  clipGradients,
  Parameters,
  type Tensor,
} from '../../lib/index.ts';
import { assign } from '../../lib/tensor/ndarray-like.ts';
import { describeGolden, type GoldenCase, type GoldenFile } from '../support/golden.ts';

type Arrays = Readonly<Record<'W' | 'b' | 'U', Tensor>>;

interface Case extends GoldenCase {
  readonly call: string;
  readonly gradients: string;
  readonly params: 'params' | 'params_with_zeros';
  readonly clipped: Arrays;
}
interface File extends GoldenFile<Case> {
  readonly params: Arrays;
  readonly params_with_zeros: Arrays;
  readonly gradients: Readonly<Record<string, Arrays>>;
}

/** Our clipping for optax's, by the first words of the name of the case. */
const CLIPPINGS: Readonly<Record<string, Clipping>> = {
  'global_norm_1.0': { globalNorm: 1 },
  'global_norm_0.3': { globalNorm: 0.3 },
  'value_0.5': { value: 0.5 },
  'agc_0.02_zeros': adaptiveClipping(0.02, { epsilon: 1e-2 }),
  'agc_0.1': adaptiveClipping(0.1),
};

const of = ({ name }: Case): Clipping | undefined => {
  const kind = Object.keys(CLIPPINGS).find((each) => name.startsWith(each));
  return kind === undefined ? undefined : CLIPPINGS[kind];
};

describeGolden<Case, File>(
  'optax/clip.json',
  {
    covers: 'clip, clip_by_global_norm, clip_by_block_rms, adaptive_grad_clip; normal, small, huge and zero gradients',
    run: 40,
  },
  (each) => {
    each(
      (c, check, dtype, file) => {
        const rows = c.name.includes('axis1'); // as units, where ours are columns
        const turned = (t: Tensor): Tensor => (rows && t.shape.length === 2 ? t.T.copy() : t);
        const turnedAll = (all: Arrays): Arrays => ({ W: turned(all.W), U: turned(all.U), b: all.b });
        const parameters = Parameters.of(turnedAll(file[c.params]), { dtype });
        const gradients = turnedAll(file.gradients[c.gradients]!);
        const limit = Number(/block_rms_([\d.]+)/.exec(c.name)?.[1]);
        for (const { name, gradient } of parameters) assign(gradient, gradients[name as 'W']);
        if (limit > 0) {
          for (const { name, gradient, size } of parameters) {
            check(name, clipByNorm(gradient, limit * Math.sqrt(size)), c.clipped[name as 'W']);
          }
          return;
        }
        clipGradients(parameters, of(c)!);
        for (const { name, gradient } of parameters) check(name, gradient, turned(c.clipped[name as 'W']!));
      },
      ['float64'],
    );
  },
);
