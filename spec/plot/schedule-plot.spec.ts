import { describe, expect, it } from '@jest/globals';
import { cosineDecay, linearWarmup, stepDecay } from '../../lib/index.ts';
import { schedulePlot } from '../../lib/plot/index.ts';
import { all, groups, read, runsOf, ticksOf } from '../support/svg.ts';

const schedule = linearWarmup(cosineDecay(0.5, { steps: 80 }), { steps: 20 });

describe('schedulePlot', () => {
  it('draws the rate of every step', () => {
    const seen: number[] = [];
    const svg = schedulePlot(
      (step) => {
        seen.push(step);
        return schedule(step);
      },
      { steps: 100 },
    );
    expect(seen).toEqual(Array.from({ length: 100 }, (_, k) => k));
    const drawn = read(svg);
    const points = runsOf(groups(drawn, 'line')[0]!.children[0]!)[0]!;
    const ys = points.map(([, y]) => y);
    expect(points).toHaveLength(100);
    expect(ys.indexOf(Math.min(...ys))).toBe(20); // the peak, highest on the page
    const at = Object.fromEntries(ticksOf(drawn, 'y'));
    expect(ys[20]).toBeCloseTo(at['0.5']!, 1);
    expect(ys[60]).toBeCloseTo((at['0']! + at['0.5']!) / 2, 1);
    expect(svg).toContain('From 0 at step 0, highest 0.5 at step 20');
  });

  it('reads 1000 of many steps, with the first and the last', () => {
    const seen: number[] = [];
    schedulePlot((step) => seen.push(step), { steps: 1_000_000 });
    expect([seen.length, seen[0], seen.at(-1)]).toEqual([1000, 0, 999_999]);
    schedulePlot((step) => seen.push(step), { steps: 1 });
    expect(seen.at(-1)).toBe(0);
  });

  it('names several', () => {
    const drawn = read(
      schedulePlot({ cosine: schedule, steps: stepDecay(0.5, { every: 30, factor: 0.1 }) }, { steps: 9 }),
    );
    expect(all(drawn, (e) => e.attributes.class === 'legend').map((e) => e.text.trim())).toEqual(['cosine', 'steps']);
  });

  it('draws no part of a schedule that fails', () => {
    const bad = (step: number): number => (step === 7 ? Number.NaN : 1);
    expect(() => schedulePlot({ bad }, { steps: 9 })).toThrow(
      'schedulePlot: "schedules.bad(7)" must be a finite number of at least 0; received NaN',
    );
  });
});
