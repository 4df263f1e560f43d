// Opens files: what is in them, and what can be done with it, as plain values for the page.
import { readContent } from '../../dist/content/read-content.js';
import { inputOf } from './series.mjs';
import { figuresOf } from './weights.mjs';

/** The rows of a model's summary as objects, and its first and last line. */
function layersOf(summary) {
  const [shapes, header, ...rest] = summary.split('\n');
  const total = rest.pop();
  const start = header.indexOf('layer');
  const layers = rest
    .filter((line) => /^ {2,}\S+ {2,}\S/.test(line))
    .map((line) => {
      const [name, kind, output, parameters, state = ''] = line.trim().split(/ {2,}/);
      return { depth: (line.search(/\S/) - start) / 2, name, kind, output, parameters, state };
    });
  return { shapes, layers, total };
}

/** The file to read first of several: the model.json with its shards, or the only one. */
function mainOf(files) {
  if (files.length === 1) return files[0];
  const json = files.filter(({ name }) => name.toLowerCase().endsWith('.json'));
  if (json.length === 1) return json[0];
  throw new Error(
    `${files.length} files came at once, and ${json.length} of them end in .json; take one file, or a model.json with its files of weights`,
  );
}

/** A file beside another, by the last part of its path: browsers tell no folders of dropped files. */
function besideOf(files) {
  return (path) => {
    const base = path.split(/[/\\]/).at(-1);
    const found = files.find(({ name }) => name === path || name === base);
    if (found !== undefined) return found.bytes;
    throw new Error(
      `its weights are in ${JSON.stringify(path)}, which is not here; take model.json and all of its files at once`,
    );
  };
}

/** A sentence for any error: without the name of a class, with a capital letter and a full stop. */
export function sentenceOf(error) {
  const text = error instanceof Error ? error.message : String(error);
  const known = text === '' ? 'the file cannot be read' : text;
  return /[.!?]$/.test(known) ? known : `${known}.`;
}

/**
 * Opens files that came together. Throws an Error whose message is a sentence for the reader.
 *
 * @param {readonly { name: string, bytes: Uint8Array }[]} files
 * @param {string} [at] keys that lead to a part of a checkpoint, joined by dots
 */
export async function open(files, at = '') {
  if (files.length === 0) throw new Error('there is no file');
  const { name, bytes } = mainOf(files);
  const content = await readContent(name, bytes, at, besideOf(files));
  const { what, model, arrays, notes, use, refusal, parts = [] } = content;
  const list = [...arrays].map(([array, value]) => figuresOf(array, value));
  return {
    model,
    arrays,
    view: {
      name,
      size: files.reduce((sum, file) => sum + file.bytes.length, 0),
      what,
      use,
      refusal,
      parts: model === undefined ? parts : [],
      notes: notes.filter((note) => refusal === undefined || !note.endsWith(refusal)),
      table: model === undefined ? undefined : layersOf(model.summary()),
      count: list.reduce((sum, { count }) => sum + count, 0),
      arrays: list,
      input: model === undefined ? undefined : inputOf(model),
    },
  };
}
