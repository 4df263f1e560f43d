import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeSafetensors } from '../../lib/exchange/safetensors.ts';
import { Dense, Embedding, EncoderDecoder, GRU, LSTM, Sequential, StandardScaler, zeros } from '../../lib/index.ts';
import { built, skipped } from '../support/consumer.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

let folder = '';
const at = (name: string): string => path.join(folder, name);

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function bptt(...words: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8', cwd: folder });
  return { code: status, out: stdout, err: stderr };
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bptt-command-'));
  const model = new Sequential([new GRU({ units: 3, returnSequences: true }), new Dense({ units: 1 })], {
    inputSize: 2,
  });
  model.build();
  model.metadata = { scaler: new StandardScaler().fit([[[1], [3]]]) };
  writeFileSync(at('model.safetensors'), model.toBytes());
  const words = new Sequential([new Embedding({ inputDim: 5, outputDim: 2 }), new LSTM({ units: 2 })]).build();
  writeFileSync(at('words.safetensors'), words.toBytes());
  const pairs = new EncoderDecoder({
    encoder: [new GRU({ units: 2 })],
    decoder: [new GRU({ units: 2, returnSequences: true }), new Dense({ units: 2 })],
    inputSize: 2,
  }).build();
  writeFileSync(at('pairs.safetensors'), pairs.toBytes());
  const bytes = model.toBytes();
  writeFileSync(at('short.safetensors'), bytes.subarray(0, bytes.length - 4));
  writeFileSync(at('plain.safetensors'), writeSafetensors(new Map([['a', zeros([2])]])));
  writeFileSync(at('notes.txt'), 'no model');
  writeFileSync(at('lite.tflite'), 'xxxxTFL3');
  writeFileSync(at('keras.h5'), Uint8Array.of(0x89, 0x48, 0x44, 0x46));
  writeFileSync(at('noise.onnx'), Uint8Array.of(7, 7, 7));
  writeFileSync(at('empty.safetensors'), '');
  mkdirSync(at('folder'));
});

afterAll(() => rmSync(folder, { recursive: true }));

