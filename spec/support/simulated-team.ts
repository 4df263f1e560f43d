// A team of threads in one thread: the other parts of all calls are computed when the caller waits for them, the last
// worker first. A call that depends on another worker's part of a call before it gives wrong numbers here, every time.

import { compileSharedKernels } from '../../lib/kernels/simd.ts';
import { type DividedKernels, MOST_ARGUMENTS } from '../../lib/kernels/threads/divisions.ts';
import { Share, THREAD_SCRATCH } from '../../lib/kernels/threads/shares.ts';
import type { Team } from '../../lib/kernels/threads/team.ts';
import type { TeamSource } from '../../lib/kernels/threads/threaded-backend.ts';

interface Call {
  readonly memory: number;
  readonly kernel: number;
  readonly args: Float64Array;
  readonly of: number;
  readonly parts: number;
}

export class SimulatedTeam implements Team, TeamSource {
  readonly module = compileSharedKernels();
  readonly cores = 4;
  readonly maySleep = true;
  readonly failure = undefined;
  readonly enough = { inCall: 1, inStep: 1, elements: 0 };
  readonly threads: number;
  readonly commands = new Float64Array(MOST_ARGUMENTS);
  /** Calls that were divided, and those between which nobody waited. */
  readonly counts = { calls: 0, byRows: 0, joins: 0 };
  #calls: Call[] = [];
  readonly #shares = new Map<string, Share>();

  constructor(threads: number) {
    this.threads = threads;
  }

  team(): Team {
    return this;
  }

  stop(): void {
    this.#calls = [];
  }

  wake(): void {}

  room(): number {
    return 0;
  }

  write(memory: number, kernel: number, of: number, parts: number): void {
    this.counts.calls++;
    if (of > 0) this.counts.byRows++;
    this.#calls.push({ memory, kernel, of, parts, args: this.commands.slice() });
  }

  join(): void {
    this.counts.joins++;
    for (let part = this.threads - 1; part > 0; part--) {
      for (const { memory, kernel, args, of, parts } of this.#calls) {
        if (part < parts) this.#shares.get(`${memory} ${part}`)!.run(kernel, args, 0, of, part, parts);
      }
    }
    this.#calls = [];
  }

  attach(number: number, memory: object, scratch: number): void {
    if (this.#shares.has(`${number} 1`)) return;
    const imports = { env: { memory: memory as WebAssembly.Memory, wide: 0 } };
    const { exports } = new WebAssembly.Instance(this.module as WebAssembly.Module, imports);
    const kernels = { ...exports } as unknown as DividedKernels;
    for (let part = 1; part < this.threads; part++) {
      this.#shares.set(`${number} ${part}`, new Share(kernels, scratch + (part - 1) * THREAD_SCRATCH));
    }
  }
}
