// The task of a text: name the next character.

/** Bounds of a text: characters, and how many different ones. */
export const TEXT = { least: 60, most: 4000, kinds: 100 };

/** A nursery rhyme of 1755, which grows from verse to verse. */
export const RHYME = rhyme();

function rhyme() {
  const parts = [
    'the house that Jack built',
    'the malt that lay in',
    'the rat that ate',
    'the cat that killed',
    'the dog that worried',
    'the cow with the crumpled horn that tossed',
    'the maiden all forlorn that milked',
    'the man all tattered and torn that kissed',
    'the priest all shaven and shorn that married',
    'the cock that crowed in the morn that waked',
    'the farmer sowing his corn that kept',
  ];
  const verses = parts.map(
    (_, n) =>
      `This is ${parts
        .slice(0, n + 1)
        .reverse()
        .join(' ')}.\n`,
  );
  return verses.join('');
}

/** The different characters of a text, by code point. */
const charactersOf = (text) => [...new Set(text)].sort();

/** Whether a text is long enough, and has not too many different characters. */
export function isText(text) {
  const kinds = new Set(text).size;
  const { length } = [...text];
  return length >= TEXT.least && length <= TEXT.most && kinds >= 2 && kinds <= TEXT.kinds;
}

/** @returns {import('./tasks.mjs').Task} */
export function textTask(text) {
  const characters = charactersOf(text);
  const numbers = new Map(characters.map((character, k) => [character, k]));
  const codes = Array.from(text, (character) => numbers.get(character));
  const I = characters.length;
  return {
    title: 'Next character',
    about: 'Name the next character of a text. The last tenth of the text is not trained on.',
    answers: 'classes',
    everyStep: true,
    inputs: characters,
    outputs: characters,
    length: { least: 5, most: 100, usual: 25, means: 'characters that are read at a time' },
    goal: 0.9,
    score: 'of next characters right',
    draw(random, rows, wanted, heldOut = false) {
      const T = Math.min(wanted, Math.floor(codes.length / 2) - 1);
      const tail = Math.max(T + 1, Math.ceil(codes.length / 10));
      const [from, to] = heldOut ? [codes.length - tail, codes.length] : [0, codes.length - tail];
      const x = new Float32Array(rows * T * I);
      const y = new Float32Array(rows * T);
      for (let b = 0; b < rows; b++) {
        const start = from + random.integer(to - from - T);
        for (let t = 0; t < T; t++) {
          x[(b * T + t) * I + codes[start + t]] = 1;
          y[b * T + t] = codes[start + t + 1];
        }
      }
      return { x, xShape: [rows, T, I], y, yShape: [rows, T] };
    },
  };
}
