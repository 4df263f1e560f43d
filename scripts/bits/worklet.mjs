// Runs the training in an AudioWorklet.
import * as fleet from '../../dist/fleet/index.js';
import * as bptt from '../../dist/index.js';
import { train } from './training.mjs';

export class Run extends AudioWorkletProcessor {
  constructor() {
    super();
    train(bptt, fleet).then(
      (result) => this.port.postMessage(result),
      (error) => this.port.postMessage(`${error}`),
    );
  }

  process() {
    return true;
  }
}
