// The entries of bptt/exchange, for specs of everything public.

import * as keras from '../../lib/exchange/keras.ts';
import * as numpy from '../../lib/exchange/numpy.ts';
import * as onnx from '../../lib/exchange/onnx.ts';
import * as pytorch from '../../lib/exchange/pytorch.ts';
import * as safetensors from '../../lib/exchange/safetensors.ts';
import * as tfjs from '../../lib/exchange/tfjs.ts';

/** What each entry exports, by the name that users import. */
export const EXCHANGE = {
  'bptt/exchange/keras': keras,
  'bptt/exchange/numpy': numpy,
  'bptt/exchange/onnx': onnx,
  'bptt/exchange/pytorch': pytorch,
  'bptt/exchange/safetensors': safetensors,
  'bptt/exchange/tfjs': tfjs,
} as const;

/** All of them; several entries export the same functions. */
export const EXCHANGED: Readonly<Record<string, unknown>> = Object.assign({}, ...Object.values(EXCHANGE));
