// ONNX files: recurrent nodes, and whole graphs that are a chain of layers.

import { BpttError } from '../errors.ts';
import { importChain, importNode, type RecurrentNode, recurrentNodes } from '../exchange/onnx.ts';
import type { Sequential } from '../model/sequential.ts';
import { type Content, type Format, parametersOf } from './content.ts';

/** The result of an import, or why it is refused. */
function attempt(make: () => Sequential): Sequential | string {
  try {
    return make();
  } catch (error) {
    if (error instanceof BpttError) return error.message.replace(/^\w+: /, '');
    throw error;
  }
}

/** A node in a few lines. */
function nodeInWords(bytes: Uint8Array, node: RecurrentNode): string {
  const { name, op, direction, units, inputSize, activations, clip, inputs } = node;
  const facts = [
    `${op} ${units ?? '?'}`,
    `input ${inputSize ?? '?'}`,
    direction,
    activations.join(' '),
    ...(node.peepholes ? ['peepholes'] : []),
    ...(node.inputForget ? ['input_forget'] : []),
    ...(node.resetAfter === undefined ? [] : [`reset ${node.resetAfter ? 'after' : 'before'} the product`]),
    ...(clip === undefined ? [] : [`clip ${clip}`]),
  ];
  const sources = Object.entries(inputs).map(([input, source]) => `  ${input}: ${source}`);
  const made = attempt(() => importNode(bytes, { name }));
  const verdict =
    typeof made === 'string' ? `  refused: ${made}` : `  importNode makes ${made.summary().split('\n')[0]}`;
  return [`node ${JSON.stringify(name)}: ${facts.join(', ')}`, ...sources, verdict].join('\n');
}

function useOf(count: number, model: Sequential | undefined): string {
  if (model !== undefined) return 'importChain of bptt/exchange/onnx imports it';
  return count === 0 ? 'nothing can be imported' : 'importNode of bptt/exchange/onnx imports single nodes';
}

export const ONNX: Format = {
  name: 'ONNX',
  endings: ['.onnx'],
  recognizes: () => undefined,
  read(bytes): Content {
    const nodes = recurrentNodes(bytes);
    const model = attempt(() => importChain(bytes));
    const whole = typeof model === 'string' ? undefined : model;
    const refusal = typeof model === 'string' ? [`not imported as a whole: ${model}`] : [];
    return {
      what: `an ONNX file with ${nodes.length} recurrent node${nodes.length === 1 ? '' : 's'}`,
      model: whole,
      arrays: whole === undefined ? new Map() : parametersOf(whole),
      notes: [...nodes.map((node) => nodeInWords(bytes, node)), ...refusal],
      use: useOf(nodes.length, whole),
    };
  },
};
