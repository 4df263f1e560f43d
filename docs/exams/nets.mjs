// The networks of the exams.
import { Dense, LSTM, Sequential, SimpleRNN } from 'bptt';

/**
 * Returns a function from a seed to a model of one LSTM and a linear output.
 *
 * @param bias - initial biases of gates. `forget`: 5 keeps 0.993 of a cell state at each step, similar to the cells of
 * the paper, which have no forget gate. `input`: below 0, as in the paper; otherwise cell states accumulate noise
 * before the network learns what to store.
 */
export function lstm({ units, inputs, outputs, returnSequences = false, bias }) {
  return (seed) => {
    const layer = new LSTM({ units, returnSequences });
    const model = new Sequential([layer, new Dense({ units: outputs })], { seed, inputSize: inputs }).build();
    for (const [gate, value] of Object.entries(bias)) {
      const { b } = layer.cell.gate(gate);
      for (let j = 0; j < units; j++) b.set(j, value);
    }
    return model;
  };
}

/** Control: the same model with a SimpleRNN. */
export function simpleRNN({ units, inputs, outputs }) {
  return (seed) =>
    new Sequential([new SimpleRNN({ units }), new Dense({ units: outputs })], { seed, inputSize: inputs });
}
