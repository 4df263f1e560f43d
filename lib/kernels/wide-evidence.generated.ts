// The versions of V8 whose wide kernels are trusted, with the evidence. Written by `npm run wide -- VERSION …`, which
// compiles all kernels on these versions of Node and compares them with the reference. Do not edit.

/** A version of V8 compiled all kernels with wide vectors, and all gave the bits of the reference. */
export interface Evidence {
  /** Version of V8, as in `process.versions.v8`. */
  readonly v8: string;
  /** Version of Node. */
  readonly node: string;
  /** Name of the kernels, which contains the hash of their code. Other kernels need new evidence. */
  readonly kernels: string;
  /** Number of compared kernels. */
  readonly compared: number;
  /** Number of 256-bit registers in their machine code. */
  readonly registers: number;
  /** The processor. */
  readonly processor: string;
  /** The day, in UTC. */
  readonly date: string;
}

export const EVIDENCE: readonly Evidence[] = [
  {
    v8: "13.6.233.17-node.53",
    node: "24.21.0",
    kernels: "bptt-5c63c200b67307f7",
    compared: 40,
    registers: 5769,
    processor: "AMD EPYC",
    date: "2026-11-27",
  },
  {
    v8: "14.6.202.34-node.40",
    node: "26.12.1",
    kernels: "bptt-5c63c200b67307f7",
    compared: 40,
    registers: 5711,
    processor: "AMD EPYC",
    date: "2026-11-27",
  },
];
