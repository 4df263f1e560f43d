// The sweep whose bits are compared: TPE and Hyperband, trials that wait and go on, importance of the parameters, folds.

/** The table of a sweep over settings of a tiny net, how much each matters, and folds of rows, as text. */
export async function sweepText(
  { Adam, checkpointToBytes, Dense, GRU, LSTM, MeanSquaredError, randomNormal, resumeFromBytes, Sequential },
  { choice, hyperband, integer, kFold, parameterImportance, sweep, tpeSampler, uniform },
) {
  const [x, y] = [randomNormal([12, 5, 2], { seed: 4 }), randomNormal([12, 1], { seed: 5 })];
  const space = {
    learningRate: uniform(1e-4, 1, { log: true }),
    units: integer(2, 9, { log: true }),
    dropout: uniform(0, 0.5, { step: 0.1 }),
    cell: choice(['gru', 'lstm']),
  };
  const objective = async ({ parameters: { learningRate, units, dropout, cell }, checkpoint, report }) => {
    const Layer = { gru: GRU, lstm: LSTM }[cell];
    const model = new Sequential([new Layer({ units, dropout }), new Dense({ units: 1 })], { seed: 1 });
    model.compile({ optimizer: new Adam({ learningRate }), loss: new MeanSquaredError() });
    const reporter = {
      onTrainBegin: (run) => checkpoint && resumeFromBytes(run, checkpoint),
      onEpochEnd: ({ epoch, loss }, run) => report(epoch + 1, loss, { checkpoint: checkpointToBytes(run) }),
    };
    const { epochs } = await model.fit(x, y, { epochs: 9, batchSize: 4, callbacks: [reporter] });
    return epochs[8].loss;
  };
  const options = {
    sampler: tpeSampler({ startupTrials: 4 }),
    pruner: hyperband({ maxSteps: 9 }),
    trials: 34,
    seed: 6,
  };
  const study = await sweep(space, objective, { ...options, concurrency: 3 });
  const importance = parameterImportance(study, { valueScale: 'log', trees: 8 });
  return study.toCsv() + JSON.stringify([importance, kFold({ rows: 20, seed: 7 })]);
}
