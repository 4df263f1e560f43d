// ONNX files: recurrent nodes, and whole graphs that are a chain of layers.

import { importChain, importNode, type RecurrentNode, recurrentNodes } from '../exchange/onnx.ts';
import type { Sequential } from '../model/sequential.ts';
import { attempt, type Content, parametersOf, type Read } from './content.ts';

/** A node in a few lines, and whether it can be imported. */
async function described(bytes: Uint8Array, node: RecurrentNode): Promise<{ text: string; isImported: boolean }> {
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
  const text = [`node ${JSON.stringify(name)}: ${facts.join(', ')}`, ...sources, verdict].join('\n');
  return { text, isImported: model !== undefined };
}

function useOf(count: number, model: Sequential | undefined): string {
  if (model !== undefined) return 'importChain of bptt/exchange/onnx imports it';
  return count === 0 ? 'nothing can be imported' : 'importNode of bptt/exchange/onnx imports single nodes';
}

/** One recurrent node. */
function readNode(bytes: Uint8Array, name: string): Content {
  const model = importNode(bytes, { name });
  const use = 'importNode of bptt/exchange/onnx imports it';
  return { what: `node ${JSON.stringify(name)} of an ONNX file`, model, arrays: parametersOf(model), notes: [], use };
}

export const read: Read = async (bytes, at) => {
  if (at.length > 0) return readNode(bytes, at.join('.')); // names of nodes may have dots
  const nodes = recurrentNodes(bytes);
  const { model, refusal } = await attempt(() => importChain(bytes));
  const all = await Promise.all(nodes.map((node) => described(bytes, node)));
  const notes = all.map(({ text }) => text);
  return {
    what: `an ONNX file with ${nodes.length} recurrent node${nodes.length === 1 ? '' : 's'}`,
    model,
    refusal,
    arrays: model === undefined ? new Map() : parametersOf(model),
    parts: nodes.filter((_, k) => all[k]!.isImported).map(({ name }) => name),
    notes: [...notes, ...(refusal === undefined ? [] : [`not imported as a whole: ${refusal}`])],
    use: useOf(nodes.length, model),
  };
};
