import { describe, expect, it, test } from '@jest/globals';
import ndarray from 'ndarray';
import { BpttError, Dense, LSTM, type NdArrayLike, randomNormal, Tensor, tensor } from '../../lib/index.ts';
import { assertGradients, type Differentiable, GradientError, gradcheck } from '../../lib/verify/index.ts';

const dtype = 'float64';
const { tanh } = Math;

const f64 = (values: number[] | number[][]): Tensor => tensor(values, { dtype });
const map = (array: NdArrayLike, change: (value: number, k: number) => number): Tensor =>
  f64([...tensor(array, { dtype }).data].map(change));

/** y = tanh(w)·x elementwise, z = w·x: something right to break. */
function product(): { w: Tensor; x: Tensor; subject: Differentiable } {
  const w = f64([0.5, -1.25, 2]);
  const x = f64([1.5, 0.75, -0.5]);
  const subject: Differentiable = {
    variables: { w, x },
    forward: () => ({ y: map(w, (v, k) => tanh(v) * x.get(k)), z: map(w, (v, k) => v * x.get(k)) }),
    backward: ({ y, z }) => ({
      w: map(w, (v, k) => (1 - tanh(v) ** 2) * x.get(k) * y!.get(k) + x.get(k) * z!.get(k)),
      x: map(w, (v, k) => tanh(v) * y!.get(k) + v * z!.get(k)),
    }),
  };
  return { w, x, subject };
}

/** `product` with one gradient changed. */
function broken(name: 'w' | 'x', change: (value: number, k: number) => number): Differentiable {
  const { subject } = product();
  return {
    ...subject,
    backward: (upstream) => {
      const gradients = subject.backward(upstream);
      return { ...gradients, [name]: map(gradients[name]!, change) };
    },
  };
}

