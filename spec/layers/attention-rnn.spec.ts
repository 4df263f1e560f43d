import { describe, expect, it } from '@jest/globals';
import {
  Attention,
  AttentionRNN,
  Dense,
  Embedding,
  EncoderDecoder,
  GRU,
  LSTM,
  Network,
  randomNormal,
  SimpleRNN,
  Tensor,
  zeros,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';
import { assertPairGradients } from '../support/pair-gradients.ts';

const dtype = 'float64';
const masks = { source: { lengths: [3, 6, 1, 2] }, target: { lengths: [5, 1, 3, 2] } };

describe('AttentionRNN', () => {
  const layer = (options: object = {}) => new LSTM({ units: 3, returnSequences: true, ...options });
  const around = (options: object = {}, output: 'concat' | 'state' = 'concat') => {
    const decoder = new AttentionRNN({
      layer: layer({ trainInitialState: true, ...options }),
      attention: new Attention({ score: 'general' }),
      output,
    });
    return new EncoderDecoder({
      encoder: [layer()],
      decoder: [decoder, new Dense({ units: 2 })],
      passState: false,
      dtype,
    });
  };

  it('equals the recurrent layer over the input and the context, where there is only one to attend to', () => {
    const model = around({ projectionSize: 2, seed: 4 }, 'state');
    const [source, target] = [randomNormal([2, 1, 3], { seed: 1, dtype }), randomNormal([2, 4, 2], { seed: 2, dtype })];
    const y = model.forward(source, target);
    const decoder = new Network([layer({ projectionSize: 2, trainInitialState: true }), new Dense({ units: 2 })], {
      dtype,
    });
    const encoder = new Network([layer()], { dtype }).build(3);
    decoder.build(5);
    const at = (name: string) => model.parameters.get(name).value;
    for (const p of encoder.parameters) p.assign(at(`encoder.${p.name}`));
    for (const p of decoder.parameters) {
      p.assign(at(`decoder.${p.name.startsWith('lstm1') ? 'attentionRNN1.' : ''}${p.name}`));
    }
    const context = encoder.forward(source);
    const read = zeros([2, 4, 5], { dtype });
    for (let b = 0; b < 2; b++) {
      for (let t = 0; t < 4; t++) {
        for (let i = 0; i < 2; i++) read.set(b, t, i, t === 0 ? 0 : target.get(b, t - 1, i)); // teacher forcing
        for (let i = 0; i < 3; i++) read.set(b, t, 2 + i, context.get(b, 0, i));
      }
    }
    expectBits(y, decoder.forward(read));
  });

  it('has the gradients of finite differences with an LSTM, trained initial states and dropout', () => {
    const model = around({ dropout: 0.3, recurrentDropout: 0.2, zoneout: 0.1 });
    const [source, target] = [randomNormal([4, 6, 3], { seed: 1, dtype }), randomNormal([4, 5, 2], { seed: 2, dtype })];
    model.forward(source, target);
    assertPairGradients(model, source, target, masks);
  });

  it('drops other elements at each time step, if asked to', () => {
    const recurrent = new SimpleRNN({ units: 4, returnSequences: true, dropout: 0.5, dropoutPer: 'step' });
    const decoder = new AttentionRNN({ layer: recurrent, attention: new Attention(), output: 'state' });
    const encoder = [new SimpleRNN({ units: 4, returnSequences: true })];
    const model = new EncoderDecoder({ encoder, decoder: [decoder, new Dense({ units: 2 })], start: [1, 1] }).build(3);
    model.parameters.get('decoder.attentionRNN1.simpleRNN1.recurrentKernel').assign(zeros([4, 4]));
    const target = new Tensor({ data: new Float32Array(12).fill(1) }, [1, 6, 2]);
    const y = model.forward(randomNormal([1, 1, 3], { seed: 1 }), target); // one context, no recurrence: only masks differ
    const steps = Array.from({ length: 6 }, (_, t) => y.get(0, t, 0));
    expect(new Set(steps).size).toBeGreaterThan(3);
  });

  it('decodes with a beam of any width what it decodes greedily', () => {
    const gru = () => new GRU({ units: 4, returnSequences: true });
    const decoder = new AttentionRNN({ layer: gru(), attention: new Attention({ score: 'additive' }) });
    const model = new EncoderDecoder({
      encoder: [gru()],
      decoder: [new Embedding({ inputDim: 5, outputDim: 3 }), decoder, new Dense({ units: 5 })],
      seed: 2,
    });
    const source = randomNormal([3, 6, 2], { seed: 1 });
    const greedy = model.generate(source, { steps: 4, source: { lengths: [6, 2, 4] } });
    const beams = model.generate(source, { steps: 4, strategy: 'beam', beamWidth: 1, source: { lengths: [6, 2, 4] } });
    expect(beams).toEqual(greedy);
    const wide = model.generate(source, { steps: 4, strategy: 'beam', beamWidth: 3, source: { lengths: [6, 2, 4] } });
    for (const [row, length] of [6, 2, 4].entries()) {
      const alone = model.generate(source.lo(row).hi(1, length), { steps: 4, strategy: 'beam', beamWidth: 3 });
      expect(wide[row]!.map(({ tokens, logProbability }) => [tokens, logProbability])).toEqual(
        alone[0]!.map(({ tokens, logProbability }) => [tokens, logProbability]),
      );
    }
  });

  it('refuses layers that do not fit', () => {
    const attention = () => new Attention();
    const wrong = (options: object) => () => new AttentionRNN({ layer: layer(), attention: attention(), ...options });
    expect(wrong({ layer: new Dense({ units: 2 }) })).toThrow('"layer" must be a recurrent layer');
    expect(wrong({ layer: new LSTM({ units: 2 }) })).toThrow('"layer" must have returnSequences: true');
    expect(wrong({ layer: layer({ goBackwards: true }) })).toThrow('read forwards');
    expect(wrong({ layer: layer({ stateful: true }) })).toThrow('not be stateful');
    expect(wrong({ attention: layer() })).toThrow('"attention" must be attention');
    const used = layer();
    new Network([used]);
    expect(wrong({ layer: used })).toThrow('"layer" must be new');
    expect(() => new Network([wrong({})()]).build(3)).toThrow('part of the decoder');
  });
});
