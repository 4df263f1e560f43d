import { describe, expect, it } from '@jest/globals';
import { type BackwardStep, Dense, type ForwardStep, RNN, randomNormal } from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';
import { LeakyCell } from '../support/leaky-cell.ts';

/** A cell with other declarations. */
function declared(declarations: object): LeakyCell {
  const cell = new LeakyCell({ units: 2 });
  for (const [name, value] of Object.entries(declarations)) Object.defineProperty(cell, name, { value });
  return cell;
}

describe('a layer refuses a cell', () => {
  it.each([
    ['without states', { states: [] }, 'states'],
    ['with one name for two states', { states: ['h', 'h'] }, 'states'],
    ['without gates', { gates: [] }, 'gates'],
    ['with one name for two gates', { gates: ['a', 'a'] }, 'gates'],
    ['with a product of no gate', { products: { gates: [] } }, 'products.gates'],
    ['with a product of an unknown gate', { products: { gates: ['hiden'] } }, 'products.gates'],
    ['with a product of gates that are apart', { gates: ['a', 'b', 'c'], products: { x: ['a', 'c'] } }, 'products.x'],
    ['with a state of no width', { widthOf: () => 0 }, "widthOf('h')"],
    ['with a state of half a column', { widthOf: () => 1.5 }, "widthOf('h')"],
  ])('%s', (_, declarations, argument) => {
    expect(() => new RNN({ cell: declared(declarations) })).toThrow(`RNN: "cell.${argument}" must`);
  });
});

describe('a position that a record lacks', () => {
  class Misspelt extends LeakyCell {
    override forwardStep(step: ForwardStep<'h'>): void {
      if (this.units === 2) super.forwardStep({ ...step, next: { h: (step.next as { H?: number }).H! } });
      else super.forwardStep({ ...step, weights: { gates: (step.weights as { gate?: number }).gate! } });
    }

    override backwardStep(step: BackwardStep<'h'>): void {
      super.backwardStep({ ...step, dStates: { h: (step.dStates as { c?: number }).c! } });
    }
  }

  it.each([
    ['next.H', 2, '"H". Did you mean h?'],
    ['weights.gate', 3, '"gate". Did you mean gates?'],
  ])('is refused, and no other model changes: %s', (_, units, received) => {
    const others = Array.from({ length: 20 }, () => new Dense({ units: 2, inputSize: 2, seed: 1 }).build());
    const layer = new RNN({ cell: new Misspelt({ units }) });
    const message = `Cell: "name of a position" must be one of ${units === 2 ? '"h"' : '"gates"'}; received ${received}`;
    expect(() => layer.forward(randomNormal([2, 3, 2], { seed: 1 }))).toThrow(message);
    const [first, ...rest] = others.map((dense) => dense.parameters.get('kernel').value);
    for (const each of rest) expectBits(each, first!);
  });

  it('is refused in the backward pass', () => {
    class Backward extends Misspelt {
      override forwardStep = LeakyCell.prototype.forwardStep;
    }
    const layer = new RNN({ cell: new Backward({ units: 2 }) });
    const y = layer.forward(randomNormal([2, 3, 2], { seed: 1 }));
    expect(() => layer.backward(y)).toThrow('received "c"');
  });
});
