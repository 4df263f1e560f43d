// An encoder and a decoder in one arena: how they fit each other, and which state of one begins the other.

import { refuse, requireEntries } from '../checks.ts';
import type { StateSpec } from '../memory/states.ts';
import type { Layer } from './layer.ts';
import type { Part } from './layer-description.ts';
import { Network } from './network.ts';
import { inputShapeOf } from './shape-in-words.ts';

/** Names of the two networks. */
const COUPLED = ['encoder', 'decoder'] as const;

/** An encoder and a decoder. */
export class CoupledNetworks {
  readonly encoder: Network;
  readonly decoder: Network;
  /** Whether the decoder begins with the final state of the encoder. */
  readonly passState: boolean;
  /** Features of a time step of the decoder's input: 1 if these are indices, otherwise those of its output. */
  readonly targetSize: number;
  /** Features of a time step of the decoder's output. */
  readonly outputSize: number;
  /** How many states the decoder takes from the encoder: all, which come in the same order in both, or none. */
  readonly sharedStates: number;

  /** Checks that the layers are new and that both networks fit each other. */
  constructor(where: string, encoder: readonly Layer[], decoder: readonly Layer[], passState: boolean) {
    this.encoder = new Network(
      requireEntries(where, 'encoder', encoder, 'be an array of layers'),
      {},
      `${where}.encoder`,
    );
    this.decoder = new Network(
      requireEntries(where, 'decoder', decoder, 'be an array of layers'),
      {},
      `${where}.decoder`,
    );
    this.passState = passState;
    this.#attend(where);
    requireSteps(where, this.decoder);
    for (const [i, { stateful }] of [this.encoder, this.decoder].entries()) {
      if (stateful)
        refuse(where, COUPLED[i]!, 'have no stateful layer, as each source begins a new sequence', 'stateful');
    }
    const output = this.decoder.outputShape({ T: Number.NaN, B: Number.NaN, F: this.decoder.inputSize ?? Number.NaN });
    this.outputSize = output.F;
    this.targetSize = this.decoder.readsIndices ? 1 : output.F;
    if (!(this.targetSize >= 1)) {
      refuse(where, 'decoder', 'have an output of known size', this.decoder, 'Let the decoder end with a Dense');
    }
    const { inputSize = this.targetSize } = this.decoder;
    if (inputSize !== this.targetSize) {
      const remedy = 'Begin the decoder with an Embedding, or give it an output as wide as its input';
      refuse(where, 'decoder', `take the ${this.targetSize} features that it puts out`, inputSize, remedy);
    }
    this.sharedStates = passState ? this.#matchStates(where) : 0;
  }

  /** Tells the decoder how wide the outputs are that it attends to. */
  #attend(where: string): void {
    const { encoder, decoder, passState } = this;
    if (!decoder.attends) {
      if (!passState) {
        refuse(
          where,
          'passState',
          'be true for a decoder without attention, which would not see the source',
          passState,
        );
      }
      return;
    }
    const { T, F } = encoder.outputShape({ T: Number.NaN, B: Number.NaN, F: encoder.inputSize ?? Number.NaN });
    if (T === undefined) {
      const remedy = 'Give the last recurrent layer of the encoder returnSequences: true';
      refuse(where, 'encoder', 'return sequences, as the decoder attends to them', encoder.layers.at(-1), remedy);
    }
    if (!(F >= 1))
      refuse(where, 'encoder', 'have an output of known size', encoder, 'Give its first layer an inputSize');
    decoder.attendTo(F);
  }

  /** Checks that the decoder has the states of the encoder, in order; returns their number. */
  #matchStates(where: string): number {
    const [from, to] = [statesOf(this.encoder), statesOf(this.decoder)];
    const fits = from.length === to.length && from.every((spec, k) => sameState(spec, to[k]!));
    if (!fits || from.length === 0) {
      const expected = `have the states of the encoder, ${inWords(from)}, as it begins with them`;
      refuse(
        where,
        'decoder',
        expected,
        inWords(to),
        'Use equal recurrent layers in both, or attention and passState: false',
      );
    }
    if (this.decoder.trainsInitialState) {
      refuse(where, 'decoder', 'not have trainInitialState, as it begins with the state of the encoder', true);
    }
    return from.length;
  }

  /** Both networks, with names that their parameters begin with. */
  parts(inputSize: number): readonly Part[] {
    const sizes = [inputSize, this.targetSize];
    const networks = [this.encoder, this.decoder];
    return networks.map((layer, i) => ({ path: [COUPLED[i]!], layer, input: inputShapeOf(layer, sizes[i]) }));
  }
}

/** Refuses a decoder that cannot compute one time step after the other. */
function requireSteps(where: string, decoder: Network): void {
  const { T } = decoder.outputShape({ T: Number.NaN, B: Number.NaN, F: decoder.inputSize ?? Number.NaN });
  if (T === undefined) {
    const remedy = 'Give its recurrent layers returnSequences: true';
    refuse(where, 'decoder', 'return sequences', decoder.layers.at(-1), remedy);
  }
  const backwards = decoder.readsBackwards ? 'goBackwards: it reads the last time step first' : undefined;
  const why = backwards ?? decoder.needsWhole;
  if (why !== undefined) refuse(where, 'decoder', 'compute its time steps in order, one by one', why);
}

function statesOf(network: Network): readonly StateSpec[] {
  return network.stateSpecs(network.inputSize ?? Number.NaN);
}

function sameState(a: StateSpec, b: StateSpec): boolean {
  return a.width === b.width && a.path.at(-1) === b.path.at(-1);
}

function inWords(specs: readonly StateSpec[]): string {
  const inWord = ({ path, width }: StateSpec): string => (width >= 1 ? `${path.join('.')} [${width}]` : path.join('.'));
  return specs.length === 0 ? 'none' : specs.map(inWord).join(', ');
}
