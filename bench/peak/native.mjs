// Compares the measured peak with that of a native loop, if gcc is installed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../statistics.mjs';

const SOURCE = fileURLToPath(new URL('native.c', import.meta.url));
/** Bits of a float32. */
const LANE = 32;

/** Compiles the native loop, and returns a function that measures it in GFLOP/s. */
function nativeLoop(folder, bits, contract) {
  const file = path.join(folder, `native-${bits}-${contract}`);
  const options = [
    '-O3',
    '-march=native',
    '-mtune=generic',
    `-ffp-contract=${contract}`,
    `-DLANES=${bits / LANE}`,
    '-o',
    file,
  ];
  execFileSync('gcc', [...options, SOURCE], { stdio: 'pipe' });
  return () => Number(execFileSync(file, { encoding: 'utf8' }));
}

function compare(folder, bits, measure, length) {
  const loops = [() => measure().registers, nativeLoop(folder, bits, 'off'), nativeLoop(folder, bits, 'fast')];
  const rounds = Array.from({ length }, () => loops.map((loop) => loop()));
  const [ours, native, fused] = loops.map((_, k) => median(rounds.map((round) => round[k])));
  return { bits, ours, native, fused, ratio: median(rounds.map((round) => round[0] / round[1])) };
}

/**
 * Measures the loops in turn, because the speed of a shared machine changes.
 *
 * @param {Map<number, () => { registers: number }>} peaks - by width; see `preparePeak`
 * @param {number} rounds
 * @returns {{ bits: number, ours: number, native: number, fused: number, ratio: number }[] | undefined} medians in
 *   GFLOP/s; undefined without gcc
 */
export function compareWithNative(peaks, rounds) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bptt-native-'));
  try {
    return [...peaks].map(([bits, measure]) => compare(folder, bits, measure, rounds));
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One line per width, or the reason why there is none. */
export function nativeLines(comparisons) {
  if (comparisons === undefined) return ['no native check of the peak: gcc is not installed or cannot compile it'];
  return comparisons.map(
    ({ bits, ours, native, fused, ratio }) =>
      `${bits}-bit peak ${ours.toFixed(1)} GFLOP/s, native ${native.toFixed(1)}: ${ratio.toFixed(2)} (fused ${fused.toFixed(1)})`,
  );
}
