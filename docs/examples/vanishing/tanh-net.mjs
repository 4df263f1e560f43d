// Measures a SimpleRNN with tanh: its exact norms, their bound, and the effect of saturation on both.
import { randomNormal, SimpleRNN } from 'bptt';
import { eigenvalues, flowTriangle, lineChart } from 'bptt/plot';
import { flowOf, mean, row, say, scale, stepsBack, UNITS } from './measure.mjs';

const AXES = { xLabel: 'steps back, t − i', yScale: 'log', yLabel: '‖∂hₜ/∂hᵢ‖ (log scale)' };

/** The default orthogonal W_hh preserves lengths, so only φ′ shrinks gradients. */
export function tanhNet() {
  const T = 20;
  const x = randomNormal([1, T, 1], { seed: 2 });
  const layer = flowOf(new SimpleRNN({ units: UNITS }), x, undefined, { jacobians: 'triangle' });
  const { jacobians, recurrent } = layer;
  const far = jacobians.h.find(({ from, to }) => from === 0 && to === T);
  const last = jacobians.h.filter(({ to }) => to === T);
  const pairs = jacobians.h.filter(({ from, to }) => from < to);
  const above = pairs.filter(({ norm, bound }) => norm > bound);
  const lines = [
    { name: 'bound: ∏ ‖diag φ′‖·‖Wₕₕ‖', points: stepsBack(last, 'bound') },
    { name: 'exact', points: stepsBack(last) },
  ];
  return {
    figures: {
      'tanh-norms': lineChart(lines, { ...AXES, title: 'A tanh net with orthogonal Wₕₕ: ‖∂h₂₀/∂hᵢ‖' }),
      'tanh-triangle': flowTriangle(layer, { title: 'The same net: ‖∂hₜ/∂hᵢ‖ of all pairs of steps' }),
      'tanh-eigenvalues': eigenvalues(layer, { title: 'Eigenvalues of its Wₕₕ' }),
    },
    claims: [
      `a spectral radius of ${say(recurrent.spectralRadius, 6)} and a norm of ${say(recurrent.norm, 6)}`,
      `‖∂h_${T}/∂h_0‖ is ${say(far.norm)}`,
      `the bound for all twenty steps is ${say(far.bound)}`,
      `a factor of ${say(far.norm ** (1 / T))} per step`,
      `above the bound in ${above.length} of ${pairs.length} pairs`,
    ],
  };
}

/** Measures one matrix of norm 1.5 with inputs of several sizes. Larger inputs saturate tanh. */
export function saturation() {
  const [T, norm] = [30, 1.5];
  const nets = [0, 1, 3, 10].map((size) => {
    const x = randomNormal([1, T, 1], { sd: size, seed: 2 });
    return { size, flow: flowOf(new SimpleRNN({ units: UNITS }), x, scale(norm)) };
  });
  const lines = nets.map(({ size, flow }) => ({
    name: size === 0 ? 'at rest: 1.5ᵗ⁻ⁱ, the bound of all' : `inputs of size ${size}`,
    points: stepsBack(flow.jacobians.h),
  }));
  const rows = nets.map(({ size, flow }) => {
    const slopes = flow.gates.hidden.mean
      .toArray()
      .flat()
      .map((h) => 1 - h * h); // of one row: h itself
    const { norm: exact, bound } = flow.jacobians.h[0];
    return row(size, say(mean(slopes)), say(exact), say(bound));
  });
  return {
    figures: {
      saturation: lineChart(lines, { ...AXES, title: 'One Wₕₕ with ‖Wₕₕ‖ = 1.5, four sizes of inputs' }),
    },
    claims: [`‖W_hh‖ = ${norm}`, ...rows],
  };
}
