/** Mutants with a wrong backward step of a cell.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const steps = {
  'lib/kernels/steps/lstm.ts': [
    {
      name: 'LSTM: c gets nothing through h',
      find: 'add(load(heap, dc + k), mul(mul(dhk, o), dTanh(t)))',
      replace: 'load(heap, dc + k)',
    },
    {
      name: 'LSTM: dc from later steps dropped',
      find: 'add(load(heap, dc + k), mul(mul(dhk, o), dTanh(t)))',
      replace: 'mul(mul(dhk, o), dTanh(t))',
    },
    { name: 'LSTM: tanh′(c) forgotten', find: 'mul(mul(dhk, o), dTanh(t))', replace: 'mul(dhk, o)' },
    { name: 'LSTM: cell carried without f', find: 'mul(dcTotal, f)', replace: 'dcTotal' },
    { name: 'LSTM: cell not carried', find: 'store(heap, dc + k, mul(dcTotal, f), H - j);', replace: '' },
    {
      name: 'LSTM: input and candidate swapped',
      find: 'inputGateBackward(dcTotal, g, i)',
      replace: 'inputGateBackward(dcTotal, i, g)',
    },
    {
      name: 'LSTM: input gate in the forget block',
      find: 'store(heap, to, input',
      replace: 'store(heap, to + H, input',
    },
    {
      name: 'LSTM: forget gate looks at dc before dh',
      find: 'forgetGateBackward(dcTotal,',
      replace: 'forgetGateBackward(load(heap, dc + k),',
    },
    {
      name: 'LSTM: output gate fed dc',
      find: 'outputGateBackward(dhk, t, o)',
      replace: 'outputGateBackward(dcTotal, t, o)',
    },
    {
      name: 'LSTM: backward overwrites tanh(c)',
      find: 'store(heap, dc + k, mul(dcTotal, f), H - j);',
      replace: 'store(heap, dc + k, mul(dcTotal, f), H - j); store(heap, tanhC + k, dhk, H - j);',
    },
    {
      name: 'LSTM: backward overwrites the gates',
      find: 'store(heap, to + 2 * H, candidateBackward(dcTotal, i, g), H - j);',
      replace: 'store(heap, to + 2 * H, candidateBackward(dcTotal, i, g), H - j); store(heap, at, dcTotal, H - j);',
    },
    { name: 'LSTM: last row left out', find: 'b < B; b++', nth: 2, replace: 'b < B - (B > 1 ? 1 : 0); b++' },
  ],
  'lib/kernels/steps/gru.ts': [
    { name: 'GRU: 1 − z forgotten', find: 'mul(dhk, sub(lane(1), z))', replace: 'dhk' },
    { name: 'GRU: z for 1 − z', find: 'mul(dhk, sub(lane(1), z))', replace: 'mul(dhk, z)' },
    { name: 'GRU: direct share dropped', find: 'mul(dhk, sub(lane(1), z))', replace: 'lane(0)' },
    {
      name: 'GRU: update and candidate swapped',
      find: 'candidateBackward(dhk, z, candidate)',
      replace: 'candidateBackward(dhk, candidate, z)',
    },
    { name: 'GRU: r missing in the backward pass', find: 'mul(d, r)', replace: 'd' },
    { name: 'GRU: = for += of dh′', find: 'add(load(heap, dhPrev + k), mul(d, r))', replace: 'mul(d, r)' },
    {
      name: 'GRU: nothing through r⊙h′',
      find: 'add(load(heap, dhPrev + k), mul(d, r))',
      replace: 'load(heap, dhPrev + k)',
    },
    {
      name: 'GRU: reset gate sees r',
      find: 'resetGateBackward(d, load(heap, hPrev + k), r)',
      replace: 'resetGateBackward(d, r, r)',
    },
  ],
  'lib/kernels/steps/gru-reset-after.ts': [
    { name: 'GRU, reset after: r forgotten', find: 'mul(dCandidate, r)', replace: 'dCandidate' },
    {
      name: 'GRU, reset after: reset gate sees h′',
      find: 'resetGateBackward(dCandidate, load(heap, recurrent + k), r)',
      replace: 'resetGateBackward(dCandidate, load(heap, hPrev + k), r)',
    },
    {
      name: 'GRU, reset after: sign of 1 − z',
      find: 'mul(dhk, sub(lane(1), z))',
      replace: 'mul(dhk, sub(z, lane(1)))',
    },
    {
      name: 'GRU, reset after: candidate block gets r⊙',
      find: 'store(heap, to + 2 * H, dCandidate, H - j)',
      replace: 'store(heap, to + 2 * H, mul(dCandidate, r), H - j)',
    },
  ],
  'lib/kernels/steps/activation.ts': [
    {
      name: 'tanh layer: dy forgotten',
      find: 'mul(load(heap, dy + j), dTanh(load(heap, y + j)))',
      replace: 'dTanh(load(heap, y + j))',
    },
    {
      name: 'relu layer: derivative forgotten',
      find: 'mul(load(heap, dy + j), dRelu(load(heap, y + j)))',
      replace: 'load(heap, dy + j)',
    },
    {
      name: 'sigmoid layer: derivative of tanh',
      find: 'dSigmoid(load(heap, y + j))',
      replace: 'dTanh(load(heap, y + j))',
    },
  ],
};
