import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const { measureCase } = await import('../../bench/peers/measure.mjs' as string);
const { reorder, timeMajor, transposed } = await import('../../bench/peers/data.mjs' as string);
const { lstmModel } = await import('../../bench/peers/onnx-model.mjs' as string);

interface Command {
  readonly do: 'prepare' | 'result' | 'run' | 'peak';
  readonly file: string;
  readonly times: number;
}

const TASK = { group: 'g', name: 'n', shape: { B: 1, T: 1, I: 1, H: 1 }, work: { amount: 1e6, unit: 'flop' } };
const OPTIONS = { rounds: 4, slice: 0.01, share: 1 };

/** An engine that takes `seconds` a run and answers with `numbers`; without numbers nothing can be compared. */
function engine(name: string, seconds: number, numbers?: readonly number[]): object {
  const answers = {
    prepare: () => ({ verified: numbers !== undefined }),
    result: ({ file }: Command) => {
      writeFileSync(file, Float32Array.from(numbers!));
      return { numbers: numbers!.length };
    },
    run: ({ times }: Command) => ({ seconds: seconds * times, wall: seconds * times }),
    peak: () => ({ best: 10 }),
  };
  const width = name === 'bptt' ? 128 : undefined;
  return {
    name,
    width,
    version: '1',
    takes: () => true,
    ask: async (command: Command) => answers[command.do](command),
  };
}

async function measured(...engines: object[]): Promise<{ rows: Record<string, unknown>[]; problems: string[] }> {
  const problems: string[] = [];
  const record = (_: number, peak: object): object => peak;
  const rows = await measureCase(TASK, engines, OPTIONS, record, (problem: string) => problems.push(problem));
  return { rows, problems };
}

describe('engines beside ours', () => {
  it('are compared, then timed by ours', async () => {
    const { rows, problems } = await measured(engine('bptt', 1e-3, [1, 2]), engine('other', 4e-3, [1, 2.0001]));
    expect(problems).toEqual([]);
    expect(rows.map(({ engine, verified }) => [engine, verified])).toEqual([
      ['bptt', true],
      ['other', true],
    ]);
    expect(rows[0]).toMatchObject({ rounds: 4, ratioToOurs: 1 });
    expect(rows[1]!.ratioToOurs).toBeCloseTo(4, 6);
    expect(rows[0]!.fractionOfPeak).toBeCloseTo(1e6 / 1e-3 / 1e9 / 10, 6);
    expect(rows.map(({ width, fractionOfPeak }) => [width, fractionOfPeak === null])).toEqual([
      [128, false],
      [null, true],
    ]);
  });

  it('are left out, and named, when they compute something else', async () => {
    const { rows, problems } = await measured(engine('bptt', 1e-3, [1, 2]), engine('wrong', 1e-3, [1, 2.001]));
    expect(rows).toHaveLength(1);
    expect(problems).toEqual(['g, n, wrong: differs from ours by 5.0e-4']);
  });

  it('take part in fewer rounds when they are slow, and say so when nothing was compared', async () => {
    const { rows } = await measured(engine('bptt', 1e-3, [1]), engine('slow', 0.5));
    expect(rows[1]).toMatchObject({ verified: false, rounds: 2, ratioToOurs: 500 });
  });
});

describe('weights for other libraries', () => {
  const values = Float32Array.from({ length: 12 }, (_, k) => k); // 2 rows of 3 gates of 2 units

  it('move gate by gate, and the update gate changes its sign', () => {
    expect([...reorder(values, 2, 2, [1, 0, 2], [1])]).toEqual([-2, -3, 0, 1, 4, 5, -8, -9, 6, 7, 10, 11]);
  });

  it('are transposed, and sequences made time-major and back', () => {
    expect([...transposed(values, 3, 4)]).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    const sequence = timeMajor(values, 3, 2); // [B 3, T 2, F 2] to [T 2, B 3, F 2]
    expect([...sequence]).toEqual([0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11]);
    expect(timeMajor(sequence, 2, 3)).toEqual(values);
  });
});

/** Fields of a protocol buffer: numbers, and bytes of whatever is inside. */
function fieldsOf(bytes: Uint8Array): { field: number; value: number | Uint8Array }[] {
  let at = 0;
  const varint = (): number => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  const fields = [];
  while (at < bytes.length) {
    const key = varint();
    const first = varint(); // the number, or how many bytes follow
    if (key % 8 === 2) at += first;
    fields.push({ field: key >> 3, value: key % 8 === 2 ? bytes.subarray(at - first, at) : first });
  }
  return fields;
}

describe('an ONNX model written by hand', () => {
  const [I, H] = [40, 50];
  const weights = {
    W: Float32Array.from({ length: 4 * H * I }, (_, k) => k),
    R: new Float32Array(4 * H * H),
    B: new Float32Array(8 * H),
  };
  const all = (bytes: unknown, field: number): (number | Uint8Array)[] =>
    fieldsOf(bytes as Uint8Array)
      .filter((each) => each.field === field)
      .map(({ value }) => value);
  const texts = (bytes: unknown, field: number): string[] =>
    all(bytes, field).map((value) => Buffer.from(value as Uint8Array).toString());
  const model = lstmModel({ T: 3, B: 2, I, H }, weights);
  const [graph] = all(model, 7);

  it('has a version, an operator set and one LSTM with H units', () => {
    expect(all(model, 1)).toEqual([8]);
    expect(all(all(model, 8)[0], 2)).toEqual([14]);
    const [node] = all(graph, 1);
    expect([texts(node, 1), texts(node, 4)]).toEqual([['x', 'W', 'R', 'B', '', 'h', 'c'], ['LSTM']]);
    const [attribute] = all(node, 5);
    expect([texts(attribute, 1), all(attribute, 3), all(attribute, 20)]).toEqual([['hidden_size'], [H], [2]]);
  });

  it('holds the weights with their shapes, and says the shapes of inputs and outputs', () => {
    const [W, ...rest] = all(graph, 5);
    expect([all(W, 1), all(W, 2), texts(W, 8)]).toEqual([[1, 4 * H, I], [1], ['W']]);
    expect(all(W, 9)[0]).toEqual(new Uint8Array(weights.W.buffer));
    expect(rest.map((each) => all(each, 1))).toEqual([
      [1, 4 * H, H],
      [1, 8 * H],
    ]);
    const shapeOf = (info: unknown): unknown => {
      const [tensor] = all(all(info, 2)[0], 1);
      return all(all(tensor, 2)[0], 1).map((dimension) => all(dimension, 1)[0]);
    };
    expect(all(graph, 11).map(shapeOf)).toEqual([
      [3, 2, I],
      [1, 2, H],
      [1, 2, H],
    ]);
    expect(all(graph, 12).map((info) => [texts(info, 1)[0], shapeOf(info)])).toEqual([
      ['y', [3, 1, 2, H]],
      ['hNext', [1, 2, H]],
      ['cNext', [1, 2, H]],
    ]);
  });
});
