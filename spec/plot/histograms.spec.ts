import { describe, expect, it } from '@jest/globals';
import type { FlowRecord, Histogram } from '../../lib/flow/gradient-flow.ts';
import { histograms } from '../../lib/plot/index.ts';
import { ramp } from '../../lib/plot/palette.ts';
import { flowOf, flowRecords } from '../support/flow-specimens.ts';
import { box, cells, marks, read, ticksOf, wordsOf } from '../support/svg.ts';

const records = (...all: (readonly [step: number, values: Histogram])[]): FlowRecord[] =>
  all.map(([step, values]) => ({
    step,
    flow: { ...flowOf([]), parameters: [{ ...flowOf([]).parameters[0]!, name: 'w', values, gradients: values }] },
  }));
const level = (fill: string): number => ramp('share').findIndex(([light]) => light === fill);

describe('histograms', () => {
  const two = records([0, { low: -1, high: 1, counts: [0, 4, 1] }], [10, { low: -2, high: 2, counts: [9, 0, 0, 1] }]);
  const drawn = read(histograms(two, { of: 'values' }));

  it('draws a cell for every bin that is not empty, with one column per record', () => {
    const places = cells(drawn).map(box);
    expect(places).toHaveLength(4);
    const at = Object.fromEntries(ticksOf(drawn, 'y'));
    const perUnit = (at['0']! - at['1']!) / 1;
    const [first, , third] = places;
    expect((at['0']! - first!.top) / perUnit).toBeCloseTo(1 / 3, 1);
    expect((at['0']! - first!.bottom) / perUnit).toBeCloseTo(-1 / 3, 1);
    expect((at['0']! - third!.bottom) / perUnit).toBeCloseTo(-2, 1);
    expect(first!.right).toBeLessThan(third!.left + 1);
    const steps = Object.fromEntries(ticksOf(drawn, 'x'));
    expect((third!.left + third!.right) / 2).toBeCloseTo(steps['10']!, 0);
  });

  it('draws bins with more entries darker', () => {
    const levels = cells(drawn).map(({ attributes }) => level(attributes.fill!));
    expect(levels).toEqual([30, 15, 32, 11]); // the square roots of 0.8, 0.2, 0.9 and 0.1 of 0.9
  });

  it('have labels, units and a ramp', () => {
    const words = wordsOf(read(histograms(two)));
    expect(words).toEqual(
      expect.arrayContaining(['value', 'gradient', 'training step', 'share of entries in a bin', '90 %']),
    );
  });

  it('draws one record as bars with the height of their share', () => {
    const bars = read(histograms(records([3, { low: 0, high: 4, counts: [1, 3, 0, 4] }]), { of: 'gradients' }));
    const heights = marks(bars, 'rect')
      .map(box)
      .map(({ top, bottom }) => bottom - top);
    expect(heights.map((h) => h / heights[3]!)).toEqual([0.25, 0.75, 0, 1].map((v) => expect.closeTo(v, 2)));
    expect(wordsOf(bars)).toEqual(expect.arrayContaining(['share of entries', 'gradient']));
  });

  it('take the parameter by its name, and refuse others with a list', () => {
    expect(histograms(flowRecords(3), { parameter: 'dense1.kernel' })).toContain('dense1.kernel: values and gradients');
    expect(() => histograms(flowRecords(3), { parameter: 'x' })).toThrow(
      '"parameter" must be one of "dense1.kernel"; received "x"',
    );
  });

  it('draws some of hundreds of records, including the last', () => {
    const many = read(histograms(flowRecords(250, 1), { of: 'values' }));
    const columns = new Set(cells(many).map((cell) => box(cell).left));
    expect(columns.size).toBe(84);
    expect(wordsOf(many).at(-1)).toBe('One record in 3 is drawn.');
  });

  it('draws parameters with equal values, or without entries', () => {
    for (const histogram of [
      { low: 0.5, high: 0.5, counts: [0, 7, 0] },
      { low: -1, high: 1, counts: [0, 0] },
    ]) {
      for (const all of [records([0, histogram]), records([0, histogram], [1, histogram])]) {
        expect(histograms(all)).not.toContain('NaN');
      }
    }
  });
});
