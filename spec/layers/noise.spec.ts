import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { gradientFlow } from '../../lib/flow/index.ts';
import {
  Adam,
  Bidirectional,
  Dense,
  GRU,
  LayerNormLSTM,
  LSTM,
  MeanSquaredError,
  MGU,
  Network,
  RNN,
  randomNormal,
  Sequential,
  SimpleRNN,
  type Tensor,
  unstack,
  zeros,
} from '../../lib/index.ts';
import { gradcheck } from '../../lib/verify/index.ts';
import { expectBits, expectSameArrays } from '../support/bits.ts';
import { ProjectedCell } from '../support/projected-cell.ts';

type DType = 'float32' | 'float64';
type Noise = object;
const [B, T, I, H] = [3, 6, 2, 3];
const DROPPED = { dropout: 0.3, recurrentDropout: 0.4 };
const ALL = { ...DROPPED, zoneout: 0.2 };

const LAYERS: Readonly<Record<string, (dtype: DType, noise: Noise) => RNN>> = {
  SimpleRNN: (dtype, noise) => new SimpleRNN({ units: H, dtype, returnSequences: true, ...noise }),
  LSTM: (dtype, noise) => new LSTM({ units: H, dtype, returnSequences: true, ...noise }),
  'LSTM, peepholes and projection': (dtype, noise) =>
    new LSTM({ units: H, dtype, returnSequences: true, peepholes: true, projectionSize: 2, ...noise }),
  GRU: (dtype, noise) => new GRU({ units: H, dtype, returnSequences: true, ...noise }),
  'GRU, reset after': (dtype, noise) => new GRU({ units: H, dtype, returnSequences: true, resetAfter: true, ...noise }),
  'GRU, softsign': (dtype, noise) =>
    new GRU({ units: H, dtype, returnSequences: true, activation: 'softsign', ...noise }),
  'GRU, softsign, reset after': (dtype, noise) =>
    new GRU({ units: H, dtype, returnSequences: true, activation: 'softsign', resetAfter: true, ...noise }),
  MGU: (dtype, noise) => new MGU({ units: H, dtype, returnSequences: true, ...noise }),
  LayerNormLSTM: (dtype, noise) => new LayerNormLSTM({ units: H, dtype, returnSequences: true, ...noise }),
  'own cell': (dtype, noise) =>
    new RNN({ cell: new ProjectedCell(2, { units: H, dtype }), returnSequences: true, ...noise }),
};

const noises: fc.Arbitrary<Noise> = fc.record({
  dropout: fc.constantFrom(0, 0.3, 1),
  recurrentDropout: fc.constantFrom(0, 0.4, 1),
  dropoutPer: fc.constantFrom('step', 'sequence'),
  zoneout: fc.constantFrom(0, 0.2, 0.7, 1),
});

/** What a layer computes and its gradients, with copies. */
function computed(layer: RNN, x: Tensor, options: object): Tensor[] {
  layer.parameters.zeroGradients();
  const y = layer.forward(x, options);
  const { dx, dInitialState } = layer.backward(randomNormal(y.shape, { seed: 9, dtype: layer.dtype }));
  return [y, dx, ...Object.values(dInitialState), ...[...layer.parameters].map(({ gradient }) => gradient.copy())];
}

