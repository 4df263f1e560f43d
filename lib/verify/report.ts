// The report of `gradcheck`.

import { BpttError } from '../errors.ts';

/** One entry of the Jacobian, or of a gradient in a random direction. */
export interface CheckedEntry {
  /** Name of the variable. */
  readonly variable: string;
  /** Index in the variable. */
  readonly index: readonly number[];
  /** Output and index in it; undefined for a random direction over all outputs. */
  readonly output?: {
    /** Name of the output. */
    readonly name: string;
    /** Index in the output. */
    readonly index: readonly number[];
  };
  /** Derivative by finite differences. */
  readonly numeric: number;
  /** Derivative by the backward pass. */
  readonly analytic: number;
  /** |numeric − analytic| / scale, which the tolerance limits. */
  readonly error: number;
  /** The largest gradient of this variable and output, or a thousandth of the output's size if that is larger. */
  readonly scale: number;
  /** Uncertainty of the numeric value, relative to scale; 0 if it was not estimated. */
  readonly uncertainty: number;
}

/** Result for one variable. */
export interface CheckedVariable {
  /**
   * Name of the variable: a parameter such as `kernel`, the input `x`, or an initial state such as `initialState.h`.
   */
  readonly name: string;
  /** Number of elements. */
  readonly entries: number;
  /** Number of checked elements. */
  readonly checked: number;
  /** Largest error, relative to scale. */
  readonly worstError: number;
  /** Whether every entry agrees. */
  readonly passed: boolean;
}

/** Settings of a check. */
export interface CheckSettings {
  /** Step size h of the differences. */
  readonly step: number;
  /** Largest error allowed, relative to the largest gradient. */
  readonly tolerance: number;
  /** Seed of random directions and samples. */
  readonly seed: number;
  /** `'all'`: the full Jacobian was checked; a number: that many random directions. */
  readonly cotangents: 'all' | number;
  /** Total number of output entries. */
  readonly outputs: number;
}

/** Result of `gradcheck`. */
export class GradcheckReport implements CheckSettings {
  /** Whether every entry agrees and there are no problems. */
  readonly passed: boolean;
  /** Step size h of the differences. */
  readonly step: number;
  /** Largest error allowed, relative to the largest gradient. */
  readonly tolerance: number;
  /** Seed of random directions and samples. */
  readonly seed: number;
  /** `'all'`: the full Jacobian was checked; a number: that many random directions. */
  readonly cotangents: 'all' | number;
  /** Total number of output entries. */
  readonly outputs: number;
  /** One entry per variable: parameters first, then the input and the initial states. */
  readonly variables: readonly CheckedVariable[];
  /** Problems other than wrong values, such as a second backward pass that differs, or a changed variable. */
  readonly problems: readonly string[];
  /** Entry with the largest error, after subtracting the uncertainty of its numeric value. */
  readonly worst: CheckedEntry | undefined;

  constructor(
    settings: CheckSettings,
    variables: readonly CheckedVariable[],
    problems: readonly string[],
    worst: CheckedEntry | undefined,
  ) {
    this.step = settings.step;
    this.tolerance = settings.tolerance;
    this.seed = settings.seed;
    this.cotangents = settings.cotangents;
    this.outputs = settings.outputs;
    this.variables = variables;
    this.problems = problems;
    this.worst = worst;
    this.passed = problems.length === 0 && variables.every(({ passed }) => passed);
  }

  /** Returns a table with a row per variable, the worst entry, and other problems. */
  toString(): string {
    const { step, tolerance, outputs, worst } = this;
    const directions =
      this.cotangents === 'all' ? 'the full Jacobian' : `${this.cotangents} random directions, seed ${this.seed}`;
    const head = `gradcheck ${this.passed ? 'passed' : 'FAILED'}: ${outputs} outputs, ${directions}, step ${step}, tolerance ${tolerance}`;
    const rows = this.variables.map((v) => [
      v.name,
      `checked ${grouped(v.checked)} of ${grouped(v.entries)}`,
      v.worstError.toExponential(1),
      v.passed ? 'ok' : 'WRONG',
    ]);
    const found = worst === undefined ? [] : [`worst: ${inWords(worst)}`];
    return [head, ...aligned([['variable', 'entries', 'error', ''], ...rows]), ...found, ...this.problems].join('\n');
  }
}

/** The error of `assertGradients`, with the report. */
export class GradientError extends BpttError {
  override readonly name: string = 'GradientError';
  /** The report of the check. */
  readonly report: GradcheckReport;

  constructor(where: string, report: GradcheckReport) {
    super({
      where,
      argument: 'subject',
      expected: `have gradients within ${report.tolerance} of finite differences`,
      received: `different gradients\n${report}`,
    });
    this.report = report;
  }
}

function inWords({ variable, index, output, numeric, analytic, error, uncertainty }: CheckedEntry): string {
  const of = output === undefined ? 'all outputs' : `${output.name}[${output.index.join(', ')}]`;
  const trust = uncertainty === 0 ? '' : ` (uncertainty of the numeric value ${uncertainty.toExponential(1)})`;
  return `∂${of}/∂${variable}[${index.join(', ')}]: numeric ${numeric}, analytic ${analytic}, error ${error.toExponential(1)} of the largest${trust}`;
}

function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => rows.reduce((width, row) => Math.max(width, row[column]!.length), 0));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd());
}
