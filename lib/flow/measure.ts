// `gradientFlow`: measures the gradient flow of one batch.

import { refuse, requireInstance } from '../checks.ts';
import { gradientNorm } from '../clip/clip-gradients.ts';
import type { Visit } from '../engine/visit.ts';
import { jsonable } from '../json.ts';
import type { NetworkState } from '../layers/network.ts';
import { Sequential } from '../model/sequential.ts';
import { withRestored } from '../optimizers/trial.ts';
import { addPenalties } from '../parameters/regularize.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import { printable } from '../tensor/printed.ts';
import type { FloatArray } from '../tensor/storage.ts';
import type { Examples } from '../training/examples.ts';
import { firstNonFinite } from '../training/first-non-finite.ts';
import type { LaidStep } from '../training/step-span.ts';
import { decayOf } from './decay.ts';
import { requireFacts } from './facts.ts';
import { flowInWords } from './flow-in-words.ts';
import type { GateFlow, GradientFlow, LayerFlow } from './gradient-flow.ts';
import { jacobianNorms } from './jacobian/jacobian-norms.ts';
import type { Pair } from './jacobian/pair.ts';
import { LayerTrace } from './layer-trace.ts';
import {
  type FlowOptions,
  type FlowSettings,
  pairsOf,
  requireFlowOptions,
  requireWholeRows,
  requireWithin,
} from './options.ts';
import { parameterFlows, updateRatios } from './parameter-flow.ts';
import { type NamedLayer, recurrentLayers } from './recurrent-layers.ts';
import { recurrentSpectrum } from './recurrent-spectrum.ts';
import { verdictsOf } from './verdicts/verdicts.ts';

const WHERE = 'gradientFlow';

/**
 * Measures how gradients flow through a model for one batch: norms along time, Jacobians, gates and updates. Verdicts
 * name problems and remedies. Without Jacobians and spectra, it takes as long as one to two and a half training steps,
 * longer with fewer than 64 units. It does not change the model: training continues with the same bits. It invalidates
 * the current pass: `backward` then needs a new `forward`. Gradients flow through the whole sequence even if the model
 * is compiled with `truncate`; norms and updates of training may then differ.
 *
 * @param model - compiled; its parameters are created if necessary, as by the first training step
 * @param x - [B, T, I], one batch
 * @param y - targets, as for `trainStep`
 * @param options - see FlowOptions; with `lengths` or `mask`, T is the number of time steps that count of the longest row
 * @throws ArgumentError, ShapeError; StateError before `compile`. In all these cases nothing changes
 *
 * @example
 * ```ts
 * const model = new Sequential([new SimpleRNN({ units: 8 }), new Dense({ units: 1 })]);
 * model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: new MeanSquaredError() });
 * const [x, y] = [randomNormal([4, 50, 2], { seed: 1 }), randomNormal([4, 1], { seed: 2 })];
 * const { layers, verdicts } = gradientFlow(model, x, y, { jacobians: 'last' });
 * layers[0].stateGradients.h.shape;    // [51, 4]
 * layers[0].jacobians.h[0].norm < 0.5; // true: ∂h_50/∂h_0
 * verdicts[0].kind;                    // 'vanishing'
 * ```
 */
export function gradientFlow(
  model: Sequential,
  x: NdArrayLike,
  y: NdArrayLike,
  options: FlowOptions = {},
): GradientFlow {
  requireInstance(WHERE, 'model', model, Sequential, 'be a Sequential');
  const settings = requireFlowOptions(WHERE, options);
  const { lengths, mask } = settings;
  const examples = model.trainer.requireExamples(WHERE, x, y, { mask: { lengths, mask } });
  const { source } = examples;
  const B = source.shape[0]!;
  const packing = model.pack(examples.mask, false);
  const recurrent = recurrentLayers(model, source.shape.length === 3 ? (packing?.T ?? source.shape[1]!) : 0);
  for (const { name, layer, T } of recurrent) {
    requireFacts(WHERE, name, layer.cell);
    requireWithin(WHERE, settings, B, packing?.paddedT ?? T);
  }
  if (recurrent.length === 0) requireWithin(WHERE, settings, B, 0);
  if (settings.jacobians !== undefined) requireNoNoise(recurrent, settings.jacobians);
  requireWholeRows(WHERE, settings, packing);
  const step = stepFrom(model, examples, settings.state);
  const layers = recurrent.map((named): Traced => {
    const pairs = pairsOf(settings, named.T);
    const rows = pairs.length > 0 ? settings.rows : [];
    return { ...named, pairs, trace: new LayerTrace(named.layer.cell, named.T, B, rows, packing) };
  });
  const { arena, runs } = model.parameters;
  let flow!: GradientFlow;
  const gradients = runs.map(({ gradientsAt: at, size }) => ({ at, size }));
  const restoreRows = model.parameters.rememberRows();
  withRestored(arena, gradients, () => {
    flow = measure(model, source, step, layers, settings);
  });
  restoreRows();
  arena.layOut(() => undefined);
  return printable(jsonable(flow), flowInWords);
}

