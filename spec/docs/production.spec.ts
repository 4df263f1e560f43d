import { describe, expect, it } from '@jest/globals';
import { stack, type Tensor, tensor } from '../../lib/index.ts';
import { servedModel, simulatedPlatform } from '../support/simulated-platform.ts';
import { type Ran, run, snippetsOf } from './snippets.ts';

const PAGE = 'docs/production.md';

/** Runs the program under a heading. */
async function program(heading: string, platform = simulatedPlatform()): Promise<Ran> {
  const [snippet] = snippetsOf(PAGE).filter((each) => each.heading === heading);
  return run(snippet!, '', platform);
}

const firstRow = (y: Tensor): number[] => (y.toArray() as number[][])[0]!;
const rows = [
  [1, 12, 5.1],
  [2, 30, 5.4],
  [0, 22, 5],
];
const model = servedModel();
const { scaler } = model.metadata as { scaler: { transform(rows: number[][]): Tensor } };
/** Probabilities after each reading. */
const probabilities = rows.map((_, k) => firstRow(model.predict(stack([scaler.transform(rows.slice(0, k + 1))]))));

describe(PAGE, () => {
  it('a page names the class after each reading', async () => {
    const { onReading } = (await program('A page')).exports as { onReading: (...values: number[]) => string };
    const expected = probabilities.map((each) => ['rest', 'walk', 'run'][each.indexOf(Math.max(...each))]);
    expect(rows.map((row) => onReading(...row))).toEqual(expected);
  });

  it('a worker predicts whole sequences, and reports errors', async () => {
    const platform = simulatedPlatform();
    await program('A worker', platform);
    const post = (data: unknown): void => platform.self.onmessage!({ data });
    post({ bytes: model.toBytes() });
    post({ id: 1, rows: [rows] });
    post({ id: 2, rows: [[[1, 2]]] });
    expect(platform.self.sent).toEqual([
      { id: 1, probabilities: [probabilities.at(-1)] },
      { id: 2, error: expect.stringContaining('transform') },
    ]);
  });

  it('an AudioWorklet puts out probabilities once a frame', async () => {
    const platform = simulatedPlatform();
    await program('An AudioWorklet', platform);
    const Voice = platform.processors.get('voice') as new (
      options: object,
    ) => {
      readonly messages: unknown[];
      process(inputs: readonly (readonly Float32Array[])[]): boolean;
    };
    const voice = new Voice({ processorOptions: { bytes: model.toBytes() } });
    const samples = Float32Array.from({ length: 8 * 128 }, (_, n) => Math.sin(n / 9) * (n / 1024));
    for (let n = 0; n < samples.length; n += 128) {
      expect(voice.process([[samples.subarray(n, n + 128)]])).toBe(true);
    }
    expect(voice.process([[]])).toBe(true); // nothing is connected
    const energies = [0, 1].map((frame) => {
      const bands = new Float32Array(3);
      for (let n = 0; n < 480; n++) bands[Math.floor(n / 160)]! += samples[480 * frame + n]! ** 2;
      return [...bands];
    });
    const expected = energies.map((_, k) => firstRow(model.predict(tensor([energies.slice(0, k + 1)]))));
    expect(voice.messages).toEqual(expected);
  });

  it('the edge keeps the state of each user between requests', async () => {
    const { default: edge } = (await program('The edge')).exports as {
      default: { fetch(request: Request, env: object): Promise<Response> };
    };
    const stored = new Map<string, Uint8Array>();
    const env = {
      ASSETS: { fetch: simulatedPlatform().fetch },
      STATES: {
        get: async (user: string) => stored.get(user) ?? null,
        put: async (user: string, bytes: Uint8Array) => void stored.set(user, bytes),
      },
    };
    const ask = async (user: string, reading: readonly number[]): Promise<unknown> => {
      const body = JSON.stringify({ user, reading });
      const response = await edge.fetch(new Request('https://edge.example/', { method: 'POST', body }), env);
      return ((await response.json()) as { probabilities: unknown }).probabilities;
    };
    const answers: unknown[] = [];
    for (const row of rows) answers.push(await ask('ann', row), await ask(`user ${answers.length}`, row));
    expect(answers.filter((_, k) => k % 2 === 0)).toEqual(probabilities);
    expect(answers[1]).toEqual(probabilities[0]);
    expect(answers[3]).not.toEqual(probabilities[1]);
  });
});
