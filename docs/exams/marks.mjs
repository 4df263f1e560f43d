// What counts as right, sequence by sequence, from the losses of a batch: an error for the mean, and whether it is right.

/** −ln 0.7 */
const AT_SEVENTY_PERCENT = 0.35667494393873245;

/** Right as in the paper: the output is less than 0.04 off. `each`: [B, 1] squared errors. */
export function markAdding({ data }) {
  return Array.from(data, (squared) => ({ error: Math.sqrt(squared), right: squared < 0.04 ** 2 }));
}

/**
 * Right as in the paper: every output is less than 0.3 off. Outputs of a softmax sum to 1, so the one of the class is off the
 * most, and −ln of it is the loss. `each`: [B].
 */
export function markTemporalOrder({ data }) {
  return Array.from(data, (loss) => ({ error: loss, right: loss < AT_SEVENTY_PERCENT }));
}

/**
 * Right if the most likely symbol is legal at every step; at the last but one, only one is. `each`: [1, T] losses,
 * `output`: [1, T, 7] logits.
 */
export function markEmbeddedReber({ data }, output, { legal }) {
  const I = output.shape[2];
  const right = legal.every((symbols, t) => {
    const logits = output.data.subarray(t * I, (t + 1) * I);
    return symbols.includes(logits.reduce((best, logit, k) => (logit > logits[best] ? k : best), 0));
  });
  return [{ error: data.reduce((sum, loss) => sum + loss, 0) / data.length, right }];
}