describe.each(Object.entries(LAYERS))('%s with dropout and zoneout', (_, make) => {
  test.prop([noises, fc.nat(5), fc.constantFrom(undefined, 'sqrt', 1, 2), fc.boolean()], { numRuns: 12 })(
    'passes gradcheck, with masks and checkpoints too',
    (noise, trainingStep, checkpoint, ragged) => {
      const layer = make('float64', noise).build(I);
      for (const [k, parameter] of [...layer.parameters].entries()) {
        parameter.assign(randomNormal(parameter.value.shape, { seed: 20 + k, dtype: 'float64' })); // away from the kinks at 0
      }
      const x = randomNormal([B, T, I], { seed: 1, dtype: 'float64' });
      const options = { trainingStep, ...(checkpoint && { checkpoint }), ...(ragged && { lengths: [4, 6, 1] }) };
      const subject = {
        parameters: layer.parameters,
        forward: (input: Tensor) => layer.forward(input, options as never),
        backward: (dy: never) => layer.backward(dy),
      };
      expect(gradcheck(subject as never, { x }).passed).toBe(true);
    },
  );

  it('has gradients of its initial state, which all noise changes', () => {
    const layer = make('float64', ALL);
    expect(gradcheck(layer, { x: randomNormal([B, T, I], { seed: 1, dtype: 'float64' }) }).passed).toBe(true);
  });

  test.prop([noises, fc.nat(9), fc.constantFrom('sqrt', 1, 2, 5)], { numRuns: 15 })(
    'has the same bits with any checkpoint, and when computed again',
    (noise, trainingStep, checkpoint) => {
      const layer = make('float32', noise).build(I);
      const x = randomNormal([B, T, I], { seed: 2 });
      const first = computed(layer, x, { trainingStep });
      for (const options of [{}, { checkpoint }]) {
        computed(layer, x, { trainingStep, checkpoint })[0]!.copy();
        computed(layer, x, { trainingStep, ...options }).forEach((each, k) => {
          expectBits(each, first[k]!);
        });
      }
      computed(make('float32', noise).build(I), x, { trainingStep }).forEach((each, k) => {
        expectBits(each, first[k]!);
      });
    },
  );

  test.prop([noises, fc.array(fc.nat(T), { minLength: B, maxLength: B })], { numRuns: 15 })(
    'gives a row of any length the outputs that it has in a full batch',
    (noise, lengths) => {
      const layer = make('float32', noise).build(I);
      const x = randomNormal([B, T, I], { seed: 2 });
      const whole = layer.forward(x);
      const packed = layer.forward(x, { lengths, zeroOutputForMask: true });
      lengths.forEach((length, row) => {
        for (let t = 0; t < length; t++) expectBits(packed.pick(row, t).copy(), whole.pick(row, t).copy());
      });
    },
  );

  it('draws nothing at inference, and without noise computes the same bits as ever', () => {
    const x = randomNormal([B, T, I], { seed: 2 });
    const [plain, dropped] = [make('float32', {}).build(I), make('float32', DROPPED).build(I)];
    expectBits(dropped.forward(x, { inference: true }), plain.forward(x));
    expect(dropped.forward(x).data).not.toEqual(plain.forward(x).data);
    expect(dropped.forward(x, { trainingStep: 1 }).data).not.toEqual(dropped.forward(x).data);
    const noisy = make('float32', ALL).build(I);
    const stream = noisy.stream({ batchSize: B });
    const state = stream.zeroState();
    const steps = unstack(x, 1).map((xt) => stream.step(xt, state).copy());
    const whole = noisy.forward(x, { inference: true, returnState: true }) as never as { output: Tensor; state: never };
    steps.forEach((y, t) => {
      expectBits(y, whole.output.pick(null, t, null).copy());
    });
    expectSameArrays(state as never, whole.state);
    expectBits(
      noisy
        .forward(x, { inference: true, lengths: [T, T, T - 1], zeroOutputForMask: true })
        .lo(0)
        .hi(2)
        .copy(),
      whole.output.lo(0).hi(2).copy(),
    );
  });

  it('ignores the recurrent weights with recurrentDropout 1, and keeps its state with zoneout 1', () => {
    const x = randomNormal([B, T, I], { seed: 2 });
    const cut = make('float32', { recurrentDropout: 1 }).build(I);
    const before = cut.forward(x);
    const { value } = cut.parameters.get('recurrentKernel');
    cut.parameters.get('recurrentKernel').assign(randomNormal(value.shape, { seed: 8 }));
    expect(before.data.every(Number.isFinite)).toBe(true);
    const without = make('float32', {}).build(I);
    without.parameters.get('recurrentKernel').assign(zeros(value.shape));
    expectBits(before, without.forward(x)); // the state itself is not dropped
    if (!cut.kind.startsWith('LayerNorm')) expectBits(cut.forward(x), before);
    const kept = make('float32', { zoneout: 1 }).build(I);
    expect(kept.forward(x).data.every((y) => y === 0)).toBe(true);
    expect(kept.forward(x, { inference: true }).data.every((y) => y === 0)).toBe(true);
    const blind = make('float32', { dropout: 1 }).build(I);
    expectBits(blind.forward(x), blind.forward(zeros([B, T, I])));
  });
});

