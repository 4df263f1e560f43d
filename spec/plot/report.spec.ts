import { describe, expect, it } from '@jest/globals';
import type { GradientFlow } from '../../lib/flow/gradient-flow.ts';
import { lineChart, report } from '../../lib/plot/index.ts';
import { batchLogs, flowOf, flowRecords, historyOf, lstmFlow, simpleRnnFlow } from '../support/flow-specimens.ts';
import { read } from '../support/svg.ts';

const layers = [simpleRnnFlow({ T: 6, B: 2, H: 3 }), lstmFlow({ T: 6, B: 2, H: 3 })];
const flow = flowOf(layers);
const drawings = (page: string): string[] => page.match(/<svg [\s\S]*?\n<\/svg>/g) ?? [];
const headings = (page: string): string[] => [...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, text]) => text!);
const remarks = (page: string): string[] =>
  [...page.matchAll(/<li[^>]*>(.*?)<\/li>/g)].map(([, text]) => text!.replaceAll(/<[^>]*>/g, ''));

describe('report', () => {
  const page = report(historyOf(12), flow, { batches: batchLogs(12, 4) });

  it('is one page without external resources', () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en"><head><meta charset="utf-8">/);
    expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|<script|<link|src=|href=|url\(|@import|NaN|undefined/,
    );
    expect(page).toContain('prefers-color-scheme:dark');
    expect(page).toContain('@media print');
  });

  it('has every drawing that the flow allows, each well-formed', () => {
    const names = drawings(page).map((svg) => read(svg).attributes['aria-label']);
    expect(names).toEqual([
      'Loss',
      'Gradient norms',
      '‖∂L/∂hₜ‖ over time',
      '‖∂hₜ/∂hᵢ‖ of simpleRNN1',
      'Eigenvalues of Wₕₕ, simpleRNN1',
      'Gates of simpleRNN1: mean activation',
      '‖∂cₜ/∂cᵢ‖ of lstm1',
      'Gates of lstm1: mean activation',
      ...flow.parameters.map(({ name }) => `${name}: values and gradients over training`),
    ]);
    expect(headings(page)).toEqual([
      'Training',
      'Gradients through time',
      'Layer simpleRNN1',
      'Layer lstm1',
      'Parameters and their gradients',
    ]);
  });

  it('begins with verdicts in words, those of the flow first', () => {
    expect(remarks(page)).toEqual([
      'Vanishing, simpleRNN1: Gradients shrink by a factor of 0.86 a step. Try an LSTM, or shorter sequences.',
      'Training loss fell from 0.92 to 0.0775 in 12 epochs.',
      'Validation loss was lowest at the end: 0.108 after epoch 12.',
      expect.stringMatching(/^Gradients were clipped in \d+ % of the steps\.$/),
    ]);
    expect(page.indexOf('Vanishing')).toBeLessThan(page.indexOf('<svg'));
  });

  it('reports problems, and their absence', () => {
    const fine = { ...flow, verdicts: [] };
    expect(remarks(report(historyOf(2, false), fine))[0]).toBe(
      'Gradients neither vanish nor explode, and no gate is saturated.',
    );
    const { epochs } = historyOf(3, false);
    const rising = { epochs: epochs.map((log, i) => ({ ...log, loss: i, skipped: 2 })) };
    expect(remarks(report(rising))).toEqual([
      'Training loss did not fall: from 0 to 2 in 3 epochs.',
      'Skipped: 6 steps were skipped because of NaN or an infinity.',
    ]);
    const broken = { epochs: epochs.map((log) => ({ ...log, loss: Number.NaN })) };
    expect(remarks(report(broken))[0]).toMatch(/^Training loss is not finite: NaN in the last epoch/);
    const turning = { epochs: epochs.map((log, i) => ({ ...log, validationLoss: [0.5, 0.25, 0.75][i]! })) };
    expect(remarks(report(turning))[1]).toBe(
      'Validation loss rose again: 0.25 after epoch 2 at its lowest, and 0.75 at the end. Stop earlier, or regularize.',
    );
  });

  it('reports the share of steps with clipped gradients', () => {
    const batches = batchLogs(1, 10).map((log, i) => ({
      ...log,
      skipped: i < 5,
      gradientNorm: 2,
      clippedNorm: i < 9 ? 1 : 2,
    }));
    expect(remarks(report(historyOf(1, false), undefined, { batches })).at(-1)).toBe(
      'Gradients were clipped in 80 % of the steps.',
    );
    const always = batches.map((log) => ({ ...log, clippedNorm: 1 }));
    expect(remarks(report(historyOf(1, false), undefined, { batches: always })).at(-1)).toBe(
      'Nearly all steps were clipped: Gradients were clipped in 100 % of the steps. The threshold determines their size.',
    );
  });

  it('works without a flow, without validation and of one epoch', () => {
    const short = report(historyOf(1, false));
    expect(headings(short)).toEqual(['Training']);
    expect(drawings(short)).toHaveLength(2);
    expect(remarks(short)).toEqual(['Training loss: 0.92 in one epoch.']);
  });

  it('takes records: histograms over training, all else of the last one', () => {
    const records = flowRecords(5, 10, layers);
    const over = report(historyOf(4), records);
    expect(headings(over)).toContain('Layer lstm1, after 40 training steps');
    expect(drawings(over).at(-1)).toContain('training step');
    expect(drawings(over)).toHaveLength(drawings(page).length);
  });

  it('draws the input above the gates of layers that it fits', () => {
    expect(report(historyOf(2), flow, { input: 'sechs!' }).match(/aria-label="text"/g)).toHaveLength(2);
    expect(() => report(historyOf(2), flow, { input: 'fünf!' })).toThrow(
      'report: "input" must have a letter, a word or a number for each of 6 steps; received 5',
    );
  });

  it('has the user’s sections before and after, with all text escaped', () => {
    const bad = '<b onclick="x">&';
    const section = {
      heading: bad,
      text: [bad],
      figures: [lineChart([{ name: bad, points: [[0, 1]] }])],
      caption: bad,
      table: [[bad], ['1']],
      code: bad,
    };
    const own = report(historyOf(2), undefined, {
      title: bad,
      summary: [bad],
      sections: [section],
      appendix: [{ heading: 'end' }],
    });
    expect(headings(own)).toEqual(['&lt;b onclick=&quot;x&quot;&gt;&amp;', 'Training', 'end']);
    expect(own).not.toContain('<b ');
    expect(own.split('&lt;b onclick=&quot;x&quot;&gt;&amp;').length - 1).toBeGreaterThanOrEqual(8);
  });

  it('has one element per colour of a heat map, not one per cell', () => {
    const wide = report(historyOf(2), flowOf([{ ...lstmFlow({ T: 60, B: 1, H: 24 }), jacobians: {} }]));
    const elements = wide.match(/<\w/g)!.length;
    expect(elements).toBeLessThan(1500); // 5,760 cells of gates
  });

  it('lets figures scroll on narrow screens rather than shrink to letters that nobody can read', () => {
    expect(page).toMatch(/figure\{[^}]*overflow-x:auto/);
    expect(page).toMatch(/@media screen and \(max-width:760px\)\{[^@]*figure svg\{max-width:none\}/);
  });

  it('gives the same text again', () => {
    expect(report(historyOf(12), flow, { batches: batchLogs(12, 4) })).toBe(page);
  });

  it('needs no more of a flow than it draws', () => {
    const bare: GradientFlow = { ...flow, layers: [], parameters: [] };
    expect(headings(report(historyOf(2), bare))).toEqual(['Training']);
  });
});
