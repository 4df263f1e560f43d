import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import * as bptt from '../lib/index.ts';

// An AudioWorklet has the language and WebAssembly: no TextDecoder, performance, setTimeout, fetch, URL or document.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Reads a model, streams and trains; what comes of it, as numbers. */
const WORK = `async ({ Adam, backend, MeanSquaredError, progressBar, Sequential, tensor }, bytes) => {
  const model = Sequential.fromBytes(bytes);
  const stream = model.stream();
  const state = stream.zeroState();
  const outputs = [0.5, -1, 2].map((value) => stream.step(tensor([[value, 1]]), state).get(0, 0));
  model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
  const [x, y] = [tensor([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]), tensor([[1], [2]])];
  const { loss } = model.trainStep(x, y);
  const busy = { onBatchEnd() { for (const until = Date.now() + 40; Date.now() < until; ); } }; // fit yields to timers by then
  const callbacks = typeof console === 'undefined' ? [busy, progressBar({ interactive: true })] : [];
  const { epochs } = await model.fit(x, y, { epochs: 2, batchSize: 1, callbacks });
  return JSON.stringify({ outputs, loss, epochs, saved: [...model.toBytes()], backend: backend().name });
}`;

const { Dense, GRU, Sequential } = bptt;
const trained = new Sequential([new GRU({ units: 3 }), new Dense({ units: 1 })], { inputSize: 2, seed: 4 });
trained.build();
const saved = trained.toBytes();

let bundle: string;
beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [`${ROOT}/lib/index.ts`],
    bundle: true,
    format: 'iife',
    globalName: 'bptt',
    write: false,
    logLevel: 'silent',
  });
  bundle = outputFiles[0]!.text;
});

/** The result of WORK in a context that has ECMAScript, and WebAssembly or not. */
async function inBareContext(withWebAssembly: boolean): Promise<string> {
  const context = vm.createContext({ bytes: saved });
  vm.runInContext('delete globalThis.console', context); // V8 gives one to every context
  if (!withWebAssembly) vm.runInContext('delete globalThis.WebAssembly', context);
  vm.runInContext(bundle, context);
  expect(vm.runInContext('typeof TextDecoder + typeof performance + typeof setTimeout', context)).toBe(
    'undefined'.repeat(3),
  );
  return vm.runInContext(`(${WORK})(bptt, bytes)`, context) as Promise<string>;
}

describe('where there is ECMAScript alone', () => {
  it.each([
    ['with', true],
    ['without', false],
  ] as const)('a model is read, streamed and trained, with the same bits, %s WebAssembly', async (_, present) => {
    const work = vm.runInThisContext(WORK) as (library: typeof bptt, bytes: Uint8Array) => Promise<string>;
    const here = JSON.parse(await work(bptt, saved)) as object;
    const there = JSON.parse(await inBareContext(present)) as object;
    expect(there).toEqual({ ...here, backend: present ? 'simd' : 'reference' });
  });

  it('bytes that are no model are refused as such', () => {
    const context = vm.createContext({ bytes: saved.map((byte, i) => (i === 9 ? 0xff : byte)) });
    vm.runInContext(bundle, context);
    expect(vm.runInContext('try { bptt.Sequential.fromBytes(bytes) } catch (error) { error.name }', context)).toBe(
      'FormatError',
    );
  });
});