(built ? describe : describe.skip)(`the command${skipped}`, () => {
  it('prints what is in a model', () => {
    const { code, out, err } = bptt('inspect', 'model.safetensors');
    expect(code).toBe(0);
    expect(err).toBe('');
    const lines = out.split('\n');
    expect(lines[0]).toBe('model.safetensors: a model of bptt');
    expect(lines).toContain('Sequential [B, T, 2] → [B, T, 1]');
    expect(out).toMatch(/gru1\.kernel +\[2, 9\] +float32 +-0\.\d+ +0\.\d+/);
    expect(out).toMatch(/metadata\.scaler: /);
  });

  it('prints JSON, whose figures are those of the parameters', () => {
    const { arrays, summary } = JSON.parse(bptt('inspect', 'model.safetensors', '--json').out);
    const model = Sequential.fromBytes(new Uint8Array(readFileSync(at('model.safetensors'))), {
      classes: [StandardScaler],
    });
    expect(summary).toEqual(model.summary().split('\n'));
    for (const { name, shape, least, most, mean, deviation, nonFinite } of arrays) {
      const { value } = model.parameters.get(name);
      const data = [...value.copy().data];
      const average = data.reduce((sum, v) => sum + v, 0) / data.length;
      const variance = data.reduce((sum, v) => sum + (v - average) ** 2, 0) / data.length;
      expect(shape).toEqual(value.shape);
      expect([least, most, nonFinite]).toEqual([Math.min(...data), Math.max(...data), 0]);
      expect(mean).toBeCloseTo(average, 12);
      expect(deviation).toBeCloseTo(Math.sqrt(variance), 12);
    }
    expect(arrays).toHaveLength(5);
  });

  it.each(['model', 'words'])('checks the gradients of a model: %s', (name) => {
    const { code, out } = bptt('gradcheck', `${name}.safetensors`, '--steps', '3');
    expect(out).toMatch(/^gradcheck passed/);
    expect(code).toBe(0);
  });

  it('ends with 1 if a gradient is wrong by more than the tolerance', () => {
    const { code, out } = bptt('gradcheck', 'model.safetensors', '--tolerance', '1e-18', '--json');
    expect(JSON.parse(out).passed).toBe(false);
    expect(code).toBe(1);
  });

  it('measures shapes by the peak', () => {
    const { code, out } = bptt('bench', '--seconds', '0.01', '--json');
    expect(code).toBe(0);
    const { rates } = JSON.parse(out);
    expect(rates).toHaveLength(5);
    for (const { microseconds, gflops, ofPeak } of rates) {
      expect(Math.min(microseconds, gflops, ofPeak)).toBeGreaterThan(0);
    }
  });

  const help = '(bptt --help lists commands and options)\n';
  it.each<[string, string[], number, string]>([
    ['an unknown command', ['inspct', 'x'], 2, `error: unknown command 'inspct'\n(Did you mean inspect?)\n${help}`],
    ['a missing file', ['inspect'], 2, `error: missing required argument 'file'\n${help}`],
    ['a missing target', ['convert', 'model.safetensors'], 2, `error: missing required argument 'out'\n${help}`],
    [
      'an unknown option',
      ['inspect', 'model.safetensors', '--jsn'],
      2,
      `error: unknown option '--jsn'\n(Did you mean --json?)\n${help}`,
    ],
    ['an unknown option of all', ['--verbose'], 2, `error: unknown option '--verbose'\n${help}`],
    [
      'too many files',
      ['inspect', 'a', 'b'],
      2,
      `error: too many arguments for 'inspect'. Expected 1 argument but got 2.\n${help}`,
    ],
    [
      'no rows',
      ['gradcheck', 'model.safetensors', '--batch', '0'],
      2,
      `error: option '--batch <rows>' argument '0' is invalid. It must be an integer from 1 to 1024.\n${help}`,
    ],
    [
      'half a step',
      ['gradcheck', 'model.safetensors', '--steps', '1.5'],
      2,
      `error: option '--steps <steps>' argument '1.5' is invalid. It must be an integer from 1 to 4096.\n${help}`,
    ],
    [
      'a tolerance in words',
      ['gradcheck', 'model.safetensors', '--tolerance', 'small'],
      2,
      `error: option '--tolerance <error>' argument 'small' is invalid. It must be a number above 0.\n${help}`,
    ],
    [
      'no time',
      ['bench', '--seconds', '0'],
      2,
      `error: option '--seconds <seconds>' argument '0' is invalid. It must be a number above 0.\n${help}`,
    ],
    [
      'an option without a value',
      ['bench', '--seconds'],
      2,
      `error: option '--seconds <seconds>' argument missing\n${help}`,
    ],
    [
      'a file that is not there',
      ['inspect', 'no.safetensors'],
      1,
      'bptt: no.safetensors: there is no such file or folder\n',
    ],
    ['a folder', ['inspect', 'folder'], 1, 'bptt: folder: it is a folder, and not a file\n'],
    ['a path through a file', ['inspect', 'notes.txt/x'], 1, 'bptt: notes.txt/x: a part of the path is no folder\n'],
    [
      'a pair of networks',
      ['gradcheck', 'pairs.safetensors'],
      1,
      'bptt: pairs.safetensors: gradients of a Sequential are checked, and not those of EncoderDecoder\n',
    ],
  ])('refuses %s', (_, words, code, err) => {
    expect(bptt(...words)).toEqual({ code, out: '', err });
  });

  it.each([
    ['notes.txt', /^bptt: notes\.txt: the format is not known; bptt reads /],
    ['short.safetensors', /^bptt: short\.safetensors: .*must end after its last tensor/],
    ['lite.tflite', /^bptt: lite\.tflite: it is a TensorFlow Lite file/],
    ['keras.h5', /^bptt: keras\.h5: readKeras: "bytes" must be /],
    ['noise.onnx', /^bptt: noise\.onnx: recurrentNodes: "bytes" must be an ONNX file/],
    ['empty.safetensors', /^bptt: empty\.safetensors: it is empty\n/],
  ])('refuses the content of %s', (file, message) => {
    const { code, out, err } = bptt('inspect', file);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
    expect(err.split('\n')).toHaveLength(2);
  });

  it('helps by itself, by option and by command, in lines that fit', () => {
    const [none, option, word] = [bptt(), bptt('--help'), bptt('help')];
    expect(none).toEqual(option);
    expect(word).toEqual(option);
    expect(none.code).toBe(0);
    for (const command of ['inspect', 'convert', 'gradcheck', 'bench', 'train', 'generate', 'forecast']) {
      expect(none.out).toContain(`  ${command} [options]`);
      const { code, out } = bptt('help', command);
      expect([code, out]).toEqual([0, bptt(command, '--help').out]);
      expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
    }
    expect(bptt('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  it('ends quietly where nobody reads on', async () => {
    const child = spawn(process.execPath, [MAIN, 'inspect', 'model.safetensors', '--json'], { cwd: folder });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (text) => {
      err += text;
    });
    const code = await new Promise((done) => child.on('close', done));
    expect([code, err]).toEqual([0, '']);
  });

  describe('convert', () => {
    it('writes ONNX, and a model of the same bits from it', () => {
      expect(bptt('convert', 'model.safetensors', 'model.onnx')).toEqual({
        code: 0,
        out: '',
        err: expect.stringMatching(/^model\.onnx: ONNX, \d+ bytes\n$/),
      });
      expect(bptt('inspect', 'model.onnx').out).toMatch(/^model\.onnx: an ONNX file with 1 recurrent node\n/);
      expect(bptt('convert', 'model.onnx', 'back.bptt').code).toBe(0);
      const [given, back] = ['model.safetensors', 'back.bptt'].map((name) =>
        Sequential.fromBytes(new Uint8Array(readFileSync(at(name))), { classes: [StandardScaler] }),
      ) as [Sequential, Sequential];
      for (const { name, value } of given.parameters) {
        expect(String(back.parameters.get(name).value)).toBe(String(value));
      }
    });

    it('writes state dicts of PyTorch, and arrays', () => {
      expect(bptt('convert', 'words.safetensors', 'words.pt.safetensors', '--to', 'pytorch').code).toBe(0);
      expect(bptt('inspect', 'words.pt.safetensors').out).toMatch(/lstm1\.weight_ih_l0 +\[8, 2\] +float32/);
      expect(bptt('convert', 'words.pt.safetensors', 'words.npz').code).toBe(0);
      const { arrays } = JSON.parse(bptt('inspect', 'words.npz', '--json').out);
      const { arrays: before } = JSON.parse(bptt('inspect', 'words.pt.safetensors', '--json').out);
      expect(arrays).toEqual(before);
    });

    it('writes the files of TensorFlow.js, and reads them from where they are', () => {
      mkdirSync(at('web'));
      expect(bptt('convert', 'words.safetensors', path.join('web', 'model.json')).code).toBe(0);
      const { what, summary } = JSON.parse(bptt('inspect', path.join('web', 'model.json'), '--json').out);
      expect([what, summary[0]]).toEqual(['a model of TensorFlow.js', 'Sequential [B, T] → [B, 2]']);
      expect(bptt('convert', path.join('web', 'model.json'), 'words2.safetensors').code).toBe(0);
      const [given, back] = ['words.safetensors', 'words2.safetensors'].map((name) => readFileSync(at(name)));
      expect(Buffer.compare(given!, back!)).toBe(0);

      const again = bptt('convert', 'words.safetensors', path.join('web', 'model.json'));
      expect(again.err).toMatch(/^bptt: .*: the file exists; --force replaces it\n/);
      const text = readFileSync(at('web/model.json'), 'utf8');
      writeFileSync(at('web/model.json'), text.replace('model.weights', '../web/model.weights'));
      const outside = bptt('inspect', path.join('web', 'model.json'));
      expect(outside.err).toMatch('its manifest names "../web/model.weights.bin", which is no file beside it\n');
      rmSync(at('web/model.weights.bin'));
      writeFileSync(at('web/model.json'), text);
      expect(bptt('inspect', path.join('web', 'model.json')).err).toMatch('there is no such file or folder\n');
    });

    it('reads files of Keras, and writes weights with the program that loads them', () => {
      const golden = fileURLToPath(new URL('../golden/kerasfiles/', import.meta.url));
      const inspected = bptt('inspect', path.join(golden, 'nested3.keras'));
      expect(inspected.out).toMatch(/: a model of Keras 3\.5\.0\n/);
      expect(bptt('convert', path.join(golden, 'sequential2.h5'), 'keras.safetensors').code).toBe(0);
      expect(bptt('inspect', 'keras.safetensors').out).toMatch(/ bidirectional1 +Bidirectional /);

      const weights = path.join(golden, 'weights2.h5');
      expect(bptt('inspect', weights).out).toMatch(/: weights of Keras 2\.0\.6, 4 layers with 12 arrays\n/);
      expect(bptt('convert', weights, 'w.onnx').err).toMatch('build it, and load them with loadKerasWeights');
      expect(bptt('convert', weights, 'w.npz').code).toBe(0); // its arrays

      const { code, out } = bptt('convert', 'model.safetensors', 'weights.npz', '--to', 'keras');
      expect(code).toBe(0);
      expect(out).toMatch(/^import keras\n(.*\n)*weights = np\.load\("weights\.npz"\)\n/);
      expect(bptt('inspect', 'weights.npz').out).toMatch(/gru1\/recurrent_kernel +\[3, 9\]/);
    });

    it('keeps the weights of two models of TensorFlow.js in one folder apart', () => {
      mkdirSync(at('two'));
      for (const [from, to] of [
        ['model', 'a'],
        ['words', 'b'],
      ] as const) {
        expect(bptt('convert', `${from}.safetensors`, path.join('two', `${to}.json`)).code).toBe(0);
      }
      expect(bptt('convert', path.join('two', 'b.json'), 'b.safetensors').code).toBe(0);
      expect(Buffer.compare(readFileSync(at('b.safetensors')), readFileSync(at('words.safetensors')))).toBe(0);
      expect(bptt('inspect', path.join('two', 'a.json')).out).toMatch('Sequential [B, T, 2] → [B, T, 1]');
    });

    it('says why a model is not imported', () => {
      writeFileSync(at('graph.json'), JSON.stringify({ format: 'graph-model', weightsManifest: [] }));
      const inspected = bptt('inspect', 'graph.json');
      expect(inspected.code).toBe(0);
      expect(inspected.out).toMatch('not imported: "modelJson" must hold layers; received a graph of TensorFlow');
      const converted = bptt('convert', 'graph.json', 'graph.onnx');
      expect(converted.code).toBe(1);
      expect(converted.err).toMatch('bptt: graph.json as ONNX: "modelJson" must hold layers; received a graph');
    });

    it('replaces no file unless told so', () => {
      writeFileSync(at('there.npz'), 'mine');
      const refused = { code: 1, out: '', err: 'bptt: there.npz: the file exists; --force replaces it\n' };
      expect(bptt('convert', 'model.safetensors', 'there.npz')).toEqual(refused);
      expect(readFileSync(at('there.npz'), 'utf8')).toBe('mine');
      expect(bptt('convert', 'model.safetensors', 'there.npz', '--force').code).toBe(0);
    });

    it.each<[string, string[], string]>([
      [
        'an unknown ending, before it reads',
        ['no.onnx', 'x.xyz'],
        'x.xyz: the name does not tell a format that bptt writes; --to takes bptt, safetensors, pytorch, npz, onnx, keras, tfjs',
      ],
      [
        'an unknown format',
        ['model.safetensors', 'x.onnx', '--to', 'tf'],
        '--to tf: it must be one of bptt, safetensors, pytorch, npz, onnx, keras, tfjs',
      ],
      [
        'arrays as a model',
        ['plain.safetensors', 'x.onnx'],
        'plain.safetensors as ONNX: the file has arrays, and no model: build it, and load them',
      ],
      [
        'what PyTorch lacks',
        ['model.safetensors', 'x.safetensors', '--to', 'pytorch'],
        'model.safetensors as a state dict of PyTorch in safetensors: toStateDict: "gru1" must compute what PyTorch\'s GRUCell does: resetAfter: true; the two forms cannot be converted; received false',
      ],
      ['a folder to write to', ['model.safetensors', 'folder', '--to', 'npz', '--force'], 'folder: it is a folder'],
      ['a path that is not there', ['model.safetensors', 'none/x.npz'], 'none/x.npz: there is no such file or folder'],
    ])('refuses %s', (_, words, message) => {
      expect(bptt('convert', ...words)).toEqual({ code: 1, out: '', err: `bptt: ${message}\n` });
    });
  });
});

const { version } = JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8')) as {
  readonly version: string;
};
