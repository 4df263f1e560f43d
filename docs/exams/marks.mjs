// Marks each sequence of a batch by its losses: whether it is `right`, and its `error`.

/** −ln 0.7 */
const AT_SEVENTY_PERCENT = 0.35667494393873245;

/** Right if the output is off by less than 0.04, as in the paper. `each`: [B, 1] squared errors. */
export function markAdding({ data }) {
  return Array.from(data, (squared) => ({ error: Math.sqrt(squared), right: squared < 0.04 ** 2 }));
}

/**
 * Right if every output is off by less than 0.3, as in the paper. Outputs of a softmax sum to 1, so the output of the
 * right class is off the most; the loss is its −ln. `each`: [B].
 */
export function markTemporalOrder({ data }) {
  return Array.from(data, (loss) => ({ error: loss, right: loss < AT_SEVENTY_PERCENT }));
}

/**
 * Right if the most likely symbol is legal at every step. At the last step but one, only one symbol is legal. `each`:
 * [1, T] losses, `output`: [1, T, 7] logits.
 */
export function markEmbeddedReber({ data }, output, { legal }) {
  const I = output.shape[2];
  const right = legal.every((symbols, t) => {
    const logits = output.data.subarray(t * I, (t + 1) * I);
    return symbols.includes(logits.reduce((best, logit, k) => (logit > logits[best] ? k : best), 0));
  });
  return [{ error: data.reduce((sum, loss) => sum + loss, 0) / data.length, right }];
}
