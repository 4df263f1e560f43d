import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readNpz, toTensor, writeNpz } from '../../lib/exchange/numpy.ts';
import { type ForeignArrays, loadStateDict, readPt, toStateDict } from '../../lib/exchange/pytorch.ts';
import { readSafetensors, writeSafetensors } from '../../lib/exchange/safetensors.ts';
import {
  Bidirectional,
  Dense,
  GRU,
  type Layer,
  LayerNormalization,
  LSTM,
  MeanSquaredError,
  randomNormal,
  recurrentStack,
  Sequential,
  SGD,
  SimpleRNN,
  zeros,
} from '../../lib/index.ts';
import { misfit } from '../support/compare.ts';

// Both ways against an installed PyTorch, in float64: outputs, gradients, and the next training step.
const PYTHON = '/usr/bin/python3';
const present = spawnSync(PYTHON, ['-c', 'import numpy, torch']).status === 0;
const SCRIPT = fileURLToPath(new URL('../support/torch_exchange.py', import.meta.url));
const PAGE = readFileSync(new URL('../../docs/from-pytorch.md', import.meta.url), 'utf8');
/** The functions over NumPy that the page shows. */
const ARRAYS = [...PAGE.matchAll(/```py\n([\s\S]*?)```/g)]
  .map(([, code]) => code!)
  .find((code) => code.includes('def save_arrays'))!;

const [I, H, RATE] = [3, 5, 0.5];
const TOLERANCE = { abs: 1e-12, rel: 1e-10 };

interface Case {
  readonly name: string;
  readonly kind: 'LSTM' | 'GRU' | 'RNN';
  readonly options: { readonly [option: string]: number | boolean | string };
  readonly layer: () => LSTM | GRU | SimpleRNN;
  /** Whether PyTorch trains both biases: then their sum changes twice as much. */
  readonly bothBiases?: boolean;
}

const rest = { returnSequences: true, units: H } as const;
const CASES: readonly Case[] = [
  { name: 'LSTM', kind: 'LSTM', options: {}, layer: () => new LSTM(rest) },
  { name: 'LSTM, both biases trained', kind: 'LSTM', options: {}, layer: () => new LSTM(rest), bothBiases: true },
  {
    name: 'LSTM, 2 layers, bidirectional, projection',
    kind: 'LSTM',
    options: { num_layers: 2, bidirectional: true, proj_size: 2 },
    layer: () => new LSTM({ ...rest, projectionSize: 2 }),
  },
  {
    name: 'GRU without bias, 3 layers',
    kind: 'GRU',
    options: { num_layers: 3, bias: false },
    layer: () => new GRU({ ...rest, resetAfter: true, useBias: false }),
  },
  {
    name: 'GRU, bidirectional, both biases trained',
    kind: 'GRU',
    options: { bidirectional: true },
    layer: () => new GRU({ ...rest, resetAfter: true }),
    bothBiases: true,
  },
  { name: 'RNN, tanh, 2 layers', kind: 'RNN', options: { num_layers: 2 }, layer: () => new SimpleRNN(rest) },
  {
    name: 'RNN, relu, bidirectional',
    kind: 'RNN',
    options: { nonlinearity: 'relu', bidirectional: true },
    layer: () => new SimpleRNN({ ...rest, activation: 'relu' }),
  },
];

function modelOf({ options, layer }: Case): Sequential {
  const make = (): Layer =>
    options.bidirectional === true ? new Bidirectional({ layers: [layer(), layer()] }) : layer();
  const stack = recurrentStack(Number(options.num_layers ?? 1), make, { returnSequences: true });
  const model = new Sequential([...stack, new LayerNormalization(), new Dense({ units: 2 })], {
    dtype: 'float64',
    inputSize: I,
  });
  model.build();
  for (const [k, { value }] of [...model.parameters].entries()) {
    value.data.set(
      randomNormal([value.size], { seed: k + 1, dtype: 'float64' }).data.map((v) => v / 2),
      value.offset,
    );
  }
  return model;
}

