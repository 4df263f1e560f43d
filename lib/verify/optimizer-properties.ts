// Properties of optimizers.

import type { Arbitrary } from 'fast-check';
import fc from 'fast-check';
import { requireFunction } from '../checks.ts';
import { readOptions, required, type Schema } from '../options.ts';
import { Parameters } from '../parameters/parameters.ts';
import { assign } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { arbitraries } from './arbitraries.ts';
import { elementsOf } from './elements.ts';
import { expectBits, expectClose, expectScaled, PropertyError } from './expect-equal.ts';
import type { Properties } from './properties/property.ts';
import { mapElements } from './views.ts';

const { abs, sqrt } = Math;

/** The interface of an optimizer. */
export interface Stepper {
  /** Runs one update from the gradients. */
  step(parameters: Parameters): void;
}

/** Functions that create the optimizers to check. */
export interface OptimizerMakers {
  /** w ← w − η(g + λw). */
  makeSGD(options: { readonly learningRate: number; readonly weightDecay?: number }): Stepper;
  /** Adam with β₁ = 0.9, β₂ = 0.999 and decoupled weight decay. */
  makeAdam(options: {
    readonly learningRate: number;
    readonly epsilon?: number;
    readonly weightDecay?: number;
  }): Stepper;
}

const MAKERS: Schema<OptimizerMakers> = {
  makeSGD: required(requireFunction<OptimizerMakers['makeSGD']>),
  makeAdam: required(requireFunction<OptimizerMakers['makeAdam']>),
};

interface StepCase {
  readonly w: Tensor;
  readonly g: Tensor;
  readonly learningRate: number;
}

/**
 * Returns properties of optimizers in float64, each a fast-check property for `fc.assert`: a step of SGD is linear in
 * the learning rate; the first step of Adam is at most the learning rate for any scale of the gradients; a learning
 * rate of 0 changes nothing; weight decay alone shrinks weights; small steps reduce the loss.
 *
 * @param makers - `makeSGD`, `makeAdam`
 * @throws ArgumentError for a missing function
 *
 * @example
 * ```ts
 * const properties = optimizerProperties({ makeSGD: (o) => new SGD(o), makeAdam: (o) => new Adam(o) });
 * for (const [name, property] of Object.entries(properties)) test(name, () => fc.assert(property));
 * ```
 */
export function optimizerProperties(makers: OptimizerMakers): Properties {
  const where = 'optimizerProperties';
  const { makeSGD, makeAdam } = readOptions(where, makers, MAKERS, 'makers');
  const still = (learningRate: number): readonly Stepper[] => [makeSGD({ learningRate }), makeAdam({ learningRate })];
  return {
    'SGD: the step is the learning rate times the gradient': property(({ w, g, learningRate }) => {
      const expected = mapPair(w, g, (v, d) => v - learningRate * d);
      expectBits('weights', stepped(makeSGD({ learningRate }), w, g), expected);
    }),
    'SGD: from zero weights, twice the learning rate gives exactly twice the step': property(
      ({ w, g, learningRate }) => {
        const none = mapElements(w, () => 0);
        const once = stepped(makeSGD({ learningRate }), none, g);
        const twice = stepped(makeSGD({ learningRate: 2 * learningRate }), none, g);
        expectScaled('step', twice, once, 2);
      },
    ),
    'Adam: no entry of the first step is larger than the learning rate': property(({ w, g, learningRate }) => {
      const none = mapElements(w, () => 0);
      for (const step of elementsOf(stepped(makeAdam({ learningRate }), none, g))) {
        if (!(abs(step) <= learningRate * (1 + 1e-6))) {
          throw new PropertyError('Adam', `step at most ${learningRate}`, `${step}`);
        }
      }
    }),
    'Adam: gradients times a power of two give the same first step, except for epsilon': scaleFree(makeAdam),
    'a learning rate of 0 changes nothing': property(({ w, g }) => {
      for (const optimizer of still(0)) expectBits('weights', stepped(optimizer, w, g), w);
    }),
    'weight decay alone shrinks weights by 1 − ηλ': property(({ w, g, learningRate }) => {
      const none = mapElements(g, () => 0);
      const expected = mapElements(w, (v) => v * (1 - learningRate * 0.1));
      for (const make of [makeSGD, makeAdam]) {
        expectClose('weights', stepped(make({ learningRate, weightDecay: 0.1 }), w, none), expected, 1e-14);
      }
    }),
    'a small step of SGD reduces the loss': reducesLoss(makeSGD),
  };
}

function stepCase(): Arbitrary<StepCase> {
  const dtype = 'float64';
  return fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 2 }).chain((shape) =>
    fc.record({
      w: arbitraries.tensor(shape, { dtype }),
      g: arbitraries.tensor(shape, { dtype, special: 'small' }),
      learningRate: fc.constantFrom(0.5, 0.01, 1e-3),
    }),
  );
}

function property(check: (drawn: StepCase) => void): Properties[string] {
  return fc.property(stepCase(), check) as Properties[string];
}

/** Weights after one update from a gradient. */
function stepped(optimizer: Stepper, w: Tensor, g: Tensor): Tensor {
  const parameters = Parameters.of({ w }, { dtype: 'float64' });
  const { value, gradient } = parameters.get('w');
  assign(gradient, g);
  optimizer.step(parameters);
  return value.copy();
}

function mapPair(a: Tensor, b: Tensor, combine: (a: number, b: number) => number): Tensor {
  const result = a.copy();
  result.data.forEach((value, k) => {
    result.data[k] = combine(value, b.data[k]!);
  });
  return result;
}

/** Checks scale invariance for gradients so large that ε is negligible, which excludes zeros and subnormals. */
function scaleFree(makeAdam: OptimizerMakers['makeAdam']): Properties[string] {
  return fc.property(stepCase(), fc.integer({ min: -20, max: 20 }), ({ w, g, learningRate }, k) => {
    const sizable = mapElements(g, (v) => (abs(v) < 1e-6 ? 0.5 : v));
    const adam = (gradient: Tensor): Tensor => stepped(makeAdam({ learningRate, epsilon: 1e-30 }), w, gradient);
    const scaled = mapElements(sizable, (v) => v * 2 ** k);
    expectClose('weights', adam(scaled), adam(sizable), 1e-14);
  }) as Properties[string];
}

/** Checks that a step reduces f(w) = Σ(w − target)², with the gradient 2(w − target) and η = 1e-3 / ‖g‖. */
function reducesLoss(makeSGD: OptimizerMakers['makeSGD']): Properties[string] {
  return property(({ w, g: target }) => {
    const g = mapPair(w, target, (v, goal) => 2 * (v - goal));
    const height = (at: Tensor): number =>
      elementsOf(mapPair(at, target, (v, goal) => (v - goal) ** 2)).reduce((a, b) => a + b, 0);
    const slope = sqrt(elementsOf(g).reduce((sum, d) => sum + d * d, 0));
    fc.pre(slope > 1e-2);
    const after = height(stepped(makeSGD({ learningRate: 1e-3 / slope }), w, g));
    if (!(after < height(w))) throw new PropertyError('SGD', `go below ${height(w)}`, `${after}`);
  });
}
