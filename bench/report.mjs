// Writes the tables and the figure of docs/benchmarks.md from results:
//
//   node bench/report.mjs bench.json peers.json      without peers.json, the comparison with other libraries is kept
import { readFileSync, writeFileSync } from 'node:fs';
import { ratioChart } from './page/chart.mjs';
import { replaceSections } from './page/markdown.mjs';
import {
  kernelTable,
  layerTable,
  peerTable,
  randomTable,
  ratioTable,
  setup,
  streamingTable,
  verdict,
} from './page/tables.mjs';
import { problemsOfResults } from './results.mjs';

const [PAGE, PICTURE] = ['docs/benchmarks.md', 'docs/benchmarks.svg'];

function read(file) {
  const results = JSON.parse(readFileSync(file, 'utf8'));
  const problems = problemsOfResults(results);
  if (problems.length > 0)
    throw new Error(`${file} holds no results of a benchmark: ${problems.slice(0, 3).join(', ')}`);
  return results;
}

const [benchFile, peersFile, ...more] = process.argv.slice(2);
if (benchFile === undefined || more.length > 0) {
  console.error('node bench/report.mjs BENCH [PEERS]: the files that npm run bench and bench:peers wrote with --json');
  process.exit(1);
}
const bench = read(benchFile);
const peers = peersFile && read(peersFile);
const page = replaceSections(readFileSync(PAGE, 'utf8'), {
  'bench setup': setup(bench),
  layers: layerTable(bench.rows),
  streaming: streamingTable(bench.rows),
  ratios: ratioTable(bench.rows),
  random: randomTable(bench.rows),
  kernels: kernelTable(bench.rows),
  ...(peers && { 'peers setup': setup(peers), peers: peerTable(peers.rows), verdict: verdict(peers.rows) }),
});
writeFileSync(PAGE, page);
if (peers) writeFileSync(PICTURE, ratioChart(peers.rows));
console.log(`wrote ${PAGE}${peers ? ` and ${PICTURE}` : ''}`);
