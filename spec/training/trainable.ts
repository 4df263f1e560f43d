import { Adam, Dense, type FitOptions, GRU, MeanSquaredError, randomNormal, Sequential } from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

export const N = 10;
export const x = randomNormal([N, 4, 3], { seed: 1 });
export const y = randomNormal([N, 2], { seed: 2 });

export function compiled(options: object = {}) {
  const optimizer = new Adam({ learningRate: 0.01 });
  const model = new Sequential([new GRU({ units: 4 }), new Dense({ units: 2 })]);
  model.compile({ optimizer, loss: new MeanSquaredError(), ...options });
  return { model, optimizer };
}

export async function fitted(options: FitOptions) {
  const { model } = compiled();
  const history = await model.fit(x, y, options);
  return { model, history };
}

export function expectSame(a: Sequential, b: Sequential): void {
  for (const { name, value } of a.parameters) expectBits(value, b.parameters.get(name).value, `${name}: `);
}
