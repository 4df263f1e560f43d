import { describe, expect, it } from '@jest/globals';
import { type GradientFlow, gradientFlow, type LayerFlow } from '../../lib/flow/index.ts';
import {
  Adam,
  ArgumentError,
  activationKinds,
  type BackwardStep,
  Cell,
  type CellOptions,
  Dense,
  type ForwardStep,
  type Layer,
  LSTM,
  MeanSquaredError,
  RNN,
  randomNormal,
  Sequential,
  SimpleRNN,
  type StepTangent,
  tensor,
} from '../../lib/index.ts';

const dtype = 'float64';
const UNITS = 4;

/** An LSTM of a user's own: other names for everything, and the facts that `bptt/flow` needs. */
class OwnCell extends Cell<'out' | 'mem'> {
  readonly kind = 'OwnCell';
  readonly gates = ['write', 'keep', 'idea', 'show'] as const;
  readonly states = ['out', 'mem'] as const;
  override readonly activations = {
    write: 'sigmoid',
    keep: 'sigmoid',
    idea: 'tanh',
    show: 'sigmoid',
    mem: 'tanh',
  } as const;
  override readonly memory = { state: 'mem', keep: 'keep', write: 'write' } as const;
  override readonly savedBlocks = 1;

  constructor(options: CellOptions) {
    super('OwnCell', options);
  }

  forwardStep({ kernels, B, gates, saved, weights, previous, next }: ForwardStep<'out' | 'mem'>): void {
    kernels.matmul(gates, this.gateWidth, previous.out, this.units, weights.gates, B, this.gateWidth, this.units, true);
    kernels.lstmStepForward(gates, next.mem, saved, next.out, previous.mem, B, this.units);
  }

  backwardStep({ kernels, B, gates, saved, weights, previous, dGates, dStates }: BackwardStep<'out' | 'mem'>): void {
    const { units: H, gateWidth: N } = this;
    kernels.lstmStepBackward(dGates, dStates.mem, gates, saved, previous.mem, dStates.out, B, H);
    kernels.matmul(dStates.out, H, dGates, N, weights.gates, B, H, N, false);
  }
}

/** The same with its Jacobian-vector product; `scale` is 1 where that is right. */
class OwnTangentCell extends OwnCell {
  scale = 1;

  override tangent(U: Float64Array): StepTangent {
    const { units: H, gateWidth: N } = this;
    const pre = new Float64Array(N);
    return ({ gates, saved, previous: [, old] }, previous, next) => {
      for (let n = 0; n < N; n++) pre[n] = previous.subarray(0, H).reduce((sum, d, k) => sum + d * U[k * N + n]!, 0);
      for (let j = 0; j < H; j++) {
        const [i, f, g, o] = [0, 1, 2, 3].map((k) => gates[k * H + j]!) as [number, number, number, number];
        const [ai, af, ag, ao] = [0, 1, 2, 3].map((k) => pre[k * H + j]!) as [number, number, number, number];
        const dMem = ai * i * (1 - i) * g + ag * (1 - g * g) * i + af * f * (1 - f) * old![j]! + f * previous[H + j]!;
        next[H + j] = dMem * this.scale;
        next[j] = ao * o * (1 - o) * saved[j]! + o * (1 - saved[j]! ** 2) * dMem;
      }
    };
  }
}

/** A simple recurrent net of a user's own. */
class OwnSimpleCell extends Cell<'s'> {
  readonly kind = 'OwnSimpleCell';
  readonly gates = ['only'] as const;
  readonly states = ['s'] as const;
  override readonly activations = { only: 'tanh' } as const;
  override readonly gateStates = { only: 's' } as const;

  constructor(options: CellOptions) {
    super('OwnSimpleCell', options);
  }

  forwardStep({ kernels, B, gates, weights, previous, next }: ForwardStep<'s'>): void {
    kernels.matmul(gates, this.units, previous.s, this.units, weights.gates, B, this.units, this.units, true);
    kernels.activationForward(activationKinds.tanh, gates, this.units, gates, this.units, B, this.units);
    kernels.repeatRow(next.s, gates, 1, B * this.units);
  }

  backwardStep({ kernels, B, weights, next, dGates, dStates }: BackwardStep<'s'>): void {
    const H = this.units;
    kernels.activationBackward(activationKinds.tanh, dGates, H, next.s, H, dStates.s, H, B, H);
    kernels.matmul(dStates.s, this.units, dGates, this.units, weights.gates, B, this.units, this.units, false);
  }
}

/** Names of an LSTM for those of `OwnCell`. */
const NAMES: Readonly<Record<string, string>> = {
  write: 'input',
  keep: 'forget',
  idea: 'candidate',
  show: 'output',
  out: 'h',
  mem: 'c',
  writeBias: 'inputBias',
  keepBias: 'forgetBias',
};

