// Lays out the training step of a network.

import type { Hooks } from '../engine/hooks.ts';
import type { PassRequest } from '../engine/passes.ts';
import { shapeOf } from '../engine/signal.ts';
import type { Traversal } from '../engine/traversal.ts';
import type { Network } from '../layers/network.ts';
import type { Loss } from '../losses/loss.ts';
import type { CarriedStates } from './carried-states.ts';
import type { Examples } from './examples.ts';
import { firstNonFinite } from './first-non-finite.ts';
import { LossPass, type OnLoss } from './loss-pass.ts';
import { asCallerCounts, fromTheEnd, type LaidStep, type PartOfStep, type StepSpan } from './step-span.ts';
import type { MaskedTarget } from './targets.ts';

/** All rows of a step. */
const WHOLE: PartOfStep = { firstRow: 0, weight: undefined, out: undefined, each: undefined };

/** The network that a step trains, and the pass that it requests. */
export interface StepOwner {
  readonly network: Network;
  readonly states: CarriedStates;
  readonly loss: Loss;
  readonly request: PassRequest;
}

/** Lays out a step over checked data. */
export function layStep(
  where: string,
  { network, states, loss, request }: StepOwner,
  { source, mask }: Examples,
  target: MaskedTarget,
  span: StepSpan,
  { firstRow, weight, out, each }: PartOfStep = WHOLE,
): LaidStep {
  const packing = network.pack(mask, false);
  const { B, F } = shapeOf(source);
  const { state = network.keptState(where, B, F), lossFrom = 0 } = span;
  const traversal = network.passes.begin(where, shapeOf(source), request, packing);
  const { until = traversal.T } = span;
  const { parameters, trainingStep } = network;
  const carried = state && states.carry(where, source, state, packing);
  const [before, leaves] = [carried?.at(traversal.initialStates), carried?.tree.leaves ?? []];
  const beginning = { packing, trainingStep, firstRow, stateGiven: carried !== undefined };
  const start = (): Traversal => {
    traversal.start(network.inOrder(source), beginning);
    before?.load();
    return traversal;
  };
  const compute = (hooks: Hooks, onLoss?: OnLoss): number => {
    const losses = new LossPass(where, loss, parameters.arena, traversal, { target, lossFrom, weight, out, each });
    start().run({ ...hooks, ...losses.backward(onLoss) }, until);
    return losses.loss;
  };
  const storeState = (): void => {
    carried?.at(traversal.statesAfter(until)).store();
    if (state !== undefined && span.state === undefined) network.keep(state);
  };
  const locate: LaidStep['locate'] = (gradientNorm) => {
    const x = network.inOrder(source);
    const place = firstNonFinite(parameters, x, leaves, compute, gradientNorm, packing);
    return asCallerCounts(network.readsBackwards ? fromTheEnd(place, source) : place, span, firstRow);
  };
  const forward = (hooks: Hooks): void => start().forward(hooks);
  return { states: leaves, packing, forward, compute, storeState, locate };
}
