import { describe, expect, it } from '@jest/globals';
import type { Config, ConfigValue } from '../../lib/cells/config.ts';
import type { Pass, Workspace } from '../../lib/engine/pass.ts';
import type { Signal, SignalShape } from '../../lib/engine/signal.ts';
import {
  type CellOptions,
  Dense,
  FormatError,
  GRU,
  LSTM,
  LSTMCell,
  Network,
  RNN,
  randomNormal,
  type SavedClass,
  Sequential,
  SimpleRNN,
} from '../../lib/index.ts';
import { Layer } from '../../lib/layers/layer.ts';
import type { Parameters } from '../../lib/parameters/parameters.ts';
import { fileOf, parts } from '../model/files.ts';
import { expectBits } from '../support/bits.ts';
import { LeakyCell } from '../support/leaky-cell.ts';

/** A cell of a user that can be saved. */
class SavedCell extends LeakyCell {
  static readonly kind: string = 'SavedCell';
  override readonly kind = SavedCell.kind as 'LeakyCell';
  readonly rate: number;

  constructor({ rate = 0.5, ...options }: CellOptions & { readonly rate?: number }) {
    super(options);
    this.rate = rate;
  }

  override config(_where: string): Config {
    return { units: this.units, useBias: this.useBias, rate: this.rate };
  }
}

/** A layer around another one, with further layers and values that do nothing. */
class Wrapper extends Layer {
  static readonly kind = 'Wrapper';
  readonly kind = Wrapper.kind;
  readonly needsTime = true;
  readonly layer: Layer;
  readonly extra: ConfigValue;

  constructor({ layer, extra }: { readonly layer: Layer; readonly extra?: ConfigValue }) {
    if (!(layer instanceof Layer)) throw new TypeError('no layer');
    super({});
    this.layer = layer;
    this.extra = extra;
  }

  parameterSpecs(inputSize: number) {
    return this.layer.parameterSpecs(inputSize);
  }

  protected attached(parameters: Parameters, inputSize: number): void {
    this.layer.attach(parameters, inputSize);
  }

  outputShape(input: SignalShape): SignalShape {
    return this.layer.outputShape(input);
  }

  override stateSpecs(inputSize: number) {
    return this.layer.stateSpecs(inputSize);
  }

  config(_where: string): Config {
    return { kind: this.kind, layer: this.layer, extra: this.extra };
  }

  layOut(workspace: Workspace, input: Signal): Pass {
    return this.layer.layOut(workspace, input);
  }
}

const saved = (layer: Layer): Uint8Array => new Sequential([layer], { inputSize: 3, seed: 4 }).build().toBytes();
const own = () => new RNN({ cell: new SavedCell({ units: 2, rate: 0.1, useBias: false }) });
const wrapped = (extra?: ConfigValue) =>
  new Wrapper({ layer: new LSTM({ units: 2, returnSequences: true }), ...(extra !== undefined && { extra }) });
const classes = [SavedCell, Wrapper];
const x = randomNormal([2, 4, 3], { seed: 1 });

/** The file of a layer with another description of it, given as text or as what becomes JSON. */
function described(layer: Layer, change: (config: Record<string, unknown>) => unknown): Uint8Array {
  const { header, data } = parts(saved(layer));
  const { layers, ...rest } = JSON.parse(header.__metadata__.architecture!) as { layers: [Record<string, unknown>] };
  const architecture = JSON.stringify({ ...rest, layers: [change(layers[0])] });
  return fileOf({ ...header, __metadata__: { ...header.__metadata__, architecture } }, data);
}

function refusal(bytes: Uint8Array, given: readonly SavedClass[] = classes): string {
  try {
    Sequential.fromBytes(bytes, { classes: given });
    return '';
  } catch (error) {
    return error instanceof FormatError ? error.message : `not a FormatError: ${error}`;
  }
}

