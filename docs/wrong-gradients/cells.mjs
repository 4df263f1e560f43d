// Cells with the bugs of the page, and the cells that they should be. Each bug is a few lines of a backward pass.
import { activationKinds, GRUCell, LSTMCell, SimpleRNNCell } from 'bptt';

/** Positions of the gates of all time steps of the last forward pass, from which a cell knows which step it is in. */
class Steps {
  #gates = [];

  /** Remembers a step of the forward pass. */
  add({ gates }) {
    if (gates <= this.#gates.at(-1)) this.#gates = [];
    this.#gates.push(gates);
  }

  get count() {
    return this.#gates.length;
  }

  /** The number of a step, from 0. */
  indexOf({ gates }) {
    return this.#gates.indexOf(gates);
  }
}

/** A mask of zeros and ones that looks random, and is the same in every pass: half of the elements are 0. */
const isDropped = (k) => (Math.imul(k + 1, 0x9e3779b1) >>> 16) % 2 === 1;

/** The Jacobians are multiplied in the order of the forward pass. */
export class ForwardOrder extends SimpleRNNCell {
  #steps = new Steps();

  forwardStep(step) {
    this.#steps.add(step);
    super.forwardStep(step);
  }

  backwardStep(step) {
    const { B, H, N, next, dGates } = step;
    const shift = this.#steps.count - 1 - 2 * this.#steps.indexOf(step); // from the last step to the first, and so on
    super.backwardStep({ ...step, next: { h: next.h + shift * B * H }, dGates: dGates + shift * B * N });
  }
}

/** ∂L/∂h of a step is not passed to the step before. */
export class NotPassedOn extends SimpleRNNCell {
  backwardStep(step) {
    super.backwardStep(step);
    this.parameters.arena.data.fill(0, step.dStates.h, step.dStates.h + step.B * step.H);
  }
}

/** The gradient of each step replaces that of the steps before; what remains is that of step 1. */
export class Replaced extends SimpleRNNCell {
  #steps = new Steps();

  forwardStep(step) {
    this.#steps.add(step);
    super.forwardStep(step);
  }

  recurrentGradients(segment) {
    super.recurrentGradients({ ...segment, rows: segment.rows / this.#steps.count });
  }

  inputBackward(sides) {
    const { kernels, I, N, dx, dGates, weights } = sides;
    const rows = sides.rows / this.#steps.count;
    super.inputBackward({ ...sides, rows });
    kernels.matmul(dx + rows * I, I, dGates + rows * N, N, weights, sides.rows - rows, I, N, false);
  }
}

/** The derivative of tanh at h instead of a. */
export class TanhOfOutput extends SimpleRNNCell {
  backwardStep(step) {
    const { kernels, B, H, next } = step;
    const { data } = this.parameters.arena;
    const h = data.slice(next.h, next.h + B * H);
    kernels.activationForward(activationKinds.tanh, next.h, H, next.h, H, B, H);
    super.backwardStep(step);
    data.set(h, next.h);
  }
}

/** ∂L/∂c loses what comes from the next step. */
export class NoCarousel extends LSTMCell {
  backwardStep(step) {
    this.parameters.arena.data.fill(0, step.dStates.c, step.dStates.c + step.B * step.H);
    super.backwardStep(step);
  }
}

/** The gradient of the last c, as an output, is ignored. */
export class NoLastState extends LSTMCell {
  #steps = new Steps();

  forwardStep(step) {
    this.#steps.add(step);
    super.forwardStep(step);
  }

  backwardStep(step) {
    const { c } = step.dStates;
    if (this.#steps.indexOf(step) === this.#steps.count - 1) this.parameters.arena.data.fill(0, c, c + step.B * step.H);
    super.backwardStep(step);
  }
}

/** The biases of the input and the output gate get the gradient of the forget gate's. */
export class CopiedBias extends LSTMCell {
  inputBackward(sides) {
    const { data } = this.parameters.arena;
    const { gradientAt } = this.parameters.get('bias');
    const before = data.slice(gradientAt, gradientAt + sides.N);
    super.inputBackward(sides);
    const [input, forget, , output] = [0, 1, 2, 3].map((gate) => gate * this.units);
    for (let j = 0; j < this.units; j++) {
      const added = data[gradientAt + forget + j] - before[forget + j];
      for (const block of [input, output]) data[gradientAt + block + j] = before[block + j] + added;
    }
  }
}

/** An LSTM whose input went through dropout with p = 1/2, as between the layers of a stack: x̃ = 2m⊙x. */
export class Dropout extends LSTMCell {
  forgets = false;

  /** Multiplies an array by 2m. */
  #mask(at, size) {
    const { data } = this.parameters.arena;
    for (let k = 0; k < size; k++) data[at + k] = isDropped(k) ? 0 : 2 * data[at + k];
  }

  /** Calls `use` while x is x̃. */
  #withMask({ x, rows, I }, use) {
    const { data } = this.parameters.arena;
    const saved = data.slice(x, x + rows * I);
    this.#mask(x, rows * I);
    use();
    this.parameters.arena.data.set(saved, x);
  }

  inputForward(sides) {
    this.#withMask(sides, () => super.inputForward(sides));
  }

  inputBackward(sides) {
    if (this.forgets) super.inputBackward(sides);
    else {
      this.#withMask(sides, () => super.inputBackward(sides));
      this.#mask(sides.dx, sides.rows * sides.I);
    }
  }
}

/** The backward pass takes x for x̃, and does not apply the mask. */
export class DropoutForgotten extends Dropout {
  forgets = true;
}

/** A GRU with zoneout: where the mask of a step is 1, h stays: h = m⊙h' + (1 − m)⊙GRU(h', x). */
export class Zoneout extends GRUCell {
  #steps = new Steps();

  /** The step whose mask the backward pass uses. */
  maskOf(t) {
    return t;
  }

  forwardStep(step) {
    this.#steps.add(step);
    super.forwardStep(step);
    const { B, H, next, previous } = step;
    const { data } = this.parameters.arena;
    const first = this.#steps.indexOf(step) * B * H;
    for (let k = 0; k < B * H; k++) if (isDropped(first + k)) data[next.h + k] = data[previous.h + k];
  }

  backwardStep(step) {
    const { B, H, dStates } = step;
    const { data } = this.parameters.arena;
    const first = this.maskOf(this.#steps.indexOf(step)) * B * H;
    const kept = data.slice(dStates.h, dStates.h + B * H).map((dh, k) => (isDropped(first + k) ? dh : 0));
    for (let k = 0; k < B * H; k++) if (isDropped(first + k)) data[dStates.h + k] = 0;
    super.backwardStep(step);
    for (let k = 0; k < B * H; k++) data[dStates.h + k] += kept[k];
  }
}

/** The backward pass uses the mask of step 1 in all steps. */
export class FirstMask extends Zoneout {
  maskOf() {
    return 0;
  }
}
