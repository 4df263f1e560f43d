// Whether a checkpoint is that of a call: of its data and options, its model and its callbacks.

import { describe } from '../../describe.ts';
import { StateError } from '../../errors.ts';
import { requireArrays, unfit } from '../../formats/safetensors.ts';
import { Network } from '../../layers/network.ts';
import { sizeOf } from '../../tensor/layout.ts';
import type { Run } from '../training-run.ts';
import type { Contents } from './contents.ts';
import { settingsOf } from './settings.ts';

interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Throws unless the call, and all that it trains, are those of the checkpoint. */
export function requireSameRun(where: string, run: Run, contents: Contents): void {
  requireSameCall(where, run, contents);
  requireCallbacks(where, run, contents);
  requireSameArrays(where, run, contents);
  requireHistory(where, contents);
  const known = Object.keys(run.metrics);
  const { done, metrics } = contents.facts;
  if (done > 0 && known.join() !== metrics.join()) {
    unfit(where, `have the metrics ${describe(known)} of this call`, describe(metrics));
  }
}

function requireSameCall(where: string, { model, compiled, progress }: Run, { facts }: Contents): void {
  const { optimizer } = compiled;
  const now: Record<string, unknown> = {
    call: progress.stream === undefined ? 'fit' : 'fitStream',
    'model seed': model.buildOptions.seed ?? 0,
    inputSize: model.inputSize ?? facts.inputSize,
    optimizer: optimizer.kind,
    ...settingsOf(compiled),
    ...progress.facts,
  };
  const then: Record<string, unknown> = {
    call: facts.where,
    'model seed': facts.seed,
    inputSize: facts.inputSize,
    optimizer: facts.optimizer.kind,
    ...facts.settings,
    ...facts.data,
  };
  for (const name of new Set([...Object.keys(then), ...Object.keys(now)])) {
    if (now[name] === then[name]) continue;
    throw new StateError({
      where,
      ...(name !== 'call' && { argument: name }),
      expected: `be ${describe(then[name])}, as in the checkpoint`,
      received: describe(now[name]),
      remedy: 'Continue with the data, options and model of the training that made the checkpoint',
    });
  }
}

function requireCallbacks(where: string, { callbacks }: Run, { facts }: Contents): void {
  const stateful = callbacks.filter(({ state }) => state !== undefined).length;
  if (stateful === facts.callbacks.length) return;
  throw new StateError({
    where,
    argument: 'callbacks',
    expected: `have ${facts.callbacks.length} with a state, as in the checkpoint`,
    received: `${stateful}`,
  });
}

/** Throws unless the file has exactly the arrays that the model, the optimizer and the callbacks have. */
function requireSameArrays(where: string, run: Run, contents: Contents): void {
  const { facts, arrays } = contents;
  const { model, progress } = run;
  const free = [
    ...facts.callbacks.flatMap(({ tensors }, i) => tensors.map((key) => `callbacks.${i}.${key}`)),
    ...facts.metrics.map((name) => `metrics.${name}`),
    ...(progress.stream === undefined ? [] : ['context']),
    'history',
  ];
  const given = free.flatMap((name) => (arrays.has(name) ? [{ name, shape: arrays.get(name)!.shape }] : []));
  const totals = { name: 'totals', shape: [progress.totals.state.length] };
  const wanted = [...weightsAndSlots(run, contents), ...carriedStates(run, contents), ...given, totals];
  requireArrays(where, wanted, [...arrays.values()]);
  for (const { name, dtype } of arrays.values()) {
    if (/^(weights|slots|kept|stream)\./.test(name) && dtype !== model.dtype) {
      unfit(where, `hold ${model.dtype}, as the model does`, `${name} of ${dtype}`);
    }
  }
}

function weightsAndSlots({ model, compiled }: Run, { facts, arrays }: Contents): readonly NamedShape[] {
  const { optimizer } = compiled;
  const specs = model.parameterSpecs(facts.inputSize);
  const { trains = () => true } = optimizer;
  const size = specs.filter(trains).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const count = arrays.has('slots.0') ? optimizer.slotCount : 0;
  return [
    ...specs.map(({ name, shape }) => ({ name: `weights.${name}`, shape })),
    ...Array.from({ length: count }, (_, k) => ({ name: `slots.${k}`, shape: [size] })),
  ];
}

function carriedStates({ model }: Run, { facts, arrays }: Contents): readonly NamedShape[] {
  if (!(model instanceof Network) || facts.rows === 0) return [];
  return ['kept', 'stream'].flatMap((prefix) => {
    const states = model.stateSpecs(facts.inputSize).map(({ path, width }) => ({
      name: `${prefix}.${path.join('.')}`,
      shape: [facts.rows, width],
    }));
    return states.some(({ name }) => arrays.has(name)) ? states : [];
  });
}

function requireHistory(where: string, { facts, arrays }: Contents): void {
  const { epoch, initialEpoch, figures } = facts;
  const shape = arrays.get('history')?.shape ?? [0, 0];
  const fits = shape.length === 2 && shape[0] === epoch - initialEpoch && shape[1] === figures.length;
  if (!fits) unfit(where, `have a history of ${epoch - initialEpoch} epochs`, `[${shape.join(', ')}]`);
}
