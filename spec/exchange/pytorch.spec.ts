import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  type ForeignArray,
  type ForeignArrays,
  loadStateDict,
  type StateDictNames,
  toStateDict,
} from '../../lib/exchange/pytorch.ts';
import { readSafetensors, writeSafetensors } from '../../lib/exchange/safetensors.ts';
import {
  Bidirectional,
  Conv1D,
  Dense,
  Embedding,
  EncoderDecoder,
  GRU,
  GRUCell,
  type Layer,
  LayerNormalization,
  LSTM,
  LSTMCell,
  MGU,
  Network,
  Residual,
  randomNormal,
  recurrentStack,
  Sequential,
  SimpleRNN,
} from '../../lib/index.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';

const sequences = { returnSequences: true } as const;

/** A random net of layers that PyTorch has, with the names of its modules. */
const nets = fc
  .record({
    kind: fc.constantFrom('LSTM', 'GRU', 'SimpleRNN' as const),
    units: fc.constantFrom(1, 3, 5),
    layers: fc.integer({ min: 1, max: 3 }),
    bidirectional: fc.boolean(),
    useBias: fc.boolean(),
    projection: fc.boolean(),
    norm: fc.constantFrom('none', 'both', 'scale', 'center' as const),
    conv: fc.boolean(),
    dtype: fc.constantFrom('float32', 'float64' as const),
    seed: fc.nat(1000),
  })
  .map(({ kind, units, layers, bidirectional, useBias, projection, norm, conv, dtype, seed }) => ({
    about: { kind, units, layers, bidirectional, useBias, projection, norm, conv, dtype, seed },
    make: (): Network => {
      const options = { units, useBias, ...sequences };
      const one = (): LSTM | GRU | SimpleRNN => {
        if (kind === 'GRU') return new GRU({ ...options, resetAfter: true });
        if (kind === 'SimpleRNN') return new SimpleRNN({ ...options, activation: 'relu' });
        return new LSTM({ ...options, ...(projection && { projectionSize: Math.max(1, units - 2) }) });
      };
      const stack = recurrentStack<Layer>(
        layers,
        () => (bidirectional ? new Bidirectional({ layers: [one(), one()] }) : one()),
        sequences,
      );
      const parts: Layer[] = [
        new Embedding({ inputDim: 7, outputDim: 4 }),
        ...(conv ? [new Conv1D({ filters: 3, kernelSize: 2, padding: 'causal' as const, useBias })] : []),
        ...(norm === 'none' ? [] : [new LayerNormalization({ scale: norm !== 'center', center: norm !== 'scale' })]),
        ...stack,
        new Dense({ units: 2, useBias }),
      ];
      const network = new Network(parts, { dtype, seed }).build();
      for (const [k, { value }] of [...network.parameters].entries()) {
        value.data.set(randomNormal([value.size], { seed: seed + k, dtype }).data, value.offset); // biases too
      }
      return network;
    },
    names: (network: Network): StateDictNames => {
      const named = (kind: string): Layer[] => network.layers.filter((layer) => layer.kind === kind);
      const recurrent = network.layers.filter((layer) => 'cell' in layer || layer.kind === 'Bidirectional');
      const optional = { conv: named('Conv1D'), norm: named('LayerNormalization') };
      const found = Object.entries(optional).filter(([, list]) => list.length > 0);
      return { emb: named('Embedding'), ...Object.fromEntries(found), 'a.rnn': recurrent, 'fc.0': named('Dense') };
    },
  }));

const values = (network: Network | Sequential): readonly unknown[] =>
  [...network.parameters].map(({ value }) => value.toArray());
const zeroed = (network: Network): Network => {
  for (const { value } of network.parameters) value.data.fill(7, value.offset, value.offset + value.size);
  return network;
};

