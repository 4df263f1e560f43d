import { refuse, requireEntries, requireInstance } from '../checks.ts';
import { type Pass, type Signal, signalSize } from '../engine/pass.ts';
import type { Rows, StepPass, StepPlan } from '../engine/stream.ts';
import type { StackState } from '../engine/stream-state.ts';
import { inLayer, type Visit } from '../engine/visit.ts';
import type { Kernels } from '../kernels/contract.ts';
import type { Arena, Take } from '../memory/arena.ts';
import { readOptions } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/buildable.ts';
import type { ParameterSpec, Parameters } from '../parameters/parameters.ts';
import { sizeOf } from '../tensor/layout.ts';
import { table } from '../tensor/printed.ts';
import { Layer, type LayerConfig, type OutputRange, shapeInWords } from './layer.ts';

/** A pass through a stack of layers. */
export interface StackPass extends Pass {
  /** [rows, F] of the output: room for targets. */
  readonly target: number;
}

/**
 * Layers one after the other, in one arena: each takes what the one before gives, in place. The part of a model that
 * computes; `Sequential` adds what trains it.
 */
export abstract class Stack extends Layer<StackPass, StackState> {
  /** @internal */
  readonly minimumRank: 2 | 3;
  /** The layers, first to last. */
  readonly layers: readonly Layer[];

  /**
   * @param where - the class' name, for errors
   * @param layers - at least one, none of them in use elsewhere
   * @param options - as given by the user
   * @throws ArgumentError for layers that do not fit each other or are in use, or an option outside its range
   */
  constructor(where: string, layers: readonly Layer[], options: BuildOptions) {
    const checked = requireLayers(where, layers);
    super(withInputSize(where, checked[0]!, readOptions(where, options, BUILD_OPTIONS)));
    this.layers = checked;
    for (const layer of checked) layer.adopt();
    this.minimumRank = checked.some((layer) => layer.minimumRank === 3) ? 3 : 2;
  }

  /** The names of the layers: kind and number, from 1 for each kind. */
  get layerNames(): string[] {
    const counts = new Map<string, number>();
    return this.layers.map(({ kind }) => {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      return `${kind[0]!.toLowerCase()}${/^[A-Z]+$/.test(kind) ? kind.slice(1).toLowerCase() : kind.slice(1)}${count}`;
    });
  }

  /** The same, and each of its layers. */
  override toString(): string {
    const names = this.layerNames;
    let rank: number = this.minimumRank;
    let size = this.inputSize ?? Number.NaN;
    const rows = this.layers.map((layer, i) => {
      const input = shapeInWords(rank, size);
      const count = size > 0 ? layer.parameterSpecs(size).reduce((sum, { shape }) => sum + sizeOf(shape), 0) : '';
      [rank, size] = [layer.outputRank(rank), layer.outputSize(size)];
      return [names[i]!, layer.kind, `${input} → ${shapeInWords(rank, size)}`, count];
    });
    return `${super.toString()}\n${table(rows)}`;
  }

  /** @internal Its layers, an own property, hold the parameters. */
  protected override compared(): object {
    return { ...super.compared(), parameters: undefined };
  }

