// Many small models: creating a model and calling it once, and calling one of many live models. They are verified against
// a model on the reference kernels.
import { Dense, LSTM, randomNormal, Sequential } from 'bptt';
import { relativeError } from '../statistics.mjs';

const LIVE = 2000;
const [B, T, I, H] = [1, 20, 4, 8];
const x = randomNormal([B, T, I], { seed: 2 });

const make = (options) => new Sequential([new LSTM({ units: H }), new Dense({ units: 1 })], { seed: 1, ...options });

function error(model) {
  return relativeError(model.predict(x).data, make({ backend: 'reference' }).predict(x).data);
}

function prepareMaking() {
  return { run: () => make().predict(x), error: () => error(make()), tolerance: 0 };
}

/** Each run calls the next of many live models; the baseline always calls the same model. */
function prepareLive() {
  const models = Array.from({ length: LIVE }, () => make());
  for (const model of models) model.predict(x);
  let next = 0;
  return {
    run: () => models[next++ % LIVE].predict(x),
    baseline: () => models[0].predict(x),
    error: () => Math.max(error(models[0]), error(models[1]), error(models[LIVE - 1])),
    tolerance: 0,
  };
}

export function modelCases() {
  const shape = { B, T, I, H };
  const group = `models, LSTM and Dense, B ${B} T ${T} I ${I} H ${H}`;
  const work = { amount: B * T * (2 * 4 * H * (I + H)), unit: 'flop' };
  return [
    { group, name: 'make one and call it', shape, work, prepare: prepareMaking },
    { group, name: `call one of ${LIVE} live models by one model`, shape, work, prepare: prepareLive },
  ];
}
