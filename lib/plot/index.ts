// The entry `bptt/plot`: figures and reports.

export { type AttentionMapOptions, attentionMap } from './attention-map.ts';
export type { DrawnGates, DrawnJacobians, DrawnNorm, DrawnRecord, DrawnSpectrum, DrawnStates } from './drawn.ts';
export { eigenvalues } from './eigenvalues.ts';
export { type FlowTriangleOptions, flowTriangle } from './flow-triangle.ts';
export { type GateActivationsOptions, gateActivations } from './gate-activations.ts';
export type { GateInput, StepRange } from './gate-input.ts';
export { gradientNorms } from './gradient-norms.ts';
export { type HistogramsOptions, histograms } from './histograms.ts';
export { importancePlot } from './importance-plot.ts';
export { type LineChartOptions, lineChart } from './line-chart.ts';
export type { Epochs } from './logs.ts';
export { type LossCurveOptions, lossCurve } from './loss-curve.ts';
export type { FigureOptions } from './options.ts';
export type { Section } from './page.ts';
export { type ParallelCoordinatesOptions, parallelCoordinates } from './parallel-coordinates.ts';
export { rateRangePlot } from './rate-range-plot.ts';
export { type ReportOptions, report } from './report.ts';
export { type SchedulePlotOptions, schedulePlot } from './schedule-plot.ts';
export type { Point, Series } from './series.ts';
export { type StateGradientsOptions, stateGradients } from './state-gradients.ts';
export { type SweepHistoryOptions, sweepHistory } from './sweep-history.ts';
export { type SweepSlicesOptions, sweepSlices } from './sweep-slices.ts';