describe('a state dict', () => {
  test.prop([nets])('brings back every parameter, bit by bit, through a safetensors file', ({ make, names }) => {
    const network = make();
    const bytes = writeSafetensors(toStateDict(network, names(network)));
    const copy = zeroed(make());
    loadStateDict(copy, readSafetensors(bytes).arrays, names(copy));
    expect(values(copy)).toEqual(values(network));
  });

  test.prop([nets, fc.nat(), fc.nat()])(
    'is refused with an array less, more, or of another shape; then nothing changes',
    ({ make, names }, at, how) => {
      const network = make();
      const arrays = new Map(toStateDict(network, names(network)));
      const name = [...arrays.keys()][at % arrays.size]!;
      const { shape, dtype, data } = arrays.get(name)!;
      if (how % 3 === 0) arrays.delete(name);
      else if (how % 3 === 1) arrays.set(`${name}2`, { shape, dtype, data });
      else arrays.set(name, { shape: [1, ...shape], dtype, data });
      const before = values(network);
      expect(() => loadStateDict(network, arrays, names(network))).toThrow(name);
      expect(values(network)).toEqual(before);
    },
  );
});

const build = <L extends Layer>(layer: L, inputSize = 3): L => layer.build(inputSize);
const numbers = (array: ForeignArray | undefined): number[] => Array.from(array!.data as Float32Array);

describe('what PyTorch has', () => {
  it('comes in its order and with its signs', () => {
    const layer = build(new GRU({ units: 1, resetAfter: true }), 1);
    const set = (name: string, list: number[]): void =>
      layer.parameters
        .get(name)
        .assign(new Tensor({ data: Float32Array.from(list) }, layer.parameters.get(name).value.shape));
    set('kernel', [1, 2, 3]); // reset, update, candidate
    set('recurrentKernel', [4, 5, 6]);
    set('bias', [7, 8, 9]);
    set('recurrentBias', [10]);
    const arrays = toStateDict(layer, { '': layer });
    expect(Object.fromEntries([...arrays].map(([name, array]) => [name, numbers(array)]))).toEqual({
      weight_ih_l0: [1, -2, 3],
      weight_hh_l0: [4, -5, 6],
      bias_ih_l0: [7, -8, 9],
      bias_hh_l0: [0, -0, 10].map((v) => v + 0),
    });
  });

  it('has matrices transposed, and the axes of a convolution reversed', () => {
    const conv = build(new Conv1D({ filters: 2, kernelSize: 2 }), 3);
    const kernel = conv.parameters.get('kernel').value; // [k, I, F]
    const weight = toStateDict(conv, { conv }).get('conv.weight')!;
    expect(weight.shape).toEqual([2, 3, 2]);
    const at = (f: number, i: number, k: number): number => Number(weight.data[(f * 3 + i) * 2 + k]);
    for (let f = 0; f < 2; f++)
      for (let i = 0; i < 3; i++) for (let k = 0; k < 2; k++) expect(at(f, i, k)).toBe(kernel.get(k, i, f));
    const dense = build(new Dense({ units: 2 }));
    expect(toStateDict(dense, { fc: dense }).get('fc.weight')!.data[1]).toBe(
      dense.parameters.get('kernel').value.get(1, 0),
    );
  });

  it('of a cell has no number of its layer, and loads into a layer too', () => {
    const cell = new LSTMCell({ units: 2 }).build(3);
    const arrays = toStateDict(cell, { cell });
    expect([...arrays.keys()]).toEqual(['cell.weight_ih', 'cell.weight_hh', 'cell.bias_ih', 'cell.bias_hh']);
    const layer = build(new LSTM({ units: 2 }));
    loadStateDict(layer, arrays, { cell: layer });
    expect(layer.parameters.get('kernel').value.toArray()).toEqual(cell.parameters.get('kernel').value.toArray());
  });

  it('finds the layers of an encoder-decoder and of layers within layers', () => {
    const model = new EncoderDecoder({
      encoder: [new GRU({ units: 2, resetAfter: true })],
      decoder: [new GRU({ units: 2, resetAfter: true, ...sequences }), new Dense({ units: 3 })],
      inputSize: 3,
    }).build();
    const names = { enc: 'encoder.gru1', dec: 'decoder.gru1', out: 'decoder.dense1' };
    expect(toStateDict(model, names).size).toBe(10);
    const residual = new Network([new Residual({ layers: [new Dense({ units: 3 })] })], { inputSize: 3 }).build();
    const path = residual.parameters.names[0]!.replace('.kernel', '');
    expect([...toStateDict(residual, { fc: path }).keys()]).toEqual(['fc.weight', 'fc.bias']);
  });

  it('sets initial states to zeros, and writes none', () => {
    const layer = build(new GRU({ units: 2, resetAfter: true, trainInitialState: true }));
    const arrays = toStateDict(layer, { gru: layer });
    layer.parameters.get('initialH').value.set(0, 5);
    expect(() => toStateDict(layer, { gru: layer })).toThrow(
      'toStateDict: "GRU" must have zeros in initialH, as PyTorch\'s modules have no initial state; received 5',
    );
    loadStateDict(layer, arrays, { gru: layer });
    expect(layer.parameters.get('initialH').value.toArray()).toEqual([0, 0]);
  });
});

