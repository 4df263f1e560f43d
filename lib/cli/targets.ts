// The formats that `bptt convert` writes.

import type { Content } from '../content/content.ts';
import { toKerasNpz } from '../exchange/keras.ts';
import { writeNpz } from '../exchange/numpy.ts';
import { toOnnx } from '../exchange/onnx.ts';
import { toStateDict } from '../exchange/pytorch.ts';
import { writeSafetensors } from '../exchange/safetensors.ts';
import { toTfjs } from '../exchange/tfjs.ts';
import type { EncoderDecoder } from '../model/encoder-decoder.ts';
import { Sequential } from '../model/sequential.ts';
import { CommandError } from './io.ts';

/** A format that `convert` writes. */
export interface Target {
  /** Its name for the option `--to`. */
  readonly key: string;
  /** In words. */
  readonly name: string;
  /** Endings of names that mean it. */
  readonly endings: readonly string[];
  /** The file, which will have this name; refuses what the format cannot hold. */
  write(content: Content, name: string): Uint8Array | Files;
}

/** A file, others beside it by name, and what else to say. */
export interface Files {
  readonly bytes: Uint8Array;
  readonly beside?: ReadonlyMap<string, Uint8Array>;
  /** What is printed as a result. */
  readonly note?: string;
}

/** The model of a file, for formats that hold whole models. */
function modelOf({ model, refusal }: Content): Sequential | EncoderDecoder {
  if (model !== undefined) return model;
  throw new CommandError(refusal ?? 'the file has arrays, and no model: build it, and load them');
}

function sequentialOf(content: Content): Sequential {
  const model = modelOf(content);
  if (model instanceof Sequential) return model;
  throw new CommandError(`${model.kind} is no Sequential`);
}

const BPTT: Target = {
  key: 'bptt',
  name: 'a model of bptt',
  endings: ['.safetensors', '.bptt'],
  write: (content) => modelOf(content).toBytes(),
};

const SAFETENSORS: Target = {
  key: 'safetensors',
  name: 'arrays in safetensors',
  endings: ['.safetensors'],
  write: ({ arrays }) => writeSafetensors(arrays),
};

const PYTORCH: Target = {
  key: 'pytorch',
  name: 'a state dict of PyTorch in safetensors',
  endings: [],
  write(content) {
    const model = sequentialOf(content);
    const names = model.layers.flatMap((layer, k) =>
      [...layer.parameters].length === 0 ? [] : [[model.layerNames[k]!, layer] as const],
    );
    return writeSafetensors(toStateDict(model, Object.fromEntries(names)), { metadata: { format: 'pt' } });
  },
};

const NPZ: Target = {
  key: 'npz',
  name: 'arrays of NumPy',
  endings: ['.npz'],
  write: ({ arrays }) => writeNpz(arrays),
};

const ONNX: Target = {
  key: 'onnx',
  name: 'ONNX',
  endings: ['.onnx'],
  write: (content) => toOnnx(sequentialOf(content)),
};

const KERAS: Target = {
  key: 'keras',
  name: 'weights for Keras, which the printed program loads',
  endings: [],
  write(content, file) {
    const { npz, python } = toKerasNpz(sequentialOf(content), { file });
    return { bytes: npz, note: python };
  },
};

const TFJS: Target = {
  key: 'tfjs',
  name: 'model.json of TensorFlow.js',
  endings: ['.json'],
  write(content, file) {
    const { modelJson, weights, path } = toTfjs(sequentialOf(content));
    const name = `${file.replace(/\.json$/i, '')}.weights.bin`; // several models may lie in one folder
    const renamed = modelJson.replace(JSON.stringify(path), () => JSON.stringify(name));
    return { bytes: new TextEncoder().encode(renamed), beside: new Map([[name, weights]]) };
  },
};

const TARGETS: readonly Target[] = [BPTT, SAFETENSORS, PYTORCH, NPZ, ONNX, KERAS, TFJS];
const KEYS = TARGETS.map(({ key }) => key).join(', ');

/** Finds the format to write: that of the option `--to`, or else that of the name and the content. */
export function targetOf(path: string, to: string | undefined, content: Content | undefined): Target {
  if (to !== undefined) {
    const target = TARGETS.find(({ key }) => key === to);
    if (target === undefined) throw new CommandError(`--to ${to}: it must be one of ${KEYS}`);
    return target;
  }
  const named = TARGETS.filter(({ endings }) => endings.some((ending) => path.toLowerCase().endsWith(ending)));
  const found = named.find((target) => target !== BPTT || content?.model !== undefined) ?? named[0];
  if (found !== undefined) return found;
  throw new CommandError(`${path}: the name does not tell a format that bptt writes; --to takes ${KEYS}`);
}
