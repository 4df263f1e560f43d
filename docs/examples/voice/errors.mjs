// Errors of decisions.

/** Shares of wrong frames, and the F1 score of frames with speech: 2·P·R/(P + R) of precision P and recall R. */
export function errorsOf(sounds, decisions) {
  let [frames, wrong, hits, misses, alarms] = [0, 0, 0, 0, 0];
  for (const [n, { labels }] of sounds.entries()) {
    for (const [t, label] of labels.entries()) {
      const decision = decisions[n][t];
      frames++;
      if (decision !== label) wrong++;
      if (label === 1) decision === 1 ? hits++ : misses++;
      else if (decision === 1) alarms++;
    }
  }
  return {
    wrong: wrong / frames,
    misses: misses / (hits + misses),
    alarms: alarms / (frames - hits - misses),
    f1: (2 * hits) / (2 * hits + misses + alarms),
  };
}
