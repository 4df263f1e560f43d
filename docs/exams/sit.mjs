// One seed sits one exam: its net trains until it seems to know, or until the exam's sequences are spent, and is then tested
// on sequences that nothing else has seen.
import { clipGradients, Random, Tensor } from 'bptt';
import { Streak } from './streak.mjs';

/** Streams of a seed's random numbers; what one yields does not depend on the other. */
const [TRAINING, TEST] = [1, 2];

function draw(exam, random) {
  const { x, xShape, y, yShape, ...rest } = exam.draw(random, exam.batchSize);
  return { ...rest, x: new Tensor({ data: x }, xShape), y: new Tensor({ data: y }, yShape) };
}

/** One update, by hand; the marks are of the predictions before it. */
function learn(exam, model, optimizer, batch) {
  const output = model.forward(batch.x);
  const { gradient, each } = exam.loss.evaluate(output, batch.y);
  model.parameters.zeroGradients();
  model.backward(gradient);
  clipGradients(model.parameters, exam.clip);
  optimizer.step(model.parameters);
  return exam.mark(each, output, batch);
}

/** Trains until the last sequences were all right with a small mean error, or the budget is spent; goes on from `sequences`. */
function train(exam, model, optimizer, random, sequences) {
  const { batchSize, budget, learningRate, rate, stop } = exam;
  const streak = new Streak(stop.streak);
  let used = sequences;
  while (!streak.isBelow(stop.meanError) && used + batchSize <= budget) {
    optimizer.learningRate = learningRate * rate({ spent: used / budget, streak: streak.share });
    for (const mark of learn(exam, model, optimizer, draw(exam, random))) streak.add(mark);
    used += batchSize;
  }
  return { sequences: used, stopped: streak.isBelow(stop.meanError) };
}

/** How many of fresh sequences are wrong. */
function test(exam, model, random) {
  let wrong = 0;
  for (let tested = 0; tested < exam.tested; tested += exam.batchSize) {
    const batch = draw(exam, random);
    const output = model.predict(batch.x);
    const { each } = exam.loss.evaluate(output, batch.y);
    wrong += exam.mark(each, output, batch).filter(({ right }) => !right).length;
  }
  return wrong;
}

/**
 * What became of one seed. Where an exam may be sat again, a net that fails goes on training, to a new streak and a new test,
 * as long as its sequences last.
 */
export function sit(exam, seed) {
  const begun = performance.now();
  const [training, tests] = [TRAINING, TEST].map((stream) => new Random(seed, stream));
  const [model, optimizer] = [exam.model(seed), exam.optimizer()];
  let trained = { sequences: 0, stopped: false };
  let wrong;
  let sittings = 0;
  do {
    trained = train(exam, model, optimizer, training, trained.sequences);
    wrong = test(exam, model, tests);
    sittings++;
  } while (exam.again && trained.stopped && !exam.succeeds(wrong, exam.tested));
  return { exam: exam.name, seed, ...trained, sittings, wrong, seconds: (performance.now() - begun) / 1e3 };
}
