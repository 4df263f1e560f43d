// Inflates bytes with the decompressor of the engine: Node, Deno, Bun and browsers have one.

import { BpttError, isOutOfMemory } from '../errors.ts';
import { unfit } from '../formats/safetensors.ts';

/** The parts of the Streams Standard that are needed; the library is compiled without the types of a host. */
interface Inflater {
  readonly writable: { getWriter(): { write(bytes: Uint8Array): Promise<void>; close(): Promise<void> } };
  readonly readable: {
    getReader(): {
      read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>;
      cancel(): Promise<void>;
    };
  };
}

const host = globalThis as unknown as { readonly DecompressionStream?: new (format: 'deflate-raw') => Inflater };

/**
 * Inflates bytes, and stops as soon as there are more than `size`.
 *
 * @param label - of the file, for errors
 * @throws FormatError for bytes that are not deflated or give another number of bytes
 */
export async function inflate(
  where: string,
  label: string,
  { bytes, size }: { readonly bytes: Uint8Array; readonly size: number },
): Promise<Uint8Array> {
  const { DecompressionStream } = host;
  if (DecompressionStream === undefined) {
    return unfit(
      where,
      'hold only stored files, as this engine has no DecompressionStream',
      `${label}, which is deflated`,
    );
  }
  const { writable, readable } = new DecompressionStream('deflate-raw');
  const [writer, reader] = [writable.getWriter(), readable.getReader()];
  Promise.allSettled([writer.write(bytes.slice()), writer.close()]); // their errors arrive at the reader
  const result = new Uint8Array(size);
  const fail = (received: string): never => unfit(where, `inflate ${label} to ${size} bytes`, received);
  let at = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const { value } = part as { readonly value: Uint8Array };
      if (at + value.length > size) fail('more');
      result.set(value, at);
      at += value.length;
    }
  } catch (error) {
    Promise.allSettled([reader.cancel()]);
    if (error instanceof BpttError || isOutOfMemory(error)) throw error;
    fail('bytes that are not deflated');
  }
  return at === size ? result : fail(`${at} bytes`);
}