/** A flow in the words of an LSTM, without Jacobians' norms. */
function inWordsOfLSTM(flow: GradientFlow): unknown {
  const renamed = (name: string): string => NAMES[name] ?? name;
  const text = JSON.stringify(flow, (key, value) => (key === 'norm' || key === 'error' ? 0 : value))
    .replaceAll('rnn1', 'lstm1')
    .replaceAll('"kind":"RNN"', '"kind":"LSTM"')
    .replace(/"(\w+)":/g, (_, name: string) => `"${renamed(name)}":`)
    .replace(/the (\w+) gate/g, (_, name: string) => `the ${renamed(name)} gate`)
    .replace(/activations of \\"(\w+)/g, (_, name: string) => `activations of \\"${renamed(name)}`);
  return JSON.parse(text);
}

/** The flow of a net whose memory has drifted, fades or has saturated gates, by the biases of the gates. */
function flowOf(layer: Layer, biases: readonly number[], method: 'product' | 'power' = 'product'): GradientFlow {
  const model = new Sequential([layer, new Dense({ units: 1 })], { seed: 7, dtype });
  model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() }).build(2);
  const bias = model.parameters.get(`${model.layerNames[0]}.bias`);
  bias.assign(tensor(Array.from({ length: bias.size }, (_, j) => biases[Math.floor(j / UNITS)]!)));
  const [x, y] = [randomNormal([3, 60, 2], { seed: 2, sd: 0.3 }), randomNormal([3, 1], { seed: 3 })];
  return gradientFlow(model, x, y, {
    jacobians: [
      [0, 4],
      [10, 60],
      [58, 60],
    ],
    rows: [0, 2],
    method,
  });
}

const BIASES = {
  drifting: [0, 8, 0.4, 0],
  fading: [0, 0, 0, 0],
  'shut gates': [-8, 2, 0, -8],
  'open gates': [8, 8, 8, 8],
} as const;

const lstm = (): Layer => new LSTM({ units: UNITS });
const own = (): Layer => new RNN({ cell: new OwnCell({ units: UNITS }) });
const withTangent = (scale = 1): Layer => {
  const cell = new OwnTangentCell({ units: UNITS });
  cell.scale = scale;
  return new RNN({ cell });
};

function normsOf({ layers: [layer] }: GradientFlow): number[] {
  return Object.values((layer as LayerFlow).jacobians).flatMap((list) => list.map(({ norm }) => norm));
}

/** The largest relative difference of any Jacobian's norm. */
function deviation(found: GradientFlow, expected: GradientFlow): number {
  const norms = normsOf(expected);
  return Math.max(...normsOf(found).map((norm, k) => Math.abs(norm / norms[k]! - 1)));
}

describe("a cell of a user's own", () => {
  it.each(Object.entries(BIASES))('has the flow of an LSTM if it declares its facts: %s', (_, biases) => {
    const [expected, found] = [flowOf(lstm(), biases), flowOf(own(), biases)];
    expect(inWordsOfLSTM(found)).toEqual(inWordsOfLSTM(expected));
    expect(found.layers[0]!.cellState).toBeDefined();
    expect(found.layers[0]!.jacobians.mem![0]!.directPath).toBeGreaterThan(0);
    expect(deviation(found, expected)).toBeLessThan(1e-12);
  });

  it.each(['product', 'power'] as const)('uses the tangent that the cell declares: %s', (method) => {
    const expected = flowOf(lstm(), BIASES.fading, method);
    expect(deviation(flowOf(withTangent(), BIASES.fading, method), expected)).toBeLessThan(1e-12);
    expect(deviation(flowOf(withTangent(1.001), BIASES.fading, method), expected)).toBeGreaterThan(1e-4);
  });

  it.each(['product', 'power'] as const)(
    'has the bound and the spectrum of a SimpleRNN where it is one: %s',
    (method) => {
      const simple = new SimpleRNN({ units: UNITS });
      const layers = [simple, new RNN({ cell: new OwnSimpleCell({ units: UNITS }) })];
      const [expected, found] = layers.map((layer) => flowOf(layer, [0.1], method).layers[0]!);
      expect(found!.jacobians.s).toEqual(expected!.jacobians.h);
      expect(found!.jacobians.s![0]!.bound).toBeGreaterThan(0);
      expect(found!.recurrent).toEqual(expected!.recurrent);
      expect(found!.gates.only).toEqual(expected!.gates.hidden);
      expect(found!.gates.only!.histogram).toMatchObject({ low: -1, high: 1 });
    },
  );

  it.each([
    ['activations.x', { activations: { x: 'tanh' } }],
    ['activations.keep', { activations: { keep: 'softplus' } }],
    ['gateStates.x', { gateStates: { x: 'mem' } }],
    ['gateStates.keep', { gateStates: { keep: 'x' } }],
    ['memory.state', { memory: { state: 'keep' } }],
    ['memory.keep', { memory: { state: 'mem', keep: 'forget' } }],
    ['memory.write', { memory: { state: 'mem', write: 'mem' } }],
  ])('is refused with facts about what it does not have: %s', (fact, facts) => {
    const call = (): unknown => {
      const cell = new OwnCell({ units: UNITS });
      Object.assign(cell, facts);
      return flowOf(new RNN({ cell }), BIASES.fading);
    };
    const argument = fact.endsWith('.x') ? fact.slice(0, -2) : fact;
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(`"rnn1.cell.${argument}"`);
  });

  it('has neither bound nor spectrum unless its state is declared to be an activation', () => {
    const cell = new OwnSimpleCell({ units: UNITS });
    Object.assign(cell, { gateStates: {} });
    const { recurrent, jacobians } = flowOf(new RNN({ cell }), [0.1]).layers[0]!;
    expect(recurrent).toBeUndefined();
    expect(jacobians.s!.map(({ bound }) => bound)).toEqual(Array(6).fill(undefined));
  });
});
