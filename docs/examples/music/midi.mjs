// Writes a MIDI file.

/** Ticks of a sixteenth, and microseconds of a quarter. */
const [TICKS, QUARTER] = [6, 600_000];

/** A number in bytes of seven bits, the highest first; all but the last have the highest bit set. */
function variable(n) {
  const bytes = [n & 127];
  for (let rest = n >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 127) | 128);
  return bytes;
}

const bytesOf = (n, count) => Array.from({ length: count }, (_, k) => (n >> (8 * (count - 1 - k))) & 255);
const chunk = (type, bytes) => [...Buffer.from(type), ...bytesOf(bytes.length, 4), ...bytes];

/** The bytes of a file in which the notes of each step last a sixteenth. */
export function midi(steps) {
  let waits = 0;
  const event = (bytes) => {
    const timed = [...variable(waits), ...bytes];
    waits = 0;
    return timed;
  };
  const events = steps.flatMap((pitches) => {
    const begin = pitches.flatMap((pitch) => event([0x90, pitch, 80]));
    waits += TICKS;
    return [...begin, ...pitches.flatMap((pitch) => event([0x80, pitch, 0]))];
  });
  const tempo = [0, 0xff, 0x51, 3, ...bytesOf(QUARTER, 3)];
  const head = [...bytesOf(0, 2), ...bytesOf(1, 2), ...bytesOf(4 * TICKS, 2)];
  return Uint8Array.from([...chunk('MThd', head), ...chunk('MTrk', [...tempo, ...events, ...event([0xff, 0x2f, 0])])]);
}