describe('recurrent dropout', () => {
  it('drops the h of products alone, by the formula, one mask a sequence', () => {
    const layer = new LSTM({ units: H, inputSize: I, returnSequences: true, recurrentDropout: 0.5, seed: 2 }).build();
    const masks = new LSTM({ units: H, inputSize: I, recurrentDropout: 0.5, seed: 2 }).build();
    masks.parameters.get('kernel').assign(zeros([I, 4 * H]));
    masks.parameters.get('bias').assign(zeros([4 * H]));
    const m = zeros([B, H]); // from the gradient of the initial state: dh' = m ⊙ (W da)
    const initialState = { h: randomNormal([B, H], { seed: 4 }), c: randomNormal([B, H], { seed: 5 }) };
    masks.forward(zeros([B, 1, I]), { initialState });
    const masked = masks.backward(randomNormal([B, H], { seed: 6 })).dInitialState.h;
    masked.data.forEach((d, k) => {
      m.data[k] = d === 0 ? 0 : 2;
    });
    expect(m.data.some((each) => each === 0) && m.data.some((each) => each === 2)).toBe(true);
    const x = randomNormal([B, T, I], { seed: 1 });
    const y = layer.forward(x);
    const { cell } = new LSTM({ units: H, inputSize: I, seed: 2 }).build();
    let state = cell.zeroState(B);
    unstack(x, 1).forEach((xt, t) => {
      const h = state.h.copy();
      h.data.forEach((value, k) => {
        h.data[k] = value * m.data[k]!;
      });
      [, state] = cell.step(xt, { h, c: state.c });
      expectBits(state.h.copy(), y.pick(null, t, null).copy());
    });
  });
});

describe('models with noise', () => {
  const [x, y] = [randomNormal([B, T, I], { seed: 1 }), randomNormal([B, 1], { seed: 2 })];
  const layers = () =>
    [
      new GRU({ units: 4, returnSequences: true, ...ALL, dropoutPer: 'step' }),
      new Bidirectional({ layers: [new LSTM({ units: 2, ...ALL }), new LSTM({ units: 2, ...ALL })] }),
      new Dense({ units: 1 }),
    ] as const;

  it('are saved with all of it, and continue', () => {
    const make = () =>
      new Sequential([
        new LSTM({ units: 4, ...ALL, dropoutPer: 'step', zoneout: { c: 0.5 } }),
        new Dense({ units: 1 }),
      ]);
    const model = make();
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    model.trainStep(x, y);
    const copy = Sequential.fromBytes(model.toBytes());
    expectBits(copy.toBytes() as never, model.toBytes() as never);
    expectBits(copy.predict(x), model.predict(x));
    expectBits(copy.forward(x, { trainingStep: 3 }), model.forward(x, { trainingStep: 3 }));
  });

  it('pass gradcheck as a stack, in both directions', () => {
    const network = new Network(layers() as never, { dtype: 'float64' });
    expect(gradcheck(network as never, { x: randomNormal([B, T, I], { seed: 3, dtype: 'float64' }) }).passed).toBe(
      true,
    );
  });

  it('show the gradient flow of the step at hand, without Jacobians', () => {
    const model = new Sequential([new LSTM({ units: 4, ...ALL }), new Dense({ units: 1 })]);
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    model.trainStep(x, y);
    const { loss } = gradientFlow(model, x, y);
    expect(model.trainStep(x, y).loss).toBe(loss);
    expect(() => gradientFlow(model, x, y, { jacobians: 'last' })).toThrow(
      'gradientFlow: "jacobians" must not be given for lstm1, which has recurrentDropout or zoneout',
    );
  });

  it('give each layer and direction its own masks', () => {
    const same = () => new LSTM({ units: 40, recurrentDropout: 0.5, dropout: 0.5, returnSequences: true });
    const layer = new Bidirectional({ layers: [same(), same()], inputSize: 40 }).build();
    for (const name of ['kernel', 'recurrentKernel', 'bias']) {
      layer.parameters.get(`backward.${name}`).assign(layer.parameters.get(`forward.${name}`).value);
    }
    const palindrome = zeros([1, 3, 40]);
    palindrome.data.fill(1);
    const { forward, backward } = layer.separate(layer.forward(palindrome));
    expect(forward.pick(0, 0).copy().data).not.toEqual(backward.pick(0, 2).copy().data);
  });
});
