// What `trainStep`, `fit` and `evaluate` report besides the loss: metrics and outputs.

import { reading, refuse, requireBoolean } from '../checks.ts';
import { maskTensor } from '../engine/mask.ts';
import type { Mask } from '../engine/packing.ts';
import type { SignalShape } from '../engine/signal.ts';
import { timeStepsOf } from '../losses/row-weights.ts';
import { optional, type Schema } from '../options.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** A figure over many batches: a `Metric`, or an object with its methods. */
export interface MetricLike<R = unknown> {
  /** Adds a batch. */
  add(prediction: NdArrayLike, target: NdArrayLike, options?: { mask?: NdArrayLike; weights?: NdArrayLike }): unknown;
  /** Returns the figure of all batches since `reset`. */
  result(): R;
  /** Forgets all batches. */
  reset(): void;
  /** @internal Throws if `add` would. */
  requireFits?(
    where: string,
    argument: string,
    outer: readonly number[],
    F: number,
    target: NdArrayLike,
    rows?: Int32Array,
  ): void;
  /** @internal Whether `add` takes predictions of any stride without a copy. */
  readonly takesViews?: boolean;
  /** @internal Whether `addLosses` may replace `add` where the loss of a row is −log p of its class. */
  readonly readsLosses?: boolean;
  /** @internal Adds losses of rows, [B, 1] or [B, T, 1]. */
  addLosses?(losses: NdArrayLike, options?: { mask?: NdArrayLike; weights?: NdArrayLike }): unknown;
}

/** Metrics by the name that logs give them. */
export type Metrics = Readonly<Record<string, MetricLike>>;

/** Figures of metrics by name: a number, or what the metric returns. */
// biome-ignore lint/suspicious/noExplicitAny: each metric has a result of its own
export type MetricResults = Readonly<Record<string, any>>;

/** What a call reports besides the loss. */
export interface ReportRequest {
  /** Metrics by name: `{ accuracy: new Accuracy() }`; default none. They need no pass of their own. */
  readonly metrics?: Metrics;
  /** Whether to return the outputs; default false. */
  readonly output?: boolean;
}

/** @internal The schema of `ReportRequest`. */
export const REPORT_OPTIONS: Schema<ReportRequest> = {
  metrics: optional(requireMetrics, {}),
  output: optional(requireBoolean, false),
};

/** Checks metrics, and returns a copy of the record. */
export function requireMetrics(where: string, argument: string, value: unknown): Metrics {
  const expected = 'be an object of metrics: { accuracy: new Accuracy() }';
  return reading(where, argument, () => {
    const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isRecord || typeof (value as MetricLike).add === 'function') refuse(where, argument, expected, value);
    const entries = Object.entries(value as Metrics);
    for (const [name, metric] of entries) {
      const methods: readonly unknown[] = [metric?.add, metric?.result, metric?.reset];
      if (!methods.every((method) => typeof method === 'function')) {
        refuse(where, `${argument}.${name}`, 'be a metric, with add, result and reset', metric);
      }
    }
    return Object.fromEntries(entries);
  });
}

/** Targets of a batch, and which of its rows count. */
export interface ScoredRows {
  readonly target: NdArrayLike;
  /** Whether the targets are class numbers. */
  readonly sparse: boolean;
  readonly mask: Mask | undefined;
  readonly weights: NdArrayLike | undefined;
}

/** Throws if a metric cannot take outputs of this shape with these targets. */
export function requireFits(
  where: string,
  metrics: Metrics,
  { T, B, F }: SignalShape,
  { target, mask }: Pick<ScoredRows, 'target' | 'mask'>,
): void {
  const outer = T === undefined ? [B] : [B, T];
  const rows = mask && T !== undefined ? timeStepsOf(mask) : undefined;
  for (const [name, metric] of Object.entries(metrics)) {
    metric.requireFits?.(where, `metrics.${name}`, outer, F, target, rows);
  }
}

/** Arrays that a pass fills for metrics and callers. */
export interface Written {
  /** Outputs, [B, T, F] or [B, F]. */
  readonly out?: Tensor | undefined;
  /** Loss of each row, [B, T, 1] or [B, 1]; see `LossPassOptions`. */
  readonly each?: Tensor | undefined;
}

/** Adds a batch to each metric. */
export function addToMetrics(metrics: Metrics, { out, each }: Written, { target, mask, weights }: ScoredRows): void {
  const all = Object.values(metrics);
  if (all.length === 0) return;
  const sequences = (out ?? each)!.shape.length === 3;
  const counted = { ...(mask && sequences && { mask: maskTensor(mask) }), ...(weights && { weights }) };
  for (const metric of all) {
    if (each !== undefined && metric.readsLosses) metric.addLosses!(each, counted);
    else metric.add(out!, target, counted);
  }
}

/** The figures of metrics. */
export function resultsOf(metrics: Metrics): MetricResults {
  return Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metric.result()]));
}

/** Forgets what metrics have added. */
export function resetMetrics(metrics: Metrics): void {
  for (const metric of Object.values(metrics)) metric.reset();
}
