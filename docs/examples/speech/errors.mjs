// Label errors.

/** Edit distance of two lists: the least number of insertions, deletions and replacements (Levenshtein 1966). */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, label] of a.entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (label === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}

/** Label error rate: the edit distances of all utterances, divided by their numbers of labels; and the share without errors. */
export function errorsOf(utterances, read) {
  const distances = utterances.map(({ labels }, k) => distance(labels, read[k]));
  const total = utterances.reduce((sum, { labels }) => sum + labels.length, 0);
  return {
    rate: distances.reduce((sum, d) => sum + d, 0) / total,
    right: distances.filter((d) => d === 0).length / utterances.length,
  };
}
