// One thread of scripts/exhaustive.mjs. It compares the vector kernels with the reference and with float64, run by run
// of float32 bit patterns, until no run is left.
import { parentPort, workerData } from 'node:worker_threads';
import { SIGMOID, TANH } from '../../dist/kernels/activation-kinds.js';
import { exp, sigmoid, tanh } from '../../dist/kernels/arithmetic.js';

const { modules, next, part, parts, run, total } = workerData;
const { fround, abs } = Math;
/** A prime, so that each part has mantissas of all kinds. */
const SCATTER = 7919;
const INFINITY = 0x7f800000;
const SIGN = 0x80000000;

/** Distance of neighbouring float32 by the biased exponent of a float64 among them. */
const ULPS = Float64Array.from({ length: 2048 }, (_, e) => 2 ** (Math.max(e - 1023, -126) - 23));

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
function ulp(exact) {
  double[0] = exact;
  return ULPS[(words[1] >>> 20) & 2047];
}

function exactSigmoid(x) {
  const power = Math.exp(-abs(x));
  return (x < 0 ? power : 1) / (1 + power);
}

/** Binds vectors that compute y = f(a) to a separate memory. */
function bind(module, name, kind) {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65_536 });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const kernel = exports[name];
  const a = 4096;
  const y = a + run + 64;
  const at = (Type, from) => new Type(memory.buffer, from * 4, run + 1);
  return {
    patterns: at(Uint32Array, a),
    x: at(Float32Array, a),
    got: at(Float32Array, y),
    gotBits: at(Uint32Array, y),
    compute: () => (kind === undefined ? kernel(y, a, run + 1) : kernel(0, kind, y, 0, a, 0, 1, run + 1)),
  };
}

const FUNCTIONS = [
  { name: 'exp', f: exp, exact: Math.exp, low: 0, high: Infinity, vectors: bind(modules.exp, 'expForward') },
  {
    name: 'tanh',
    f: tanh,
    exact: Math.tanh,
    low: -1,
    high: 1,
    vectors: bind(modules.kernels, 'activationForward', TANH),
  },
  {
    name: 'sigmoid',
    f: sigmoid,
    exact: exactSigmoid,
    low: 0,
    high: 1,
    vectors: bind(modules.kernels, 'activationForward', SIGMOID),
  },
];

const found = Object.fromEntries(FUNCTIONS.map(({ name }) => [name, { worst: 0, at: 0, wrong: 0, first: undefined }]));
const expected = new Float32Array(run + 1);
const exacts = new Float64Array(run);
const expectedBits = new Uint32Array(expected.buffer);

function fail(report, what, x) {
  report.wrong++;
  report.first ??= `${what} at x = ${x}`;
}

/** Records the error of a result that differs from the rounded exact result. */
function measure(report, y, exact, x) {
  const error = abs(y) === Infinity || abs(fround(exact)) === Infinity ? Infinity : abs(y - exact) / ulp(exact);
  if (error <= report.worst) return;
  report.worst = error;
  report.at = x;
}

/**
 * Checks that NaN gives NaN, and that numbers do not. The runs of NaN contain no numbers, except an infinity at the
 * start.
 */
function checkNaN({ vectors: { x, got }, name }, from, to, wanted) {
  for (let j = from; j < to; j++) {
    if ((got[j] !== got[j]) !== wanted) fail(found[name], `${got[j]}`, x[j]);
  }
}

/** Checks bits, range and order. The order includes the first result after the run. */
function checkRun({ low, high, vectors: { x, got, gotBits }, name }, end, rising) {
  for (let j = 0; j < end; j++) {
    const y = got[j];
    const after = got[j + 1];
    if (gotBits[j] !== expectedBits[j]) fail(found[name], `${y} instead of the reference's ${expected[j]}`, x[j]);
    if (!(y >= low && y <= high)) fail(found[name], `${y} is out of range`, x[j]);
    if (rising ? after < y : after > y) fail(found[name], 'falls', x[j]);
  }
}

/** Checks the bit patterns from `begin` upwards. */
function check(each, begin) {
  const { f, exact, vectors, name } = each;
  const { patterns, x, got, compute } = vectors;
  for (let j = 0; j <= run; j++) patterns[j] = begin + j;
  compute();
  const magnitude = (begin & ~SIGN) >>> 0;
  const end = magnitude < INFINITY ? run : magnitude === INFINITY ? 1 : 0; // end of the numbers that are not NaN
  for (let j = 0; j < end; j++) expected[j] = f(x[j]);
  for (let j = 0; j < end; j++) exacts[j] = exact(x[j]);
  const rising = begin < SIGN;
  if (begin + run === SIGN || begin + run === 2 * SIGN) got[run] = Number.NaN; // the next run starts the other half
  checkNaN(each, 0, end, false);
  checkNaN(each, end, run, true);
  checkRun(each, end, rising);
  for (let j = 0; j < end; j++) {
    if (got[j] !== fround(exacts[j])) measure(found[name], got[j], exacts[j], x[j]);
  }
}

/** Checks cases that no run contains: both zeros, and the limits. */
function checkEnds({ f, low, high, vectors: { x, got, compute }, name }) {
  x.set([-0, 0, -Infinity, Infinity]);
  compute();
  const [below, above, left, right] = got;
  if (below !== above || f(-0) !== f(0)) fail(found[name], 'the zeros differ', 0);
  if (left !== low || right !== high) fail(found[name], `limits ${left}, ${right}`, Infinity);
}

FUNCTIONS.forEach(checkEnds);
for (let k = Atomics.add(next, 0, 1); k < total; k = Atomics.add(next, 0, 1)) {
  const begin = (k * parts + ((k * SCATTER + part) % parts)) * run;
  for (const each of FUNCTIONS) check(each, begin);
}
parentPort.postMessage(found);