/** Runs the step and collects its measurements. Overwrites the gradients. */
function measure(
  model: Sequential,
  source: NdArrayLike,
  step: LaidStep,
  layers: readonly Traced[],
  settings: FlowSettings,
): GradientFlow {
  const { parameters, trainer } = model;
  parameters.zeroGradients();
  const dataLoss = watch(step, layers, () => parameters.arena.data);
  const loss = dataLoss + addPenalties(parameters);
  const compiled = trainer.requireCompiled(WHERE);
  const norm = gradientNorm(compiled.optimizer.trained(parameters));
  const flows = parameterFlows(parameters);
  const steps = Number.isFinite(loss) && norm < Infinity;
  const ratios = steps ? updateRatios(parameters, compiled, norm) : [];
  const place = steps ? undefined : firstNonFinite(parameters, source, step.states, step.compute, norm, step.packing);
  const measured = {
    loss,
    gradientNorm: norm,
    layers: layers.map((layer) => layerFlow(layer, settings)),
    parameters: flows.map((each, i) => ({ ...each, updateRatio: ratios[i] })),
  };
  return { ...measured, verdicts: verdictsOf(measured, model, settings.recentNorms, place) };
}

/** Lays out a training step from a state, through the whole sequence. */
function stepFrom({ trainer }: Sequential, examples: Examples, state: NetworkState | undefined): LaidStep {
  if (state !== undefined) trainer.states.require(WHERE, state, examples.source);
  const { checkpoint } = trainer.requireCompiled(WHERE).through;
  const through = checkpoint === undefined ? {} : { checkpoint };
  return trainer.layStep(WHERE, examples, state === undefined ? {} : { state }, through);
}

type Traced = NamedLayer & { readonly trace: LayerTrace; readonly pairs: readonly Pair[] };

/** Computes a training step up to its gradients, feeds the traces, and returns the loss. */
function watch(step: LaidStep, layers: readonly Traced[], data: () => FloatArray): number {
  const traces = new Map(layers.map(({ name, trace }) => [name, trace]));
  const open = [...traces.values()].some((trace) => trace.open);
  const unseen = (): void => {};
  const range: Visit = (values) => traces.get(values.layer!)?.range(data(), values);
  if (open) step.forward({ visit: { forward: range, backward: unseen } });
  const loss = step.compute({
    visit: {
      forward: (values) => traces.get(values.layer!)?.forward(data(), values),
      backward: (values) => {
        if (values.kind === 'tensor') traces.get(values.layer!)?.backward(data(), values);
      },
    },
  });
  for (const trace of traces.values()) trace.finish(data());
  return loss;
}

function layerFlow({ name, layer, trace, pairs }: Traced, settings: FlowSettings): LayerFlow {
  const { cell, T, B, stateGradients } = trace;
  const request = { pairs, method: settings.method, keep: settings.keepJacobians };
  const gates = [...trace.gates].flatMap(([gate, { flow }]): [string, GateFlow][] =>
    flow === undefined ? [] : [[gate, flow]],
  );
  const jacobians = pairs.length > 0 ? jacobianNorms(WHERE, name, cell, trace.rows, request) : {};
  const [first] = cell.states as [string];
  return {
    name,
    kind: layer.kind,
    T,
    B,
    H: cell.units,
    stateGradients,
    decay: decayOf(stateGradients[first]!, jacobians[first]),
    gates: Object.fromEntries(gates),
    cellState: trace.cellState?.flow,
    recurrent: settings.spectrum ? recurrentSpectrum(cell) : undefined,
    jacobians,
  };
}

/** Jacobians are those of the cell alone. */
function requireNoNoise(recurrent: readonly NamedLayer[], jacobians: unknown): void {
  for (const { name, layer } of recurrent) {
    const { recurrentDropout, zoneout } = layer;
    if (recurrentDropout === 0 && zoneout === 0) continue;
    const expected = `not be given for ${name}, which has recurrentDropout or zoneout: the norms would leave them out`;
    refuse(WHERE, 'jacobians', expected, jacobians);
  }
}
