import {
  Dense,
  GRU,
  type Layer,
  LSTM,
  randomNormal,
  Sequential,
  type Stream,
  type Tensor,
  unstack,
} from '../../lib/index.ts';

/** The layer with all parameters away from their starting values, biases too. */
export function scrambled<L extends Layer>(layer: L, I: number): L {
  for (const parameter of layer.build(I).parameters) {
    parameter.assign(randomNormal(parameter.value.shape, { sd: 0.5, seed: parameter.at }));
  }
  return layer;
}

/** Recurrent layers, dense ones and a model within a model. */
export function stacked(I: number): Sequential {
  const layers = [
    new LSTM({ units: 5, returnSequences: true }),
    new Dense({ units: 7, activation: 'relu' }),
    new Sequential([new GRU({ units: 4, returnSequences: true }), new LSTM({ units: 3 })]),
    new Dense({ units: 2, activation: 'softmax' }),
  ];
  return scrambled(new Sequential(layers), I);
}

/** Steps through [B, T, I]; copies of the outputs. */
export function stepThrough<S>(stream: Stream<S>, x: Tensor, state: S): Tensor[] {
  return unstack(x, 1).map((xt) => stream.step(xt, state).copy());
}

/** Whether a model gives an output for every time step. */
export function givesSequences(model: Sequential): boolean {
  return model.outputShape({ T: 2, B: 1, F: 1 }).T !== undefined;
}
