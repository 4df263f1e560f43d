// npm start: trains a stacked LSTM on real data and writes a report. See docs/examples/co2.mjs.
await import('./vectors.mjs');
await import('../docs/examples/co2.mjs');
