// Checks that optimizers undo exactly those updates that overflow, report the place, and change nothing.

/** The error of an optimizer that handles overflow wrongly. */
export class PolicyError extends Error {}

/**
 * Name, optimizer, two parameters, the gradient of the second in each step, and the slot that overflows in the last.
 */
const cases = ({ Adam, SGD }) => [
  ['mean of squares', () => new Adam(), [1, 1], [1, 1e20], 'v'],
  ['step over ε', () => new Adam({ learningRate: 1e29, epsilon: 2 ** -126 }), [1, 1], [1e-24], undefined],
  ['large step', () => new SGD({ learningRate: 1e30 }), [1, 1], [1e10], undefined],
  ['velocity', () => new SGD({ learningRate: 1e-10, momentum: 0.9 }), [1, 1], [1, 3e38, 3e38], 'v'],
  ['decay', () => new SGD({ learningRate: 1e-3, momentum: 0.9, weightDecay: 1 }), [1, 3e38], [0, 0], 'v'],
];

export function checkPolicy(bptt) {
  for (const [name, make, w, gradients, slot] of cases(bptt)) {
    overflows(name, bptt.Parameters.of({ w: bptt.tensor(w) }), make(), gradients, slot);
  }
  checkOthers(bptt);
}

const memory = ({ arena }) => arena.data.slice(0, 32);

function overflows(name, parameters, optimizer, gradients, slot) {
  const fail = (problem) => {
    throw new PolicyError(`${name}: ${problem}`);
  };
  const begun = optimizer.iterations;
  gradients.forEach((g, k) => {
    parameters.get('w').gradient.set(1, g);
    const before = memory(parameters);
    const overflow = optimizer.stepWithin(parameters, Math.abs(g));
    const last = k === gradients.length - 1;
    if (last !== (overflow !== undefined)) fail(`step ${k} ${last ? 'taken' : 'refused'}`);
    if (!last) return;
    if (overflow.slot !== slot || overflow.index[0] !== 1) fail(`${overflow.slot} ${overflow.index} named`);
    if (memory(parameters).some((v, j) => v !== before[j])) fail('memory not as it was');
    if (optimizer.iterations !== begun + k) fail(`${optimizer.iterations - begun} iterations in ${k} steps`);
  });
}

/** Checks parameters made large by `assign`, and a velocity made large by a direct step. */
function checkOthers({ Parameters, SGD, tensor }) {
  const assigned = Parameters.of({ w: tensor([1, 1]) });
  const decaying = new SGD({ learningRate: 1e-3, momentum: 0.9, weightDecay: 1 });
  decaying.stepWithin(assigned, 0);
  assigned.get('w').assign(tensor([1, 3e38]));
  overflows('decay of what was assigned', assigned, decaying, [0, 0], 'v');

  const stepped = Parameters.of({ w: tensor([1, 1]) });
  const fast = new SGD({ learningRate: 0, momentum: 0.9 });
  stepped.get('w').gradient.set(1, 3e38);
  fast.step(stepped);
  fast.learningRate = 1e5;
  overflows('velocity of a step by hand', stepped, fast, [0], undefined);
}
