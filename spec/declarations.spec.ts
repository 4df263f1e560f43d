import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { snippetsOf } from './docs/snippets.ts';
import { built, Consumer, RESOLUTIONS, skipped } from './support/consumer.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const entries = Object.keys((JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as { exports: object }).exports)
  .filter((name) => !name.endsWith('.json'))
  .map((name) => `bptt${name.slice(1)}`);

const PROGRAM = `
${entries.map((name, i) => `import * as entry${i} from '${name}';`).join('\n')}
import { type AbortSignalLike, type Backend, Sequential, useKernels } from 'bptt';
import kernels from 'bptt/kernels.wasm';

export const entries = [${entries.map((_, i) => `entry${i}`).join(', ')}];
export const backend: Backend = useKernels(kernels);
export const fit = (model: Sequential, x: entry0.Tensor, signal: AbortSignalLike) => model.fit(x, x, { signal });
`;

/** With the types that a platform brings, its own classes fit. */
const WITH_DOM = `
import { type Sequential, type Tensor, useKernels } from 'bptt';
export const fit = (model: Sequential, x: Tensor) => model.fit(x, x, { signal: new AbortController().signal });
export const stream = (model: Sequential) => model.fitStream([], { signal: AbortSignal.timeout(10) });
export const start = (bytes: ArrayBuffer) => useKernels(new WebAssembly.Module(bytes));
`;

const TYPES = `
import { Cell, type CellOptions, Dense, GRU, GRUCell, LSTM, LSTMCell, RNN, Sequential, SimpleRNNCell, type Tensor } from 'bptt';

new LSTM({ units: 1 }).cell.gate('forget');
new GRUCell({ units: 1 }).gate('update');
new SimpleRNNCell({ units: 1 }).gate('hidden');
declare const cell: LSTMCell | GRUCell;
cell.gate('candidate');
// @ts-expect-error
new LSTM({ units: 1 }).cell.gate('forgot');
// @ts-expect-error
new LSTMCell({ units: 1 }).gate('update');
// @ts-expect-error
new GRUCell({ units: 1 }).gate('forget');
// @ts-expect-error
new SimpleRNNCell({ units: 1 }).gate('h');
// @ts-expect-error
cell.gate('forget');

declare class Own extends Cell<'h'> {
  readonly kind: string;
  readonly gates: readonly ['slow', 'fast'];
  readonly states: readonly ['h'];
  forwardStep(): void;
  backwardStep(): void;
}
declare const own: Own;
own.gate('slow');
// @ts-expect-error
own.gate('slower');
declare const any: Cell;
any.gate('whatever');

// A layer knows its cell.
new RNN({ cell: new LSTMCell({ units: 1 }) }).cell.gate('forget');
const rnn = new RNN({ cell: own });
rnn.cell.gate('slow');
// @ts-expect-error
rnn.cell.gate('slower');
// @ts-expect-error
new RNN({ cell: new GRUCell({ units: 1 }) }).stream().zeroState().c;
export const anyLayer: RNN[] = [rnn, new LSTM({ units: 1 }), new GRU({ units: 1 })];

// A union of layers runs with the state of its own cell.
declare const x: Tensor;
declare const layer: LSTM | GRU;
const { output, state } = layer.forward(x, { initialState: layer.cell.zeroState(2), returnState: true });
export const last: readonly Tensor[] = [output, state.h, layer.forward(x), layer.backward(x).dInitialState.h];
layer.backward(output, { dState: { h: x } });
// @ts-expect-error
state.c;

// A model knows its layers.
const model = new Sequential([new LSTM({ units: 1 }), new Dense({ units: 1 })]);
export const exact: Sequential<[LSTM, Dense]> = model;
export const whole: Sequential = model;
model.layers[0].cell.gate('forget');
model.layers[1].activation;
// @ts-expect-error
model.layers[0].cell.gate('forgot');
// @ts-expect-error
model.layers[1].cell;
// @ts-expect-error
model.layers[2];
`;

/** Drawings take a flow, a record, and objects that hold what they read. */
const DRAWN = `
import { tensor, type Tensor } from 'bptt';
import type { FlowRecord, GradientFlow } from 'bptt/flow';
import { eigenvalues, flowTriangle, gateActivations, histograms, report, stateGradients } from 'bptt/plot';

declare const flow: GradientFlow;
declare const records: readonly FlowRecord[];
const layer = flow.layers[0]!;
export const whole = [eigenvalues(layer), flowTriangle(layer), gateActivations(layer), stateGradients(flow), histograms(records)];
report({ epochs: [] }, records);

const name = 'rnn1';
const one: Tensor = tensor([[1]]);
const histogram = { low: 0, high: 1, counts: [1] };
eigenvalues({ name, recurrent: { eigenvalues: one, spectralRadius: 1, norm: 1 } });
flowTriangle({ name, jacobians: { h: [{ from: 0, to: 1, row: 0, norm: 1 }] } });
gateActivations({ name, T: 1, H: 1, gates: { forget: { mean: one, histogram } } });
stateGradients({ layers: [{ name, T: 1, B: 1, stateGradients: { h: one }, decay: { rate: 1, horizon: 1 } }] });
histograms([{ step: 0, flow: { parameters: [{ name, values: histogram }] } }], { of: 'values' });
// @ts-expect-error
eigenvalues({ name });
// @ts-expect-error
flowTriangle({ name, jacobians: { h: [{ from: 0, to: 1, row: 0 }] } });
// @ts-expect-error
stateGradients({ layers: [{ name }] });
`;

const [OWN_CELL] = snippetsOf('CONTRIBUTING.md').filter(({ heading }) => heading === 'Adding a cell');

let consumer: Consumer;
beforeAll(() => {
  consumer = new Consumer();
});
afterAll(() => {
  consumer.remove();
});

(built ? describe : describe.skip)(`the declarations${skipped}`, () => {
  it.each(RESOLUTIONS)('of all entries are sound on ECMAScript alone, without skipLibCheck: %j', (resolution) => {
    const options = { lib: ['es2022'], types: [], ...resolution };
    expect(consumer.errorsIn(PROGRAM, 'typescript-7', options)).toBe('');
  });

  it('are so for the older compiler too', () => {
    expect(consumer.errorsIn(PROGRAM, 'typescript', { lib: ['es2022'], types: [], ...RESOLUTIONS[1] })).toBe('');
  });

  it.each([
    ['the DOM', { lib: ['es2022', 'dom'], types: [] }],
    ['Node', { lib: ['es2022'], types: ['node'] }],
  ])("take the signals and modules of %s's types", (platform, options) => {
    const program = platform === 'Node' ? WITH_DOM.replace(/.*WebAssembly.*/, '') : WITH_DOM; // Node's types name none
    expect(consumer.errorsIn(program, 'typescript-7', { ...options, ...RESOLUTIONS[1] })).toBe('');
  });

  it.each(RESOLUTIONS)("have all that a cell of a user's own needs: %j", (resolution) => {
    const options = { lib: ['es2022'], types: [], ...resolution };
    expect(consumer.errorsIn(OWN_CELL!.code, 'typescript-7', options)).toBe('');
  });

  it('take for drawings whatever holds what they read', () => {
    expect(consumer.errorsIn(DRAWN, 'typescript-7', { lib: ['es2022'], types: [], ...RESOLUTIONS[1] })).toBe('');
  });

  it.each(['typescript', 'typescript-7'] as const)('know gates, cells and layers by name: %s', (compiler) => {
    expect(consumer.errorsIn(TYPES, compiler, { lib: ['es2022'], types: [], ...RESOLUTIONS[1] })).toBe('');
  });
});
