// Merges the classes of frames.

/** Merges the classes of frames into labels: drops short runs, merges equal ones, removes silence. */
export function collapse(classes, shortest) {
  const runs = [];
  for (const label of classes) {
    if (runs.at(-1)?.label === label) runs.at(-1).count++;
    else runs.push({ label, count: 1 });
  }
  const long = runs.filter(({ count }) => count >= shortest);
  return long.filter(({ label }, k) => label !== 0 && label !== long[k - 1]?.label).map(({ label }) => label);
}
