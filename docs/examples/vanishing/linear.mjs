// Draws the powers of a number and of a matrix.
import { initializers, SimpleRNN, zeros } from 'bptt';
import { lineChart } from 'bptt/plot';
import { flowOf, row, say, scale, stepsBack, UNITS } from './measure.mjs';

const T = 50;
const FACTORS = [0.8, 0.9, 1, 1.1, 1.2];
const AXES = { xLabel: 'steps back, t − i', yScale: 'log' };

/** w^n, n = 0 … T. */
export function oneNumber() {
  const series = FACTORS.map((w) => ({
    name: `w = ${w}`,
    points: Array.from({ length: T + 1 }, (_, n) => [n, w ** n]),
    dots: false,
  }));
  const said = (w) => `${w}⁵⁰ = ${say(w ** T)}`;
  return {
    figures: {
      'one-number': lineChart(series, {
        ...AXES,
        title: 'One number: w to the power of t − i',
        yLabel: 'wᵗ⁻ⁱ (log scale)',
      }),
    },
    claims: [
      `w = ${FACTORS.slice(0, -1).join(', ')} and ${FACTORS.at(-1)}`,
      `${said(0.9)} and ${said(1.1)}`,
      `${said(0.8)} and ${said(1.2)}`,
    ],
  };
}

/** A matrix with normal entries. Its eigenvalues fill a disc, so directions grow or shrink at different rates. */
const matrix = () =>
  new SimpleRNN({ units: UNITS, recurrentInitializer: initializers.normal({ sd: 1 / Math.sqrt(UNITS) }) });

/**
 * At rest (x = 0, h = 0), tanh′ is 1 at every step: the network is linear, and ∂h_t/∂h_i is W_hh to the power of t − i.
 */
export function linearNet() {
  const rest = zeros([1, T, 1]);
  const { spectralRadius: radius } = flowOf(matrix(), rest).recurrent;
  const nets = FACTORS.map((rho) => ({ rho, flow: flowOf(matrix(), rest, scale(rho / radius)) }));
  const lines = nets.map(({ rho, flow }) => ({ name: `ρ = ${rho}`, points: stepsBack(flow.jacobians.h), dots: false }));
  const rows = nets.map(({ rho, flow: { recurrent } }, k) => {
    const norms = lines[k].points.map(([, norm]) => norm);
    const slope = (norms[T] / norms[T / 2]) ** (2 / T); // factor per step, in the second half
    return row(rho, say(recurrent.norm, 3), say(norms[T]), say(rho ** T), say(slope, 3));
  });
  return {
    figures: {
      'linear-net': lineChart(lines, {
        ...AXES,
        title: `A linear net of ${UNITS} units: ‖∂hₜ/∂hᵢ‖ for spectral radii ρ of Wₕₕ`,
        yLabel: '‖∂hₜ/∂hᵢ‖ (log scale)',
      }),
    },
    claims: rows,
  };
}
