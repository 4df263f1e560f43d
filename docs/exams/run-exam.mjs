// Runs one exam with one seed: trains a network until a streak of right predictions, or until the maximum of sequences,
// and tests it on new sequences.
import { clipGradients, Random, Tensor } from 'bptt';
import { Streak } from './streak.mjs';

/** Numbers of the random streams of a seed. */
const [TRAINING, TEST] = [1, 2];

function draw(exam, random) {
  const { x, xShape, y, yShape, ...rest } = exam.draw(random, exam.batchSize);
  return { ...rest, x: new Tensor({ data: x }, xShape), y: new Tensor({ data: y }, yShape) };
}

/** Runs one update, and returns the marks of the predictions before it. */
function learn(exam, model, optimizer, batch) {
  const output = model.forward(batch.x);
  const { gradient, each } = exam.loss.evaluate(output, batch.y);
  model.parameters.zeroGradients();
  model.backward(gradient);
  clipGradients(model.parameters, exam.clip);
  optimizer.step(model.parameters);
  return exam.mark(each, output, batch);
}

/**
 * Trains until the latest sequences were all right with a small mean error, or until the maximum of sequences.
 * `sequences`: the number of sequences used before.
 */
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

/** Number of new sequences that are wrong. */
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
 * Runs the exam. If `exam.retest` is set, a network that fails is trained until a new streak and tested again, up to
 * the maximum of sequences.
 */
export function runExam(exam, seed) {
  const begun = performance.now();
  const [training, testing] = [TRAINING, TEST].map((stream) => new Random(seed, stream));
  const [model, optimizer] = [exam.model(seed), exam.optimizer()];
  let trained = { sequences: 0, stopped: false };
  let wrong;
  let tests = 0;
  do {
    trained = train(exam, model, optimizer, training, trained.sequences);
    wrong = test(exam, model, testing);
    tests++;
  } while (exam.retest && trained.stopped && !exam.succeeds(wrong, exam.tested));
  return { exam: exam.name, seed, ...trained, tests, wrong, seconds: (performance.now() - begun) / 1e3 };
}
