// ONNX files: recurrent nodes, and whole graphs that are a chain of layers.

import { importChain, importNode, type RecurrentNode, recurrentNodes } from '../exchange/onnx.ts';
import type { Sequential } from '../model/sequential.ts';
import { attempt, parametersOf, type Read } from './content.ts';

/** A node in a few lines. */
async function nodeInWords(bytes: Uint8Array, node: RecurrentNode): Promise<string> {
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
  const { model, refusal } = await attempt(() => importNode(bytes, { name }));
  const verdict =
    model === undefined ? `  refused: ${refusal}` : `  importNode makes ${model.summary().split('\n')[0]}`;
  return [`node ${JSON.stringify(name)}: ${facts.join(', ')}`, ...sources, verdict].join('\n');
}

function useOf(count: number, model: Sequential | undefined): string {
  if (model !== undefined) return 'importChain of bptt/exchange/onnx imports it';
  return count === 0 ? 'nothing can be imported' : 'importNode of bptt/exchange/onnx imports single nodes';
}

export const read: Read = async (bytes) => {
  const nodes = recurrentNodes(bytes);
  const { model, refusal } = await attempt(() => importChain(bytes));
  const notes = await Promise.all(nodes.map((node) => nodeInWords(bytes, node)));
  return {
    what: `an ONNX file with ${nodes.length} recurrent node${nodes.length === 1 ? '' : 's'}`,
    model,
    refusal,
    arrays: model === undefined ? new Map() : parametersOf(model),
    notes: [...notes, ...(refusal === undefined ? [] : [`not imported as a whole: ${refusal}`])],
    use: useOf(nodes.length, model),
  };
};
