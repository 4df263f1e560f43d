import { describe, expect, it } from '@jest/globals';
import type { Layer } from '../../lib/index.ts';
import {
  Activation,
  Attention,
  AttentionRNN,
  Bidirectional,
  Conv1D,
  Dense,
  Dropout,
  Embedding,
  EncoderDecoder,
  GRU,
  Graph,
  LayerNormalization,
  LSTM,
  LSTMCell,
  Network,
  Parallel,
  RepeatVector,
  Residual,
  RNN,
  recurrentStack,
  Sequential,
  SimpleRNN,
  TimeDistributed,
} from '../../lib/index.ts';

const gru = (units: number): GRU => new GRU({ units, returnSequences: true });

/** A model with the wiring and the sizes of RNNoise. */
function rnnoise(): Sequential {
  const graph = new Graph({
    nodes: {
      dense: { layer: new Dense({ units: 24, activation: 'tanh' }), from: 'input' },
      vad: { layer: gru(24), from: 'dense' },
      vadOut: { layer: new Dense({ units: 1, activation: 'sigmoid' }), from: 'vad' },
      noise: { layer: gru(48), from: ['dense', 'vad', 'input'] },
      denoise: { layer: gru(96), from: ['vad', 'noise', 'input'] },
      gains: { layer: new Dense({ units: 22, activation: 'sigmoid' }), from: 'denoise' },
    },
    outputs: ['gains', 'vadOut'],
  });
  return new Sequential([graph], { inputSize: 42 });
}

const translator = (inputSize?: number): EncoderDecoder =>
  new EncoderDecoder({
    encoder: [new Embedding({ inputDim: 50, outputDim: 6 }), gru(8)],
    decoder: [gru(8), new Attention({ score: 'general' }), new Dense({ units: 2 })],
    ...(inputSize !== undefined && { inputSize }),
  });

const lines = (text: string): string => text.replace(/^\n/, '').replace(/^ {6}/gm, '').trimEnd();