const namesOf = (model: Sequential) => ({
  rnn: model.layers.slice(0, -2),
  norm: 'layerNormalization1',
  fc: 'dense1',
});

/** Our gradients under PyTorch's names: they transform as the parameters do. */
function gradientsOf(c: Case, model: Sequential): ForeignArrays {
  const copy = modelOf(c);
  for (const { name, gradient } of model.parameters) copy.parameters.get(name).assign(gradient);
  return toStateDict(copy, namesOf(copy));
}

(present ? describe : describe.skip)(`PyTorch${present ? '' : ', skipped: /usr/bin/python3 has no torch'}`, () => {
  it.each(CASES.map((c) => [c.name, c] as const))('%s: outputs, gradients and the next step agree', async (_, c) => {
    const folder = mkdtempSync(join(tmpdir(), 'bptt-torch-'));
    const at = (name: string): string => join(folder, name);
    const model = modelOf(c);
    const names = namesOf(model);
    const x = randomNormal([2, 6, I], { seed: 9, dtype: 'float64' });
    const width = Number(c.options.proj_size ?? H) * (c.options.bidirectional === true ? 2 : 1);
    const spec = {
      kind: c.kind,
      options: { input_size: I, hidden_size: H, ...c.options },
      width,
      rate: RATE,
      freeze: !c.bothBiases && c.kind !== 'GRU',
    };
    writeFileSync(at('arrays.py'), ARRAYS);
    writeFileSync(at('spec.json'), JSON.stringify(spec));
    writeFileSync(
      at('weights.safetensors'),
      writeSafetensors(toStateDict(model, names), { metadata: { format: 'pt' } }),
    );
    writeFileSync(at('inputs.npz'), writeNpz(new Map([['x', x]])));
    execFileSync(PYTHON, [SCRIPT, folder], { stdio: ['ignore', 'ignore', 'inherit'] });

    const outputs = await readNpz(new Uint8Array(readFileSync(at('outputs.npz'))));
    const theirs = (name: string) => toTensor(outputs.get(name)!, { dtype: 'float64' });
    expect(misfit('y', model.predict(x), theirs('y'), TOLERANCE)).toBe('');

    model.compile({ optimizer: new SGD({ learningRate: RATE }), loss: new MeanSquaredError() });
    const { loss } = model.trainStep(x, zeros([2, 6, 2], { dtype: 'float64' }));
    expect(Math.abs(loss - Number(outputs.get('loss')!.data[0]))).toBeLessThan(1e-12);
    const ours = gradientsOf(c, model);
    for (const name of outputs.keys()) {
      if (!name.startsWith('d ') || name.includes('bias_hh')) continue; // its gradient is that of bias_ih
      expect(misfit(name, toTensor(ours.get(name.slice(2))!, { dtype: 'float64' }), theirs(name), TOLERANCE)).toBe('');
    }

    const after = modelOf(c);
    const { arrays, others } = readPt(new Uint8Array(readFileSync(at('after.pt'))), { at: 'model' });
    expect(others.size).toBe(0);
    loadStateDict(after, arrays, namesOf(after));
    expect(Object.fromEntries(readSafetensors(new Uint8Array(readFileSync(at('after.safetensors')))).arrays)).toEqual(
      Object.fromEntries(arrays),
    );
    const before = modelOf(c);
    for (const { name, value, gradient } of model.parameters) {
      const doubled = c.bothBiases && /\bbias$/.test(name) && !/norm|dense/i.test(name);
      const [moved, start] = [after.parameters.get(name).value, before.parameters.get(name).value];
      const units = name.endsWith('.bias') && c.kind === 'GRU' ? 2 * H : Infinity; // not the candidate, which has two biases
      const steps = gradient.copy().data;
      const expected = start.copy();
      expected.data.forEach((w, j) => {
        expected.data[j] = w - RATE * steps[j]! * (doubled && j < units ? 2 : 1);
      });
      expect(misfit(name, moved, expected, TOLERANCE)).toBe('');
      if (!doubled) expect(misfit(name, value, moved, TOLERANCE)).toBe('');
    }
  });
});
