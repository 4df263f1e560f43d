// Writes the tables and the picture of docs/benchmarks.md from results:
//
//   node bench/report.mjs bench.json peers.json
import { readFileSync, writeFileSync } from 'node:fs';
import { ratioChart } from './page/chart.mjs';
import { replaceSections } from './page/markdown.mjs';
import { kernelTable, layerTable, peerTable, setup, streamingTable } from './page/tables.mjs';
import { problemsOfResults } from './results.mjs';

const [PAGE, PICTURE] = ['docs/benchmarks.md', 'docs/benchmarks.svg'];

function read(file) {
  const results = JSON.parse(readFileSync(file, 'utf8'));
  const problems = problemsOfResults(results);
  if (problems.length > 0)
    throw new Error(`${file} holds no results of a benchmark: ${problems.slice(0, 3).join(', ')}`);
  return results;
}

const files = process.argv.slice(2);
if (files.length !== 2) {
  console.error('node bench/report.mjs BENCH PEERS: the files that npm run bench and bench:peers wrote with --json');
  process.exit(1);
}
const [bench, peers] = files.map(read);
const page = replaceSections(readFileSync(PAGE, 'utf8'), {
  'bench setup': setup(bench),
  'peers setup': setup(peers),
  peers: peerTable(peers.rows),
  layers: layerTable(bench.rows),
  streaming: streamingTable(bench.rows),
  kernels: kernelTable(bench.rows),
});
writeFileSync(PAGE, page);
writeFileSync(PICTURE, ratioChart(peers.rows));
console.log(`wrote ${PAGE} and ${PICTURE}`);
