// Random descriptions of models for ONNX: cells × options × directions × depth × lengths × states.

/** Numbers from 0 to below 1 (mulberry32). */
function numbersFrom(seed) {
  let state = Math.imul(seed, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const BOUNDED = ['tanh', 'softsign', 'sigmoid', 'hardSigmoidFifth', 'hardSigmoidSixth'];
const SHARES = ['sigmoid', 'hardSigmoidFifth', 'hardSigmoidSixth'];
const SIZES = [1, 2, 3, 5, 8, 9];

/**
 * @param {number} seed
 * @returns {import('./onnx-models.mjs').Description}
 */
export function randomDescription(seed) {
  const next = numbersFrom(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const flip = (share = 0.5) => next() < share;
  const recurrent = (units = pick(SIZES), returnSequences = true) => {
    const kind = pick(['LSTM', 'GRU', 'SimpleRNN']);
    const common = {
      units,
      returnSequences,
      useBias: flip(0.8),
      ...(flip(0.3) && { clip: pick([0.5, 1, 3]) }),
      ...(flip(0.3) && { trainInitialState: true }),
      ...(flip(0.5) && { activation: pick(BOUNDED) }),
    };
    if (kind === 'SimpleRNN') return [kind, common];
    const gates = { ...common, recurrentActivation: pick(SHARES) };
    if (kind === 'GRU') return [kind, { ...gates, resetAfter: flip() }];
    const own = {
      peepholes: flip(),
      ...(flip(0.3) && { coupledGate: 'forget' }),
      outputActivation: pick([...BOUNDED, 'linear']),
    };
    return [kind, { ...gates, ...own }];
  };
  const bidirectional = (returnSequences) => {
    const units = pick(SIZES);
    const first = recurrent(units, returnSequences);
    const twin = flip() ? [first[0], { ...first[1] }] : recurrent(units, returnSequences);
    return ['Bidirectional', { layers: [first, twin], mergeMode: pick(['concat', 'concat', 'sum', 'mul', 'average']) }];
  };
  const between = () =>
    pick([
      ['Dense', { units: pick(SIZES), activation: pick(BOUNDED) }],
      ['LayerNormalization', {}],
      ['Dropout', { rate: 0.3 }],
    ]);
  const depth = pick([1, 1, 2, 3]);
  const layers = [];
  for (let k = 0; k < depth; k++) {
    const sequence = k < depth - 1 || flip();
    const layer = flip(0.4) ? bidirectional(sequence) : recurrent(undefined, sequence);
    if (k === 0 && layer[0] !== 'Bidirectional' && flip(0.3)) layer[1].goBackwards = true;
    layers.push(layer);
    if (flip(0.4)) layers.push(between());
  }
  const [B, T] = [pick([1, 2, 5]), pick([1, 2, 6, 11])];
  const lengths = flip() ? Array.from({ length: B }, () => 1 + Math.floor(next() * T)) : undefined;
  const options = { lengths: lengths !== undefined, states: flip() };
  return { name: `random ${seed}`, I: pick(SIZES), B, T, layers, options, ...(lengths && { lengths }) };
}