describe('refusals', () => {
  const lstm = toStateDict(...((layer) => [layer, { rnn: layer }] as const)(build(new LSTM({ units: 2 }))));
  const load =
    (layer: Layer, arrays: ForeignArrays = lstm) =>
    (): void =>
      loadStateDict(build(layer), arrays, { rnn: layer });
  const without = (...names: string[]): ForeignArrays => new Map([...lstm].filter(([name]) => !names.includes(name)));
  const both = new Bidirectional({ layers: [new LSTM({ units: 2 }), new LSTM({ units: 2 })] });
  const bidirectional = toStateDict(build(both), { rnn: both });

  it.each<readonly [string, () => void, string]>([
    [
      'a GRU with the reset gate before',
      load(new GRU({ units: 2 })),
      '"GRU" must compute what PyTorch\'s GRUCell does: resetAfter: true; the two forms cannot be converted; received false',
    ],
    [
      'another activation',
      load(new LSTM({ units: 2, activation: 'softsign' })),
      '"LSTM" must compute what PyTorch\'s LSTMCell does: activation \'tanh\'; received "softsign"',
    ],
    [
      'a hard sigmoid',
      load(new LSTM({ units: 2, recurrentActivation: 'hardSigmoidFifth' })),
      'recurrentActivation \'sigmoid\'; received "hardSigmoidFifth"',
    ],
    [
      'another output activation',
      load(new LSTM({ units: 2, outputActivation: 'linear' })),
      'outputActivation \'tanh\'; received "linear"',
    ],
    ['clipped pre-activations', load(new LSTM({ units: 2, clip: 3 })), 'no clip; received 3'],
    ['peepholes', load(new LSTM({ units: 2, peepholes: true })), 'no peepholes; received true'],
    [
      'zoneout',
      load(new LSTM({ units: 2, zoneout: 0.1 })),
      'have no zoneout, which also changes states in predictions; received 0.1',
    ],
    ['a coupled gate', load(new LSTM({ units: 2, coupledGate: 'forget' })), 'no coupledGate; received "forget"'],
    [
      'an RNN with sigmoid',
      load(new SimpleRNN({ units: 2, activation: 'sigmoid' })),
      "activation 'tanh' or 'relu'; received \"sigmoid\"",
    ],
    [
      'an MGU',
      load(new MGU({ units: 2 })),
      '"MGU" must have one of the cells LSTMCell, GRUCell, SimpleRNNCell, which PyTorch has too; received "MGUCell"',
    ],
    [
      'a layer that reads backwards',
      load(new LSTM({ units: 2, goBackwards: true })),
      '"LSTM" must read forwards, as a module with one direction does; or name its cell instead of it; received "goBackwards: true"',
    ],
    [
      'a sum of directions',
      load(new Bidirectional({ layers: [new LSTM({ units: 2 }), new LSTM({ units: 2 })], mergeMode: 'sum' })),
      'must have mergeMode \'concat\', as PyTorch; received "sum"',
    ],
    [
      'a layer of layers',
      load(new Residual({ layers: [new Dense({ units: 3 })] })),
      '"Residual" must have a counterpart in PyTorch: recurrent layers, Dense, Conv1D, Embedding, LayerNormalization; received "Residual". Of a layer that is made of layers, name those',
    ],
    [
      'a bias that is not there',
      load(new LSTM({ units: 2 }), without('rnn.bias_ih_l0', 'rnn.bias_hh_l0')),
      '"rnn.bias_ih_l0" must contain the bias of LSTM; received no array of this name. If the module has none, build LSTM with useBias: false',
    ],
    [
      'one bias of two',
      load(new LSTM({ units: 2 }), without('rnn.bias_hh_l0')),
      '"rnn.bias_hh_l0" must contain the recurrentBias of LSTM',
    ],
    [
      'a bias too many',
      load(new LSTM({ units: 2, useBias: false })),
      '"rnn.bias_ih_l0" must be absent, as LSTM has no bias; received an array. Build LSTM with useBias: true',
    ],
    [
      'a projection that is not there',
      load(new LSTM({ units: 2, projectionSize: 2 })),
      '"rnn.weight_hr_l0" must contain the projection of LSTM; received no array of this name. If the module has none, build LSTM with no projectionSize',
    ],
    [
      'a second direction',
      load(new LSTM({ units: 2 }), bidirectional),
      '"rnn.weight_ih_l0_reverse" must be absent, as LSTM has one direction; received an array. Build it as a Bidirectional of two layers',
    ],
    [
      'a direction that is not there',
      load(new Bidirectional({ layers: [new LSTM({ units: 2 }), new LSTM({ units: 2 })] })),
      '"rnn.weight_ih_l0_reverse" must contain this array; received none of this name. The file has rnn.weight_ih_l0',
    ],
    [
      'float64 in a model of float32',
      load(
        new LSTM({ units: 2 }),
        new Map([...lstm, ['rnn.bias_ih_l0', { shape: [8], dtype: 'float64', data: new Float64Array(8).fill(0.1) }]]),
      ),
      '"rnn.bias_ih_l0" must hold numbers that float32 holds exactly; received 0.1 of float64 at element 0',
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it('names the layers that have no module, and modules that have no layer', () => {
    const model = new Sequential([new LSTM({ units: 2 }), new Dense({ units: 1 })], { inputSize: 3 }).build();
    const names = { rnn: 'lstm1', fc: 'dense1' };
    const arrays = toStateDict(model, names);
    const partly = { rnn: 'lstm1' };
    expect(() => loadStateDict(model, arrays, partly)).toThrow(
      'loadStateDict: "names" must name a module for each parameter of the model; received none for dense1.kernel, dense1.bias. ' +
        'To take a part of a model only, give that layer instead of the model',
    );
    expect(() => loadStateDict(model.layers[0], arrays, { rnn: model.layers[0] })).toThrow(
      'loadStateDict: "arrays" must contain only arrays that the model has a use for; received fc.weight, fc.bias. ' +
        "Name the layers of their modules, or leave them out with null: { 'path': null }",
    );
    loadStateDict(model.layers[0], arrays, { rnn: model.layers[0], fc: null });
    expect(() => loadStateDict(model, arrays, { ...names, rnn: 'lstm2' })).toThrow('Did you mean lstm1?');
    expect(() => toStateDict(model, { ...names, again: 'lstm1' })).toThrow(
      '"names" must name each layer once; received "a layer twice"',
    );
    expect(() => toStateDict(new GRUCell({ units: 1 }), {})).toThrow(
      '"model" must have parameters; received a model that is not built. Give the option inputSize and call build()',
    );
  });

  it('refuses a projection of a cell, which PyTorch has in layers only', () => {
    const layer = build(new LSTM({ units: 3, projectionSize: 2 }));
    expect(() => toStateDict(layer, { rnn: layer.cell })).toThrow(
      "must have no projectionSize, as PyTorch's LSTMCell; name its layer instead of the cell",
    );
  });
});
