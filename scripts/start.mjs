// npm start: trains a stacked LSTM on a real record, from data to a report. See docs/examples/co2.mjs.
await import('../docs/examples/co2.mjs');
