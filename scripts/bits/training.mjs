// The training whose bits are compared, in plain ECMAScript: train, save, load, train on, stream; and a sweep.
import { sweepText } from './sweep.mjs';

const STEPS = 500;

/**
 * Returns a hash (FNV-1a, 64 bits) of all parameters and outputs of an LSTM and a GRU and of the results of a sweep, and the name
 * of the kernels.
 */
export async function train(bptt, fleet) {
  let hash = 0xcbf29ce484222325n;
  const add = (bytes) => {
    for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  };
  for (const Layer of [bptt.LSTM, bptt.GRU]) add(await bytesOf(Layer, bptt));
  add(Array.from(await sweepText(bptt, fleet), (letter) => letter.charCodeAt(0))); // AudioWorklets have no TextEncoder
  return `${hash.toString(16).padStart(16, '0')} ${bptt.backend().name}`;
}

async function bytesOf(Layer, { Adam, Dense, MeanSquaredError, randomNormal, Sequential, unstack }) {
  const compiled = (model) => {
    const [optimizer, loss] = [new Adam({ learningRate: 0.01 }), new MeanSquaredError()];
    model.compile({ optimizer, loss, clip: { globalNorm: 1 } });
    return model;
  };
  const layers = [new Layer({ units: 33, returnSequences: true }), new Layer({ units: 20 }), new Dense({ units: 3 })];
  const model = compiled(new Sequential(layers, { seed: 1 }));
  const x = randomNormal([9, 12, 7], { seed: 2 });
  const y = randomNormal([9, 3], { seed: 3 });
  for (let step = 0; step < STEPS; step++) model.trainStep(x, y);
  const copy = compiled(Sequential.fromBytes(model.toBytes()));
  await copy.fit(x, y, { epochs: 3, batchSize: 4 });
  const stream = copy.stream({ batchSize: 9 });
  const state = stream.zeroState();
  const outputs = unstack(x, 1).flatMap((xt) => stream.step(xt, state).toArray().flat());
  return [...copy.toBytes(), ...new Uint8Array(Float32Array.from(outputs).buffer)];
}
