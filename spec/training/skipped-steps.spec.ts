import { describe, expect, it } from '@jest/globals';
import { Adam, Dense, MeanSquaredError, NonFiniteError, Sequential, SGD } from '../../lib/index.ts';
import { compiled, expectSame, x, y } from './trainable.ts';

const dirty = x.copy();
dirty.set(2, 3, 1, Number.NaN);

/** What a step does: takes, skips or throws. */
function outcome(model: Sequential, clean: boolean): 'taken' | 'skipped' | 'thrown' {
  try {
    return model.trainStep(clean ? x : dirty, y).skipped ? 'skipped' : 'taken';
  } catch (error) {
    expect(error).toBeInstanceOf(NonFiniteError);
    return 'thrown';
  }
}

describe('skipped steps', () => {
  it('are counted, in a row and in all', () => {
    const { model } = compiled({ onNonFinite: 'skip' });
    expect(model.skippedSteps).toEqual({ consecutive: 0, total: 0 });
    for (const clean of [true, false, false]) outcome(model, clean);
    expect(model.skippedSteps).toEqual({ consecutive: 2, total: 2 });
    for (const clean of [true, false, true]) outcome(model, clean);
    expect(model.skippedSteps).toEqual({ consecutive: 0, total: 3 });
  });

  it('are counted anew after compile, and none before it', () => {
    const { model, optimizer } = compiled({ onNonFinite: 'skip' });
    outcome(model, false);
    model.compile({ optimizer, loss: new MeanSquaredError(), onNonFinite: 'skip' });
    expect(model.skippedSteps).toEqual({ consecutive: 0, total: 0 });
    expect(new Sequential([new Dense({ units: 1 })]).skippedSteps).toEqual({ consecutive: 0, total: 0 });
  });

  it.each([1, 2, 5])(
    'throw once %i in a row were skipped; a step that is taken starts the count again',
    (skipLimit) => {
      const { model } = compiled({ onNonFinite: 'skip', skipLimit });
      const run = (): string[] => Array.from({ length: skipLimit + 2 }, () => outcome(model, false));
      for (let k = 0; k < 2; k++) {
        expect(run()).toEqual([...new Array<string>(skipLimit).fill('skipped'), 'thrown', 'thrown']);
        expect(outcome(model, true)).toBe('taken');
      }
      expect(model.skippedSteps).toEqual({ consecutive: 0, total: 2 * skipLimit });
    },
  );

  it('are at most 100 in a row by default; the error says how many there were, and where the first value is', () => {
    const { model } = compiled({ onNonFinite: 'skip' });
    for (let k = 0; k < 100; k++) expect(outcome(model, false)).toBe('skipped');
    expect(() => model.trainStep(dirty, y)).toThrow(
      'received NaN in the forward pass: "x", step 3, row 2, unit 1, after 100 skipped steps in a row. Nothing was updated',
    );
  });

  it('reject a fit that meets nothing else, and leave the parameters as they were', async () => {
    const [{ model }, { model: twin }] = [compiled({ onNonFinite: 'skip', skipLimit: 3 }), compiled()];
    for (const each of [model, twin]) each.build(3);
    const all = x.copy();
    all.data.fill(Number.NaN);
    await expect(model.fit(all, y, { epochs: 4, batchSize: 5 })).rejects.toThrow(NonFiniteError);
    expect(model.skippedSteps.total).toBe(3);
    expectSame(model, twin);
  });
});

describe('an update that would overflow', () => {
  const optimizers = {
    SGD: () => new SGD({ learningRate: 1e39 }),
    momentum: () => new SGD({ learningRate: 1e39, momentum: 0.9 }),
    Adam: () => new Adam({ learningRate: 1e39 }),
  };
  it.each(Object.entries(optimizers))('throws and changes nothing: %s', (_, make) => {
    const [{ model }, { model: twin }] = [compiled(), compiled()];
    for (const each of [model, twin]) each.build(3);
    const [optimizer, loss] = [make(), new MeanSquaredError()];
    model.compile({ optimizer, loss });
    let place: unknown;
    try {
      model.trainStep(x, y);
    } catch (error) {
      place = (error as NonFiniteError).place;
    }
    expect(place).toMatchObject({ phase: 'optimizer', layer: 'gru1', tensor: 'recurrentKernel', index: [0, 0] });
    expect(optimizer.iterations).toBe(0);
    expectSame(model, twin);
    const other = make();
    twin.compile({ optimizer: other, loss });
    for (const each of [optimizer, other]) each.learningRate = 0.01;
    for (let k = 0; k < 3; k++) expect(model.trainStep(x, y)).toEqual(twin.trainStep(x, y)); // its state is as it was
    expectSame(model, twin);
  });

  it('is skipped, or written when the check is off', () => {
    const skipping = compiled({ optimizer: new SGD({ learningRate: 1e39 }), onNonFinite: 'skip' }).model;
    expect(skipping.trainStep(x, y).skipped).toBe(true);
    const off = compiled({ optimizer: new SGD({ learningRate: 1e39 }), onNonFinite: 'off' }).model;
    expect(off.trainStep(x, y).skipped).toBe(false);
    expect(Number.isFinite(off.parameters.get('dense1.bias').value.get(0))).toBe(false);
  });
});
