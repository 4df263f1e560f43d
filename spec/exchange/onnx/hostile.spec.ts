import { readFileSync } from 'node:fs';
import { test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { importChain, importNode, recurrentNodes } from '../../../lib/exchange/onnx.ts';
import { BpttError } from '../../../lib/index.ts';
import { damaged } from '../../support/mutations.ts';

const { cases } = JSON.parse(
  readFileSync(new URL('../../golden/onnxruntime/imported.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly { readonly name: string; readonly base64: string }[] };
const files = cases.map(({ base64 }) => new Uint8Array(Buffer.from(base64, 'base64')));

/** Calls that read the file; returns the message of its error, if it throws one of ours. */
function outcome(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof BpttError) return error.message;
    throw error;
  }
}

/** Reads a file in all ways. */
function readAll(bytes: Uint8Array): void {
  outcome(() => {
    for (const { name } of recurrentNodes(bytes)) outcome(() => importNode(bytes, { name }));
  });
  outcome(() => importNode(bytes));
  outcome(() => importChain(bytes));
}

describe('damaged ONNX files', () => {
  test.prop([damaged(files)], { numRuns: Number(process.env.HOSTILE ?? 2000) })(
    'are read or refused with an error of ours',
    (bytes) => {
      const before = Object.keys(Object.prototype).length;
      readAll(bytes);
      expect(Object.keys(Object.prototype)).toHaveLength(before);
    },
  );

  it('are read or refused when they are cut off at any byte', () => {
    for (const file of files) for (let end = 0; end < file.length; end += 3) readAll(file.subarray(0, end));
  });

  test.prop([fc.uint8Array({ maxLength: 200 })])('of any bytes are refused', (bytes) => {
    expect(outcome(() => recurrentNodes(bytes))).toMatch(
      /^recurrentNodes: "bytes" must be an ONNX file|^recurrentNodes: "bytes" must have operators/,
    );
  });
});
