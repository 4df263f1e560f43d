// `bptt bench`: the rates of usual shapes on this machine.

import { packedSize } from '../kernels/contract.ts';
import { backend } from '../kernels/report.ts';
import { Dense } from '../layers/dense.ts';
import { GRU } from '../layers/gru.ts';
import { LSTM } from '../layers/lstm.ts';
import { MeanSquaredError } from '../losses/mean-squared-error.ts';
import { Arena } from '../memory/arena.ts';
import { Sequential } from '../model/sequential.ts';
import { enableWideSimd } from '../node.ts';
import { Adam } from '../optimizers/adam.ts';
import { randomNormal } from '../random/random-tensors.ts';
import { table } from '../tensor/printed.ts';
import type { Io } from './io.ts';

/** A shape that is measured: operations of a call, and the call. */
interface Case {
  readonly name: string;
  /** Multiplications and additions in matrix products. */
  readonly flop: number;
  readonly call: () => unknown;
}

/** The result of a case. */
interface Rate {
  readonly name: string;
  readonly microseconds: number;
  readonly gflops: number;
  /** Share of the peak, which is measured in turn. */
  readonly ofPeak: number;
}

const GATES = { LSTM: 4, GRU: 3 } as const;

function training(kind: keyof typeof GATES, B: number, T: number, I: number, H: number): Case {
  const layer =
    kind === 'LSTM' ? new LSTM({ units: H, returnSequences: true }) : new GRU({ units: H, returnSequences: true });
  const model = new Sequential([layer]).compile({
    optimizer: new Adam(),
    loss: new MeanSquaredError(),
    clip: { globalNorm: 1 },
  });
  const [x, y] = [randomNormal([B, T, I], { seed: 1 }), randomNormal([B, T, H], { seed: 2 })];
  const flop = 3 * 2 * T * B * H * GATES[kind] * (I + H);
  return { name: `training step, ${kind} ${H}, B ${B}, T ${T}, I ${I}`, flop, call: () => model.trainStep(x, y) };
}

function streaming(kind: keyof typeof GATES, I: number, H: number): Case {
  const layer = kind === 'LSTM' ? new LSTM({ units: H }) : new GRU({ units: H });
  const stream = new Sequential([layer, new Dense({ units: 1 })], { inputSize: I }).build().stream();
  const [x, state] = [randomNormal([1, I], { seed: 1 }), stream.initialState()];
  return {
    name: `streamed step, ${kind} ${H}, I ${I}`,
    flop: 2 * H * GATES[kind] * (I + H),
    call: () => stream.step(x, state),
  };
}

/** The peak: a matrix product whose 25 KiB stay in the first-level cache. */
function peak(): Case {
  const [M, N, K] = [16, 16, 192];
  const arena = new Arena('float32');
  const [a, p, c] = [M * K, packedSize(K, N), M * N].map((size) => arena.keep(size)) as [number, number, number];
  arena.data.fill(0.5, a, a + M * K);
  arena.data.fill(0.25, p, p + K * N);
  return { name: 'peak', flop: 2 * M * N * K, call: () => arena.kernels.matmul(c, N, a, K, p, M, N, K, false) };
}

/** Seconds of a call, over as many as take about this long. */
function timeOf({ call }: Case, seconds: number): number {
  let [calls, spent] = [1, 0];
  for (;;) {
    const began = performance.now();
    for (let k = 0; k < calls; k++) call();
    spent = (performance.now() - began) / 1000;
    if (spent >= seconds) return spent / calls;
    calls = Math.ceil(calls * Math.min(10, Math.max(2, (1.1 * seconds) / Math.max(spent, 1e-6))));
  }
}

/** Three digits. */
const rounded = (value: number): string => String(Number(value.toPrecision(3)));

const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[numbers.length >> 1]!;

/** Times a case and the peak in turn, so that both see the same machine. */
function rateOf(each: Case, top: Case, seconds: number): Rate {
  const ROUNDS = 9;
  timeOf(each, seconds / 2); // V8 compiles
  const times: number[] = [];
  const shares: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const time = timeOf(each, seconds / ROUNDS / 2);
    times.push(time);
    shares.push(each.flop / time / (top.flop / timeOf(top, seconds / ROUNDS / 4)));
  }
  const time = median(times);
  return { name: each.name, microseconds: 1e6 * time, gflops: each.flop / time / 1e9, ofPeak: median(shares) };
}

const CASES: readonly (() => Case)[] = [
  () => streaming('LSTM', 40, 128),
  () => streaming('GRU', 40, 128),
  () => training('LSTM', 2, 80, 100, 64),
  () => training('LSTM', 32, 80, 100, 128),
  () => training('GRU', 32, 80, 100, 128),
];

/** Measures the cases, and prints a table. */
export async function bench(
  io: Io,
  { seconds, json = false }: { readonly seconds: number; readonly json?: boolean },
): Promise<number> {
  const { enabled, reason } = enableWideSimd();
  const { name } = backend();
  const vectors = name === 'reference' ? 'none' : enabled ? '256 bits' : '128 bits';
  io.err(`Node ${process.versions.node}, kernels ${name}, vectors: ${vectors} (${reason})\n`);
  const top = peak();
  timeOf(top, 0.5);
  const rates: Rate[] = [];
  for (const make of CASES) {
    const each = make();
    io.err(`  ${each.name} …\n`);
    rates.push(rateOf(each, top, seconds));
  }
  if (json) io.out(`${JSON.stringify({ node: process.versions.node, backend: name, vectors, rates }, null, 2)}\n`);
  else {
    const rows = rates.map(({ name: what, microseconds, gflops, ofPeak }) => [
      what,
      microseconds < 1000 ? `${rounded(microseconds)} µs` : `${rounded(microseconds / 1000)} ms`,
      `${rounded(gflops)} GFLOP/s`,
      `${(100 * ofPeak).toFixed(0)} %`,
    ]);
    io.out(`${table([['shape', 'time', 'rate', 'of peak'], ...rows], '')}\n`);
  }
  return 0;
}