describe('gradcheck of a Differentiable', () => {
  it('passes what is right, over the full Jacobian and in random directions', () => {
    const { subject } = product();
    const full = gradcheck(subject);
    expect(full.passed).toBe(true);
    expect(full.cotangents).toBe('all');
    expect(full.outputs).toBe(6);
    expect(full.worst!.error).toBeLessThan(1e-10);
    expect(full.variables.map(({ name, checked, entries }) => [name, checked, entries])).toEqual([
      ['w', 3, 3],
      ['x', 3, 3],
    ]);
    for (const seed of [0, 1, 2]) expect(gradcheck(subject, { cotangents: 2, seed }).passed).toBe(true);
  });

  it('puts every variable back, bit by bit', () => {
    const { w, x, subject } = product();
    gradcheck(subject);
    expect([...w.data, ...x.data]).toEqual([0.5, -1.25, 2, 1.5, 0.75, -0.5]);
  });

  test.each([
    ['1e-7 of one entry', (v: number, k: number) => (k === 1 ? v * (1 + 1e-7) : v)],
    ['1e-8 of all', (v: number) => v * (1 + 1e-8)],
    ['a sign', (v: number) => -v],
    ['a forgotten variable', () => 0],
    ['NaN', (v: number, k: number) => (k === 2 ? Number.NaN : v)],
    ['an infinity', (v: number, k: number) => (k === 2 ? Infinity : v)],
    ['swapped entries', (v: number, k: number) => (k === 0 ? v + 1e-3 : v)],
  ])('finds an error of %s', (_, change) => {
    for (const name of ['w', 'x'] as const) {
      const report = gradcheck(broken(name, change));
      expect(report.passed).toBe(false);
      expect(report.worst!.variable).toBe(name);
      expect(report.variables.filter(({ passed }) => !passed).map((variable) => variable.name)).toEqual([name]);
      expect(gradcheck(broken(name, change), { cotangents: 3 }).passed).toBe(false);
    }
  });

  it('reports the index of the worst entry', () => {
    const report = gradcheck(broken('x', (v, k) => (k === 1 ? v * 1.01 : v)));
    const { worst } = report;
    expect(worst!.index).toEqual([1]);
    expect(worst!.output).toEqual({ name: 'y', index: [1] });
    expect(worst!.numeric).toBeCloseTo(tanh(-1.25), 9);
    expect(worst!.analytic).toBe(1.01 * tanh(-1.25));
    expect(worst!.error).toBeCloseTo((0.01 * tanh(1.25)) / worst!.scale, 9);
    const lines = `${report}`.split('\n');
    expect(lines[0]).toBe('gradcheck FAILED: 6 outputs, the full Jacobian, step 0.0003, tolerance 1e-9');
    expect(lines[2]).toMatch(/^ {2}w {9}checked 3 of 3 {2}\d.\de-\d+ {2,3}ok$/);
    expect(lines[3]).toMatch(/^ {2}x {9}checked 3 of 3 {2}\d.\de-\d+ {2,3}WRONG$/);
    expect(lines[4]).toMatch(/^worst: ∂y\[1\]\/∂x\[1\]: numeric -0\.848\d+, analytic -0\.856\d+, error /);
  });

  it('samples large variables, and says so', () => {
    const w = randomNormal([41, 320], { dtype });
    const subject: Differentiable = {
      variables: { w },
      forward: () => ({ sum: f64([Float64Array.from(w.data).reduce((sum, v) => sum + v, 0)]) }),
      backward: ({ sum }) => ({ w: new Tensor({ data: new Float64Array(w.size).fill(sum!.get(0)) }, w.shape) }),
    };
    const report = gradcheck(subject, { maxEntries: 40, seed: 5 });
    expect(report.passed).toBe(true);
    expect(`${report}`).toContain('checked 40 of 13,120');
  });

  it('takes strided ndarrays', () => {
    const data = new Float64Array([1, 9, 2, 9, 3, 9]);
    const v = ndarray(data, [3], [-2], 4);
    const subject: Differentiable = {
      variables: { v },
      forward: () => ({ y: map(v, (value) => value ** 3) }),
      backward: ({ y }) => ({ v: map(v, (value, k) => 3 * value * value * y!.get(k)) }),
    };
    expect(gradcheck(subject).passed).toBe(true);
    expect([...data]).toEqual([1, 9, 2, 9, 3, 9]);
  });

  it('refines what is steep, flat, or has a kink nearby', () => {
    const at = (x: number, f: (v: number) => number, df: (v: number) => number): Differentiable => {
      const v = f64([x]);
      return {
        variables: { v },
        forward: () => ({ y: f64([f(v.get(0))]) }),
        backward: ({ y }) => ({ v: f64([df(v.get(0)) * y!.get(0)]) }),
      };
    };
    const steep = (v: number): number => tanh(400 * v);
    expect(gradcheck(at(1e-3, steep, (v) => 400 * (1 - tanh(400 * v) ** 2))).passed).toBe(true);
    expect(gradcheck(at(1e-3, steep, (v) => 400 * (1 - tanh(400 * v) ** 2) * (1 + 1e-7))).passed).toBe(false);
    const relu = (v: number): number => (v > 0 ? v : 0);
    expect(gradcheck(at(2e-5, relu, () => 1)).passed).toBe(true);
    expect(gradcheck(at(2e-5, relu, () => 1 - 1e-7)).passed).toBe(false);
    expect(gradcheck(at(0, relu, () => 1)).passed).toBe(false); // no derivative
    const flat = (v: number): number => 1 + 1e-5 * tanh(v);
    expect(gradcheck(at(0.3, flat, (v) => 1e-5 * (1 - tanh(v) ** 2))).passed).toBe(true);
    expect(
      gradcheck(
        at(
          1e12,
          (v) => v / 1e12,
          () => 1e-12,
        ),
      ).passed,
    ).toBe(true);
  });
});

