// Measures the effect of gates: the direct path of an LSTM's cell state compared with the exact norm, and a GRU.
import { GRU, LSTM, randomNormal, SimpleRNN } from 'bptt';
import { lineChart } from 'bptt/plot';
import { biasOf, flowOf, mean, row, say, stepsBack, UNITS } from './measure.mjs';

const T = 50;
const x = randomNormal([1, T, 1], { seed: 2 });
const AXES = { xLabel: 'steps back, t − i', yScale: 'log' };
const activation = (flow, gate) => mean(flow.gates[gate].mean.toArray().flat());
const lineOf = (name, norms, quantity) => ({ name, points: stepsBack(norms, quantity), dots: false });

/** Measures an LSTM for several biases of its forget gate. */
export function lstmPaths() {
  const nets = [0, 1, 3].map((bias) => ({
    bias,
    flow: flowOf(new LSTM({ units: UNITS }), x, biasOf('forget', bias)),
  }));
  const [none, , high] = nets;
  const lines = [high, none].flatMap(({ bias, flow: { jacobians } }) => [
    lineOf(`bias ${bias}: exact`, jacobians.c),
    lineOf(`bias ${bias}: ∏ f`, jacobians.c, 'directPath'),
  ]);
  const rows = nets.map(({ bias, flow }) => {
    const [far] = flow.jacobians.c;
    return row(bias, say(activation(flow, 'forget')), say(far.directPath), say(far.norm));
  });
  return {
    figures: {
      'lstm-paths': lineChart(lines, {
        ...AXES,
        title: 'An LSTM: ‖∂cₜ/∂cᵢ‖ and its direct path, by the bias of the forget gate',
        yLabel: '‖∂cₜ/∂cᵢ‖ (log scale)',
      }),
    },
    claims: rows,
  };
}

/** Measures a GRU for two biases of its update gate, and a SimpleRNN for comparison. */
export function gruPaths() {
  const nets = [-3, 0].map((bias) => ({ bias, flow: flowOf(new GRU({ units: UNITS }), x, biasOf('update', bias)) }));
  const plain = flowOf(new SimpleRNN({ units: UNITS }), x);
  const lines = [
    ...nets.map(({ bias, flow }) => lineOf(`GRU, update bias ${bias}`.replace('-', '−'), flow.jacobians.h)),
    lineOf('SimpleRNN, orthogonal Wₕₕ', plain.jacobians.h),
  ];
  const rows = nets.map(({ bias, flow }) =>
    row(String(bias).replace('-', '−'), say(activation(flow, 'update')), say(flow.jacobians.h[0].norm)),
  );
  return {
    figures: {
      gru: lineChart(lines, { ...AXES, title: 'A GRU: ‖∂hₜ/∂hᵢ‖', yLabel: '‖∂hₜ/∂hᵢ‖ (log scale)' }),
    },
    claims: [...rows, `A SimpleRNN on the same sequence has ${say(plain.jacobians.h[0].norm)}`],
  };
}