describe('summary', () => {
  it.each<[string, { summary(): string }, string]>([
    [
      'layers in sequence',
      new Sequential([...recurrentStack(2, (o) => new LSTM({ units: 4, ...o })), new Dense({ units: 1 })], {
        inputSize: 3,
        dtype: 'float64',
      }),
      `
      Sequential [B, T, 3] → [B, 1]
        layer   kind   output     parameters  state
        lstm1   LSTM   [B, T, 4]         128  h 4, c 4
        lstm2   LSTM   [B, 4]            144  h 4, c 4
        dense1  Dense  [B, 1]              5
      277 parameters, float64, 2216 bytes`,
    ],
    [
      'a model whose input size is not known',
      new Sequential([new LayerNormalization(), new Conv1D({ filters: 4, kernelSize: 3, padding: 'causal' }), gru(2)]),
      `
      Sequential [B, T, I] → [B, T, 2]
        layer                kind                output     parameters  state
        layerNormalization1  LayerNormalization  [B, T, I]           ?
        conv1D1              Conv1D              [B, T, 4]           ?  x ?
        gru1                 GRU                 [B, T, 2]          42  h 2
      float32, the number of parameters depends on I`,
    ],
    [
      'a model of rows, which has no time steps',
      new Network([new Dense({ units: 4 }), new Activation({ activation: 'relu' }), new Dropout({ rate: 0.5 })], {
        inputSize: 2,
      }),
      `
      Network [B, 2] → [B, 4]
        layer        kind        output  parameters  state
        dense1       Dense       [B, 4]          12
        activation1  Activation  [B, 4]           0
        dropout1     Dropout     [B, 4]           0
      12 parameters, float32, 48 bytes`,
    ],
    [
      'the graph of RNNoise',
      rnnoise(),
      `
      Sequential [B, T, 42] → [B, T, 23]
        layer      kind   output      parameters  state
        graph1     Graph  [B, T, 23]       87503
          dense    Dense  [B, T, 24]        1032
          vad      GRU    [B, T, 24]        3528  h 24
          vadOut   Dense  [B, T, 1]           25
          noise    GRU    [B, T, 48]       20016  h 48
          denoise  GRU    [B, T, 96]       60768  h 96
          gains    Dense  [B, T, 22]        2134
      87503 parameters, float32, 350012 bytes`,
    ],
    [
      'layers in layers in layers',
      new Sequential(
        [
          new Residual({
            layers: [new Network<readonly Layer[]>([new SimpleRNN({ units: 3, returnSequences: true })])],
          }),
          new Parallel({ branches: [[gru(2), new Dense({ units: 1 })], []] }),
          new Bidirectional({ layers: [new LSTM({ units: 2 }), new LSTM({ units: 2 })] }),
        ],
        { inputSize: 3 },
      ),
      `
      Sequential [B, T, 3] → [B, 4]
        layer             kind           output     parameters  state
        residual1         Residual       [B, T, 3]          21
          network1        Network        [B, T, 3]          21
            simpleRNN1    SimpleRNN      [B, T, 3]          21  h 3
        parallel1         Parallel       [B, T, 4]          39
          branch1.gru1    GRU            [B, T, 2]          36  h 2
          branch1.dense1  Dense          [B, T, 1]           3
        bidirectional1    Bidirectional  [B, 4]            112
          forward         LSTM           [B, 2]             56  h 2, c 2
          backward        LSTM           [B, 2]             56  h 2, c 2
      172 parameters, float32, 688 bytes`,
    ],
    [
      'layers that change the time axis',
      new Sequential(
        [
          new GRU({ units: 2 }),
          new RepeatVector({ times: 5 }),
          new TimeDistributed({ layers: [new Dense({ units: 3 })] }),
        ],
        { inputSize: 1 },
      ),
      `
      Sequential [B, T, 1] → [B, 5, 3]
        layer             kind             output     parameters  state
        gru1              GRU              [B, 2]             24  h 2
        repeatVector1     RepeatVector     [B, 5, 2]           0
        timeDistributed1  TimeDistributed  [B, 5, 3]           9
          dense1          Dense            [B, 5, 3]           9
      33 parameters, float32, 132 bytes`,
    ],
    [
      'an encoder and a decoder',
      translator(),
      `
      EncoderDecoder [B, T] → [B, T, 2]
        layer         kind       output      parameters  state
        encoder       Network    [B, T, 8]          660
          embedding1  Embedding  [B, T, 6]          300
          gru1        GRU        [B, T, 8]          360  h 8
        decoder       Network    [B, T, 2]          362
          gru1        GRU        [B, T, 8]          264  h 8
          attention1  Attention  [B, T, 16]          64
          dense1      Dense      [B, T, 2]           34
      1022 parameters, float32, 4088 bytes`,
    ],
    [
      'an encoder whose input size is not known',
      new EncoderDecoder({ encoder: [new GRU({ units: 2 })], decoder: [gru(2)] }),
      `
      EncoderDecoder [B, T, I] → [B, T, 2]
        layer    kind     output     parameters  state
        encoder  Network  [B, 2]              ?
          gru1   GRU      [B, 2]              ?  h 2
        decoder  Network  [B, T, 2]          30
          gru1   GRU      [B, T, 2]          30  h 2
      float32, the number of parameters depends on I`,
    ],
  ])('prints %s', (_, model, text) => {
    expect(model.summary()).toBe(lines(text));
    expect(String(model)).toBe(lines(text));
  });

  it('says which time steps threads do not share', () => {
    class OwnCell extends LSTMCell {}
    const layers = () => [
      gru(2),
      new Bidirectional({
        layers: [
          new RNN({ cell: new OwnCell({ units: 2 }), returnSequences: true }),
          new RNN({ cell: new LSTMCell({ units: 2 }), returnSequences: true }),
        ],
      }),
    ];
    const lines = (options: { readonly threads?: number | 'auto' }) =>
      new Sequential(layers(), { inputSize: 3, ...options }).summary().split('\n').slice(-2);
    expect(lines({ threads: 'auto' })).toEqual([
      'bidirectional1.forward: time steps on one thread, as LSTMCell is a cell of your own',
      '116 parameters, float32, 464 bytes',
    ]);
    expect(lines({ threads: 2 })).toEqual(lines({ threads: 'auto' }));
    expect(lines({ threads: 1 })).toEqual(lines({}));
    expect(lines({}).join()).not.toContain('thread');
  });

  it('is the same before and after parameters are created', () => {
    const models = [rnnoise(), translator()];
    for (const model of models) {
      const before = model.summary();
      expect(model.build().summary()).toBe(before);
    }
  });

  it('counts the elements of all parameters', () => {
    for (const model of [rnnoise().build(), translator().build()]) {
      const { size } = model.parameters;
      expect(model.summary()).toContain(`\n${size} parameters, float32, ${4 * size} bytes`);
    }
  });

  it('prints attention that is in no decoder, with what is not known', () => {
    const attention = (inputSize?: number) => new Attention({ score: 'additive', ...(inputSize && { inputSize }) });
    const before = () => new AttentionRNN({ layer: gru(4), attention: attention() });
    expect(String(attention(3))).toBe('Attention [B, 3] → [B, I]');
    const network = new Network([gru(4), attention(), before()], { inputSize: 3 });
    expect(network.summary().split('\n').at(-1)).toBe('float32, attention needs a decoder');
    expect(network.summary()).toContain('96  h 4');
  });

  it('prints layers that will not fit each other', () => {
    const model = new Sequential([new Residual({ layers: [new Dense({ units: 4 })] })], { inputSize: 3 });
    expect(model.summary()).toContain('16 parameters');
    expect(() => model.build()).toThrow('sum outputs of equal size');
  });
});
