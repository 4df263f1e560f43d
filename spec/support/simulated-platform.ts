// What pages, workers and AudioWorklets offer to a program, for snippets that run in Node.

import { Dense, GRU, Sequential, StandardScaler } from '../../lib/index.ts';

/** The model of docs/production.md. */
export function servedModel(): Sequential {
  const scaler = new StandardScaler().fit([
    [0, 10, 5],
    [2, 30, 5.5],
  ]);
  const layers = [new GRU({ units: 16 }), new Dense({ units: 3, activation: 'softmax' })] as const;
  const model = new Sequential([...layers], { inputSize: 3 }).build();
  model.metadata = { scaler, classes: ['rest', 'walk', 'run'] };
  return model;
}

/** A processor of an AudioWorklet, whose messages are kept. */
class SimulatedProcessor {
  readonly messages: unknown[] = [];
  readonly port = { postMessage: (message: unknown) => void this.messages.push(message) };
}

/** Global names of platforms that Node does not have. */
export interface SimulatedPlatform {
  readonly fetch: (url: string) => Promise<Response>;
  /** The global object of a worker, whose messages are kept. */
  readonly self: { onmessage?: (event: { readonly data: unknown }) => void; readonly sent: unknown[] };
  readonly AudioWorkletProcessor: typeof SimulatedProcessor;
  readonly registerProcessor: (name: string, processor: unknown) => void;
  /** Processors by name. */
  readonly processors: Map<string, unknown>;
}

/** A platform that serves `/model.safetensors`. */
export function simulatedPlatform(): SimulatedPlatform {
  const sent: unknown[] = [];
  const processors = new Map<string, unknown>();
  const self = { sent, postMessage: (message: unknown) => void sent.push(message) };
  return {
    fetch: async (url) =>
      url.endsWith('/model.safetensors')
        ? new Response(servedModel().toBytes() as Uint8Array<ArrayBuffer>)
        : new Response(null, { status: 404 }),
    self,
    AudioWorkletProcessor: SimulatedProcessor,
    registerProcessor: (name, processor) => void processors.set(name, processor),
    processors,
  };
}