describe('a saved model of a class that is passed to fromBytes', () => {
  it.each<[string, () => Layer]>([
    ['a cell of a user', own],
    ['a layer around a layer', () => wrapped()],
    [
      'layers within lists and records',
      () => wrapped([0.5, { a: new GRU({ units: 1 }), b: [new Dense({ units: 2 })] }]),
    ],
    ['a layer around a layer around a cell of a user', () => new Wrapper({ layer: new Wrapper({ layer: own() }) })],
  ])('is loaded with the same bits: %s', (_, make) => {
    const model = new Sequential([make()], { inputSize: 3, seed: 2 }).build();
    const bytes = model.toBytes();
    for (const copy of [Sequential.fromBytes(bytes, { classes }), Network.fromBytes(bytes, { classes })]) {
      expectBits(copy.predict(x), model.predict(x));
      expectBits(copy.toBytes(), bytes);
    }
    const double = model.astype('float64');
    expect(double.dtype).toBe('float64');
    expectBits(double.astype('float32').toBytes(), bytes);
  });

  it('keeps its options, also fractions', () => {
    const [layer] = Sequential.fromBytes(saved(own()), { classes }).layers as unknown as [RNN<SavedCell>];
    expect([layer.cell.rate, layer.cell.useBias, layer.cell.units]).toEqual([0.1, false, 2]);
  });
});

describe('fromBytes refuses', () => {
  it('a class that was not passed, and says which one to pass', () => {
    const known = 'LSTM, GRU, SimpleRNN, Dense, Dropout, LSTMCell, GRUCell, SimpleRNNCell';
    expect(refusal(saved(own()), [])).toBe(
      `Sequential.fromBytes: "bytes" must name only these classes: ${known}, RNN; received "SavedCell". If you trust the file, pass the class: classes: [SavedCell]`,
    );
    expect(refusal(saved(wrapped()), [SavedCell])).toContain('pass the class: classes: [Wrapper]');
    expect(refusal(saved(new Wrapper({ layer: own() })), [Wrapper])).toContain('pass the class: classes: [SavedCell]');
    expect(refusal(described(wrapped(), (config) => ({ ...config, kind: 'x"] evil' })))).toMatch(
      /must describe layers that fit each other.*"kind" must be the name of a class/,
    );
  });

  it.each<[string, (config: Record<string, unknown>) => unknown]>([
    ['an unknown option of a layer within', (c) => ({ ...c, layer: { ...(c.layer as object), seed: 1 } })],
    [
      'a kind of a layer within that is none',
      (c) => ({ ...c, layer: { ...(c.layer as object), kind: 'constructor' } }),
    ],
    ['a kind from the prototype of a map', (c) => ({ ...c, layer: { ...(c.layer as object), kind: 'get' } })],
    ['a list for a kind', (c) => ({ ...c, layer: { ...(c.layer as object), kind: ['LSTM'] } })],
    ['huge units of a layer within', (c) => ({ ...c, layer: { ...(c.layer as object), units: 2 ** 40 } })],
    ['a cell in place of a layer', (c) => ({ ...c, kind: 'LSTMCell', units: 2, layer: undefined })],
    ['an option that the layer drops', (c) => ({ ...c, other: 1 })],
    ['an option within a record that changes', (c) => ({ ...c, extra: { a: Number.NaN } })],
    ['too many parts', (c) => ({ ...c, extra: Array.from({ length: 256 }, () => ({ kind: 'Dense', units: 1 })) })],
    [
      'too many levels',
      (c) => ({
        ...c,
        extra: Array.from({ length: 16 }).reduce((inner) => ({ kind: 'Wrapper', layer: inner }), c.layer),
      }),
    ],
  ])('%s', (_, change) => {
    const found = refusal(described(wrapped(), change));
    expect(found).toMatch(/^Sequential\.fromBytes: "bytes" must /);
  });

  it('an option within a record that its layer does not keep', () => {
    class Forgetful extends Wrapper {
      override config(where: string): Config {
        return { ...super.config(where), extra: { a: 1 } };
      }
    }
    Object.defineProperty(Forgetful, 'kind', { value: 'Wrapper' });
    const bytes = described(wrapped({ a: 1 }), (config) => ({ ...config, extra: { a: 1, b: 2 } }));
    expect(refusal(bytes, [Wrapper])).toBe('');
    expect(refusal(bytes, [Forgetful])).toContain('"extra" must be an option that is saved with a layer');
  });
});

