// Runs the training in an AudioWorklet.
import * as bptt from '../../dist/index.js';
import { train } from './training.mjs';

export class Run extends AudioWorkletProcessor {
  constructor() {
    super();
    train(bptt).then(
      (result) => this.port.postMessage(result),
      (error) => this.port.postMessage(`${error}`),
    );
  }

  process() {
    return true;
  }
}
