// Worker processes of fleets, for the specs.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FleetWorkerEvent } from '../../lib/fleet/bullmq/index.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/fleet/worker.mjs', import.meta.url));

/** A process that serves a queue. */
export class WorkerProcess {
  readonly child: ChildProcess;
  readonly events: FleetWorkerEvent[] = [];
  readonly exited: Promise<unknown>;
  #notify: () => void = () => {};

  constructor(options: object) {
    this.child = spawn(process.execPath, [SCRIPT, JSON.stringify({ threads: 1, ...options })], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.exited = new Promise((resolve) => {
      this.child.once('exit', resolve);
    });
    createInterface(this.child.stdout!).on('line', (line) => {
      this.events.push(JSON.parse(line) as FleetWorkerEvent);
      this.#notify();
    });
  }

  /** Resolves once an event of this type has come. */
  async saw(type: FleetWorkerEvent['type']): Promise<void> {
    while (!this.events.some((event) => event.type === type)) {
      await new Promise<void>((resolve) => {
        this.#notify = resolve;
      });
    }
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.child.kill(signal);
    await this.exited;
  }
}