describe('the option classes', () => {
  const bytes = saved(new SimpleRNN({ units: 1 }));
  class Inherits extends SavedCell {}
  class Numbered extends LeakyCell {
    static readonly kind = 5;
  }
  class Again extends LeakyCell {
    static readonly kind = 'SavedCell';
  }
  class Clash extends LeakyCell {
    static readonly kind = 'LSTMCell';
  }
  class Reserved extends LeakyCell {
    static readonly kind = 'RNN';
  }
  it.each<[string, unknown, string]>([
    ['no list', SavedCell, 'classes'],
    ['null', null, 'classes'],
    ['a name', ['SavedCell'], 'classes[0]'],
    ['an instance', [new SavedCell({ units: 1 })], 'classes[0]'],
    ['a function', [() => 1], 'classes[0]'],
    ['another class', [Map], 'classes[0]'],
    ['a hole', new Array(1), 'classes[0]'],
    ['a class without a static kind', [LeakyCell], 'classes[0]'],
    ['a class that inherits its kind', [SavedCell, Inherits], 'classes[1]'],
    ['a kind that is no string', [Numbered], 'classes[0]'],
    ['a class twice', [SavedCell, SavedCell], 'classes[1]'],
    ['two classes of one kind', [SavedCell, Again], 'classes[1]'],
    ['the kind of a class of the library', [Clash], 'classes[0]'],
    ['the kind RNN', [Reserved], 'classes[0]'],
  ])('refuses %s', (_, given, argument) => {
    expect(() => Sequential.fromBytes(bytes, { classes: given as never })).toThrow(
      `Sequential.fromBytes: "${argument}" must `,
    );
  });

  it('refuses what throws when it is read', () => {
    const { proxy, revoke } = Proxy.revocable(class {}, {});
    revoke();
    expect(() => Sequential.fromBytes(bytes, { classes: [proxy] as never })).toThrow('"classes[0]" must ');
  });
});

describe('toBytes refuses', () => {
  class Inherits extends SavedCell {}
  class Drops extends SavedCell {
    static override readonly kind = 'Drops';
    override readonly kind = 'Drops' as never;
    override config(where: string): Config {
      return { ...super.config(where), momentum: 0.9 };
    }
  }
  it.each<[string, () => Layer, string]>([
    ['a class that inherits its kind', () => new RNN({ cell: new Inherits({ units: 1 }) }), 'static kind "SavedCell"'],
    [
      'a class of another kind within',
      () => new Wrapper({ layer: new RNN({ cell: new Inherits({ units: 1 }) }) }),
      'static',
    ],
    ['an option that the constructor refuses', () => new RNN({ cell: new Drops({ units: 1 }) }), 'kinds name'],
    ['a number that JSON lacks', () => new RNN({ cell: new SavedCell({ units: 1, rate: Number.NaN }) }), 'NaN'],
    ['too large a layer within', () => new Wrapper({ layer: new Dense({ units: 65_537 }) }), 'at most 65536'],
    ['too many parts', () => wrapped(Array.from({ length: 256 }, () => new Dense({ units: 1 }))), 'kinds name'],
    ['too much text', () => wrapped('x'.repeat(70_000)), 'few enough'],
    [
      'too many levels',
      () => Array.from({ length: 20 }).reduce<Layer>((layer) => new Wrapper({ layer }), wrapped()),
      'few',
    ],
    [
      'a cell without config',
      () => new Wrapper({ layer: new RNN({ cell: new LeakyCell({ units: 1 }) }) }),
      'defines config',
    ],
  ])('%s', (_, make, words) => {
    const model = new Sequential([make()], { inputSize: 1 }).build();
    expect(() => model.toBytes()).toThrow(/^Sequential\.toBytes: "(layers|units)" must /);
    expect(() => model.toBytes()).toThrow(words);
  });

  it('nothing that it should save', () => {
    expect(
      new Sequential([new RNN({ cell: new LSTMCell({ units: 1 }) })], { inputSize: 1 }).build().toBytes(),
    ).toBeDefined();
  });
});