  /** @internal */
  parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    const names = this.layerNames;
    let size = inputSize;
    return this.layers.flatMap((layer, i) => {
      const specs = layer.parameterSpecs(size).map((spec) => ({ ...spec, name: `${names[i]}.${spec.name}` }));
      size = layer.outputSize(size);
      return specs;
    });
  }

  /** @internal */
  protected override requireParts(where: string): void {
    for (const layer of this.layers) layer.requireUnbuilt(where);
  }

  /** @internal */
  protected attached(parameters: Parameters, inputSize: number): void {
    const names = this.layerNames;
    let size = inputSize;
    this.layers.forEach((layer, i) => {
      layer.attach(parameters.within(`${names[i]}.`), size);
      size = layer.outputSize(size);
    });
  }

  /** @internal */
  outputRank(inputRank: number): number {
    return this.layers.reduce((rank, layer) => layer.outputRank(rank), inputRank);
  }

  /** @internal */
  override get outputRange(): OutputRange {
    return this.layers.at(-1)!.outputRange;
  }

  /** @internal */
  outputSize(inputSize: number): number {
    return this.layers.reduce((size, layer) => layer.outputSize(size), inputSize);
  }

  /** @internal */
  config(where: string): LayerConfig {
    return refuse(where, 'layers', 'be plain layers, not models, to be saved', this);
  }

  /** @internal */
  plan(arena: Arena, take: Take, input: Signal): StackPass {
    const passes: Pass[] = [];
    for (const layer of this.layers) passes.push(layer.plan(arena, take, passes.at(-1)?.output ?? input));
    const { output } = passes.at(-1)!;
    const names = this.layerNames;
    const named = (i: number, visit: Visit): Visit => {
      return (values) => visit(inLayer(values, names[i]!));
    };
    const recurrent = passes.filter(({ states }) => states.length > 0);
    const needed = passes.slice(0, passes.lastIndexOf(recurrent.at(-1)!) + 1); // for the states
    return {
      output,
      dInput: passes[0]!.dInput,
      target: take(signalSize(output), 'tape'),
      states: this.#named(passes),
      resize: (T) => {
        for (const pass of passes) pass.resize(T);
      },
      pack: () => {
        for (const pass of passes) pass.pack();
      },
      packTransposed: () => {
        for (const pass of passes) pass.packTransposed();
      },
      advance: () => {
        for (const pass of needed) pass.forward();
      },
      forward: () => {
        for (const pass of passes) pass.forward();
      },
      visitForward: (visit, advanced) => {
        (advanced ? needed : passes).forEach((pass, i) => {
          pass.visitForward(named(i, visit), false);
        });
      },
      backward: (dOutput, visit) => {
        passes.reduceRight<number | undefined>((d, pass, i) => {
          pass.backward(d, visit && named(i, visit));
          return d === undefined && pass.states.length === 0 ? undefined : pass.dInput;
        }, dOutput);
      },
    };
  }

  /** The states of all layers, each under the layer's name, or its path where it stands in a stack in this one. */
  #named<S extends { readonly layer: string | undefined }>(passes: readonly { readonly states: readonly S[] }[]): S[] {
    const names = this.layerNames;
    return passes.flatMap(({ states }, i) =>
      states.map((each) => ({ ...each, layer: each.layer === undefined ? names[i]! : `${names[i]}.${each.layer}` })),
    );
  }

  /** @internal */
  planStream(takeWeights: Take, inputSize: number): StepPlan {
    let size = inputSize;
    const plans = this.layers.map((layer) => {
      const plan = layer.planStream(takeWeights, size);
      size = layer.outputSize(size);
      return plan;
    });
    return (kernels, take, input) => this.#planStep(plans, kernels, take, input);
  }

  #planStep(plans: readonly StepPlan[], kernels: Kernels, take: Take, input: Rows): StepPass {
    const passes: StepPass[] = [];
    for (const plan of plans) passes.push(plan(kernels, take, passes.at(-1)?.output ?? input));
    return {
      output: passes.at(-1)!.output,
      states: this.#named(passes),
      pack: () => {
        for (const pass of passes) pass.pack();
      },
      forward: () => {
        for (let i = 0; i < passes.length; i++) passes[i]!.forward(); // an iterator may allocate
      },
    };
  }
}

/** The options of a stack, with the input size that its first layer was made for. */
function withInputSize(where: string, { kind, inputSize }: Layer, options: BuildOptions): BuildOptions {
  if (inputSize === undefined) return options;
  if (options.inputSize === undefined || options.inputSize === inputSize) return { ...options, inputSize };
  return refuse(
    where,
    'inputSize',
    `be the ${inputSize} that the first layer, ${kind}, was made for`,
    options.inputSize,
  );
}

function requireLayers(where: string, layers: readonly Layer[]): readonly Layer[] {
  const expected = 'be an array of at least one layer';
  const list = requireEntries(where, 'layers', layers, expected);
  if (list.length === 0) refuse(where, 'layers', expected, layers);
  const checked: Layer[] = [];
  let rank = 3; // of what comes from below: 2 once a recurrent layer has given its last step alone
  let features = Number.NaN; // of what comes from below, once known
  for (const [i, layer] of list.entries()) {
    const argument = `layers[${i}]`;
    requireInstance(where, argument, layer, Layer, 'be a layer');
    if (layer.inUse || checked.includes(layer)) {
      refuse(where, argument, 'be new: not in use elsewhere or twice', layer, 'Make a new layer');
    }
    if (layer.minimumRank === 3 && rank === 2) {
      const remedy = 'Give the recurrent layer before it returnSequences: true';
      refuse(where, argument, 'follow a layer that gives sequences', checked.at(-1), remedy);
    }
    const { inputSize = features } = layer;
    if (features >= 1 && inputSize !== features) {
      refuse(where, argument, `take the ${features} features of the layer before it`, inputSize);
    }
    rank = layer.outputRank(rank);
    features = layer.outputSize(inputSize);
    checked.push(layer);
  }
  return checked;
}
