import { type Comparable, float64, largest } from '../support/compare.ts';
import { describeGolden, type GoldenCase, type GoldenFile } from '../support/golden.ts';
import { mulberry32 } from '../support/mulberry32.ts';
import { type Arrays, fromTorch, type Kind, toTorch } from '../support/peer-weights.ts';
import { backward, float32Forward, forward, gradients, layerWith, state } from '../support/recurrent.ts';

interface Stats {
  readonly l2: number;
  readonly sum: number;
  readonly absmax: number;
}
interface Strided {
  readonly step: number;
  readonly data: readonly number[];
}

/** One case a file, 80 steps of 64 units: what is large is kept as a seed, every n-th entry, or its norm. */
interface Case extends GoldenFile<GoldenCase> {
  readonly name: string;
  readonly cell: Kind;
  readonly generator: {
    readonly tensors: Readonly<Record<string, { seed: number; scale: number; shape: number[] }>>;
    readonly check: Readonly<Record<string, { first3: number[] }>>;
  };
  readonly outputs: Arrays & { readonly stats: Record<string, Stats>; readonly y_at_t: Arrays };
  readonly grads: Arrays & {
    readonly stats: Record<string, Stats>;
    readonly x_at_t: Arrays;
    readonly x_strided: Strided;
    readonly strided: Record<string, Strided>;
  };
}

function every(step: number, values: Comparable): number[] {
  return Array.from(float64(values).data).filter((_, j) => j % step === 0);
}

function stats(values: Comparable): readonly [l2: number, sum: number] {
  const data = Array.from(float64(values).data);
  return [Math.hypot(...data), data.reduce((a, b) => a + b, 0)];
}

for (const name of ['torch/rnn_long.json', 'torch/lstm_long.json', 'torch/gru_long.json']) {
  const covers = `80 steps, 64 units, 100 inputs${name.includes('gru') ? '; reset after' : ''}`;
  describeGolden<Case, GoldenFile<Case>>(name, { covers, run: 1 }, (each) => {
    each((c, check, dtype, file) => {
      const { cell, generator, outputs, grads } = c;
      const made = Object.fromEntries(
        Object.entries(generator.tensors).map(([name, { seed, scale, shape }]) => {
          const values = mulberry32(seed, scale, shape);
          check(`first of ${name}`, Array.from(values.data.subarray(0, 3)), generator.check[name]!.first3);
          return [name, values];
        }),
      );
      const exact = dtype === 'float64';
      const expectForward = (what: string, got: Comparable, expected: Comparable): void =>
        check(what, got, expected, exact ? file.tolerance : float32Forward(float64(expected)));
      const expectGradient = (what: string, got: Comparable, expected: Comparable, name: string): void =>
        check(what, got, expected, exact ? file.tolerance : { abs: 5e-6 * grads.stats[name]!.absmax, rel: 0 });

      const layer = layerWith(cell, fromTorch(cell, made), { dtype });
      const { y: output, states } = forward([layer], made.x!.transpose(1, 0, 2), [
        state(made.h0!.pick(0), made.c0?.pick(0)),
      ]);
      const y = output.transpose(1, 0, 2);
      for (const [t, expected] of Object.entries(outputs.y_at_t))
        expectForward(`y at ${t}`, y.pick(Number(t)), expected);
      expectForward('hn', states[0]!.h!, outputs.hn!.pick(0));
      if (outputs.cn) expectForward('cn', states[0]!.c!, outputs.cn.pick(0));

      const dFinal = state(made.dhn!.pick(0), made.dcn?.pick(0));
      const { dx: gradient, dStates } = backward([layer], made.dy!.transpose(1, 0, 2), [dFinal]);
      const dx = gradient.transpose(1, 0, 2);
      const weights = toTorch(cell, gradients(layer.parameters));
      expectGradient('dh0', dStates[0]!.h!, grads.h0!.pick(0), 'h0');
      if (grads.c0) expectGradient('dc0', dStates[0]!.c!, grads.c0.pick(0), 'c0');
      for (const [t, expected] of Object.entries(grads.x_at_t)) {
        expectGradient(`dx at ${t}`, dx.pick(Number(t)), expected, 'x');
      }
      expectGradient('dx', every(grads.x_strided.step, dx), grads.x_strided.data, 'x');
      for (const [name, { step, data }] of Object.entries(grads.strided)) {
        expectGradient(`d ${name}`, every(step, weights[name]!), data, name);
      }

      if (!exact) return; // sums of thousands of float32 numbers say nothing more
      const whole: Arrays = { ...weights, x: dx, y };
      for (const [name, expected] of Object.entries({ ...grads.stats, y: outputs.stats.y! })) {
        if (whole[name] === undefined) continue;
        check(`norm and sum of ${name}`, [...stats(whole[name])], [expected.l2, expected.sum]);
        check(`largest of ${name}`, largest(whole[name]), expected.absmax);
      }
    });
  });
}