describe('gradcheck finds what passes do beside computing', () => {
  const { subject } = product();
  const problemsOf = (changes: Partial<Differentiable>): readonly string[] => {
    const report = gradcheck({ ...subject, ...changes });
    expect(report.passed).toBe(report.problems.length === 0);
    return report.problems;
  };

  it('a tape that backward destroys', () => {
    let fresh = true;
    const problems = problemsOf({
      forward: () => {
        fresh = true;
        return subject.forward();
      },
      backward: (upstream) => {
        const gradients = subject.backward(upstream);
        const stale = fresh ? gradients.w! : map(gradients.w!, (v) => v + 1);
        fresh = false;
        return { ...gradients, w: stale };
      },
    });
    expect(problems).toContain('backward called twice gives other bits for "w": it changes what forward saved');
  });

  it('a forward pass that is random', () => {
    let calls = 0;
    const problems = problemsOf({
      forward: () => ({ ...subject.forward(), z: f64([0, 0, 1e-12 * calls++]) }),
    });
    expect(problems[0]).toMatch(/^forward gives other bits/);
  });

  it('variables that are changed and not put back', () => {
    const { w, subject: own } = product();
    const drift: Differentiable['forward'] = () => {
      w.set(0, w.get(0) + 1e-9);
      return own.forward();
    };
    const forward = { ...own, forward: drift };
    expect(gradcheck(forward).problems).toContain('forward changes the variable "w"');
    const backward: Differentiable = {
      ...own,
      backward: (upstream) => {
        const gradients = own.backward(upstream);
        w.set(1, 0);
        return gradients;
      },
    };
    expect(gradcheck(backward).problems).toContain('backward changes the variable "w"');
  });

  it('an upstream gradient that is changed', () => {
    const problems = problemsOf({
      backward: (upstream) => {
        const gradients = subject.backward(upstream);
        upstream.y!.data.fill(0);
        return gradients;
      },
    });
    expect(problems).toEqual(['backward changes its argument, the gradient of the outputs']);
  });

  it('gradients that a layer replaces instead of adding to', () => {
    const dense = new Dense({ units: 2, inputSize: 2, dtype }).build();
    const replacing = {
      parameters: dense.parameters,
      forward: (x: NdArrayLike) => dense.forward(x),
      backward: (dy: NdArrayLike) => {
        dense.parameters.zeroGradients();
        return dense.backward(dy);
      },
    };
    const report = gradcheck(replacing, { x: f64([[1, 2]]) });
    expect(report.problems).toEqual([
      'backward overwrites the gradient of "kernel" instead of accumulating it',
      'backward overwrites the gradient of "bias" instead of accumulating it',
    ]);
  });
});

describe('gradcheck refuses', () => {
  const x = randomNormal([1, 2, 3], { dtype });
  const layer = new LSTM({ units: 2, dtype });
  const message = (call: () => unknown): string => {
    try {
      call();
    } catch (error) {
      if (error instanceof BpttError) return error.message;
      throw error;
    }
    return 'nothing thrown';
  };

  it('float32', () => {
    expect(message(() => gradcheck(new LSTM({ units: 2 }), { x }))).toBe(
      'gradcheck: "subject" must compute in float64; received "recurrentKernel" in float32. ' +
        "Use the option dtype: 'float64'. Finite differences in float32 have at most three correct digits",
    );
    const { subject } = product();
    const w = tensor([1]);
    expect(message(() => gradcheck({ ...subject, variables: { w } }))).toMatch(
      '"variables.w" must be in float64; received Float32Array',
    );
  });

  it('invalid subjects, missing or misplaced inputs, and unknown options', () => {
    expect(message(() => gradcheck(5 as never, {}))).toBe(
      'gradcheck: "subject" must have the methods forward and backward; received 5',
    );
    expect(message(() => assertGradients(layer, {}))).toMatch(/^assertGradients: "x" must be the input of the layer/);
    expect(message(() => gradcheck(product().subject, { x }))).toMatch(/"x" must be omitted/);
    expect(message(() => gradcheck(layer, { x, tolerence: 1 } as never))).toMatch(/tolerence/);
    for (const options of [{ step: 0 }, { tolerance: -1 }, { seed: 0.5 }, { maxEntries: 0 }, { cotangents: 0 }]) {
      expect(message(() => gradcheck(layer, { x, ...options }))).toMatch(new RegExp(`"${Object.keys(options)[0]}"`));
    }
    expect(message(() => gradcheck(layer, { x, initialState: 3 as never }))).toMatch(/initialState/);
  });

  it('gradients that are missing or of another shape', () => {
    const { subject } = product();
    const only = (gradients: Record<string, Tensor>): Differentiable => ({ ...subject, backward: () => gradients });
    expect(message(() => gradcheck(only({ w: f64([1, 2, 3]) })))).toMatch(/gradcheck: subject.backward: "x" must/);
    expect(message(() => gradcheck(only({ w: f64([1]), x: f64([1]) })))).toMatch(/"w" must have shape \[3\]/);
  });

  it('throws the report', () => {
    const wrong = broken('w', (v) => -v);
    expect(() => assertGradients(wrong)).toThrow(GradientError);
    const text = message(() => assertGradients(wrong, { cotangents: 2, seed: 4 }));
    expect(text).toMatch(/^assertGradients: "subject" must have gradients within 1e-9 of finite differences/);
    expect(text).toContain('gradcheck FAILED: 6 outputs, 2 random directions, seed 4');
    expect(text).toContain('worst: ∂all outputs/∂w[');
  });
});
