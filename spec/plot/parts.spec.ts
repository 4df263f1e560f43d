import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { inWords, linearAround, logAround, median, percent, ticksBetween } from '../../lib/plot/numbers.ts';
import { type Colour, INK, LEVELS, PAPER, ramp, rampColour, SERIES, SOFT, styleFor } from '../../lib/plot/palette.ts';
import { thinned } from '../../lib/plot/series.ts';
import { element, escapeText, svgDocument } from '../../lib/plot/svg-element.ts';

const { abs, max, min } = Math;

/** CIE L*, and WCAG's relative luminance, of `#rrggbb`. */
function luminance(hex: string): number {
  const linear = [1, 3, 5].map((i) => {
    const v = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
}
const lightness = (hex: string): number => 116 * Math.cbrt(luminance(hex)) - 16;
const contrast = (a: string, b: string): number => {
  const [dark, bright] = [luminance(a), luminance(b)].sort((p, q) => p - q) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
};
const steps = (colours: readonly Colour[], mode: 0 | 1): number[] =>
  colours.slice(1).map((colour, i) => lightness(colour[mode]) - lightness(colours[i]![mode]));

describe('colours', () => {
  it.each(['magnitude', 'share'] as const)('ramp %s changes in lightness monotonically, in even steps', (name) => {
    for (const mode of [0, 1] as const) {
      const each = steps(ramp(name), mode);
      expect(each.every((step) => step > 0) || each.every((step) => step < 0)).toBe(true);
      expect(max(...each.map(abs)) / min(...each.map(abs))).toBeLessThan(3.5);
    }
  });

  it('the diverging ramp has the page’s colour in the middle and symmetric ends', () => {
    for (const mode of [0, 1] as const) {
      const each = steps(ramp('diverging'), mode).map((step) => (mode === 0 ? step : -step));
      expect(each.slice(0, 16).every((step) => step > 0)).toBe(true);
      expect(each.slice(16).every((step) => step < 0)).toBe(true);
      expect(contrast(ramp('diverging')[16]![mode], PAPER[mode])).toBeLessThan(1.25);
    }
  });

  it('the ends of the diverging ramp differ in blue and red, also for colour-blind readers', () => {
    const blueness = (hex: string): number => Number.parseInt(hex.slice(5), 16) - Number.parseInt(hex.slice(1, 3), 16);
    const colours = ramp('diverging').map(([light]) => blueness(light));
    expect(colours.slice(0, 14).every((v) => v > 20)).toBe(true);
    expect(colours.slice(19).every((v) => v < -20)).toBe(true);
  });

  it('colours of lines and text contrast with the page', () => {
    for (const mode of [0, 1] as const) {
      for (const colour of SERIES) expect(contrast(colour[mode], PAPER[mode])).toBeGreaterThan(4.5);
      expect(contrast(INK[mode], PAPER[mode])).toBeGreaterThan(12);
      expect(contrast(SOFT[mode], PAPER[mode])).toBeGreaterThan(4.5);
    }
  });

  it('colours have distinct light forms, from which the dark ones are found', () => {
    const dark = new Map<string, string>();
    const all = [PAPER, INK, SOFT, ...SERIES, ...ramp('magnitude'), ...ramp('share'), ...ramp('diverging')];
    for (const [light, night] of all) {
      expect(dark.get(light) ?? night).toBe(night);
      dark.set(light, night);
    }
  });

  it('only colours of the drawing have rules for dark pages', () => {
    const css = styleFor(`<path stroke="${INK[0]}"/>`);
    expect(css).toContain(`.bptt-plot [stroke="${INK[0]}"]{stroke:${INK[1]}}`);
    expect(css.match(/\[(fill|stroke)=/g)).toHaveLength(1);
  });

  it('shares beyond a ramp get the colours of its ends', () => {
    expect([-1, 0, 1, 2, -Infinity, Infinity].map((v) => rampColour('share', v))).toEqual(
      [0, 0, LEVELS - 1, LEVELS - 1, 0, LEVELS - 1].map((i) => ramp('share')[i]![0]),
    );
  });
});

describe('numbers', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [0.025, '0.025'],
    [-1.5, '−1.5'],
    [1234.5, '1230'],
    [1e5, '10⁵'],
    [3.14159e-7, '3.14×10⁻⁷'],
    [-1e-12, '−10⁻¹²'],
    [Infinity, '∞'],
    [-Infinity, '−∞'],
    [Number.NaN, 'NaN'],
  ])('%s is written %s', (value, text) => {
    expect(inWords(value)).toBe(text);
  });

  it('percent of a share is never rounded to 0 or 100', () => {
    expect([0, 0.001, 0.5, 0.999, 1].map(percent)).toEqual(['0 %', 'less than 1 %', '50 %', 'more than 99 %', '100 %']);
  });

  it('medians are not disturbed by infinities and NaN', () => {
    expect(median([1, Infinity, 2, Number.NaN])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([Number.NaN])).toBeNaN();
  });

  it('make ticks that are round, and whole where asked', () => {
    expect(ticksBetween(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(ticksBetween(1, 3, 8, 1)).toEqual([1, 2, 3]);
    expect(ticksBetween(0.1, 0.35, 5)).toEqual([0.1, 0.15, 0.2, 0.25, 0.3, 0.35]);
    expect(logAround([3e-5, 0.2]).ticks).toEqual([1e-4, 1e-3, 1e-2, 0.1]);
    expect(logAround([0.3, 4]).ticks).toEqual([0.2, 0.5, 1, 2, 5]);
  });

  const finite = fc.double({ noNaN: true, min: -1e299, max: 1e299 });
  test.prop([fc.array(finite, { minLength: 1, maxLength: 5 })])(
    'have an axis that holds them, with a tick',
    (values) => {
      const positive = values.map((v) => abs(v) || 1);
      for (const [{ domain, ticks }, held] of [
        [linearAround(values, 5), values],
        [logAround(positive), positive],
      ] as const) {
        expect(domain[0] < domain[1]).toBe(true);
        const slack = 1e-9 * max(...held.map(abs));
        expect(held.every((v) => v >= domain[0] - slack && v <= domain[1] + slack)).toBe(true);
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThan(25);
        expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
        expect(ticks.every((tick) => tick >= domain[0] - slack && tick <= domain[1] + slack)).toBe(true);
      }
    },
  );
});

describe('thinned lines', () => {
  it('short series are not thinned', () => {
    const points = [
      [0, 1],
      [1, 2],
    ] as const;
    expect(thinned(points)).toBe(points);
  });

  it('keep gaps, and the order of points that go back', () => {
    const points = Array.from({ length: 5000 }, (_, i) => [i % 700, i === 2500 ? Number.NaN : Math.sin(i)] as const);
    const kept = thinned(points);
    expect(kept.filter(([, y]) => Number.isNaN(y))).toHaveLength(1);
    const places = kept.map((point) => points.indexOf(point));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});

describe('elements', () => {
  it('elements are written as XML', () => {
    const text = element('text', { x: 1 / 3, class: undefined, title: '"<&>' }, ['a < b & "c"']);
    expect(`${element('g', {}, [text, element('path', { d: 'M0.12345,1' })])}`).toBe(
      '<g><text x="0.33" title="&quot;&lt;&amp;&gt;">a &lt; b &amp; &quot;c&quot;</text><path d="M0.12,1"/></g>',
    );
  });

  it('hold no character that XML forbids', () => {
    expect(escapeText('a\u0000b\u001fc\ud800d\ufffee\tf\n😀')).toBe('a\ufffdb\ufffdc\ufffdd\ufffde\tf\n😀');
  });

  it('elements implement the DOM that the plotting library uses', () => {
    const svg = svgDocument.createElementNS('', 'svg');
    const [a, b] = [element('a', {}), element('b', {})];
    svg.insertBefore(b, null);
    svg.insertBefore(a, b);
    svg.style.setProperty('color', 'red');
    svg.style.setProperty('opacity', 1);
    svg.setAttributeNS('', 'id', 1);
    expect([svg.hasAttribute('id'), svg.getAttribute('id'), svg.getAttribute('x')]).toEqual([true, '1', null]);
    svg.removeAttribute('id');
    expect(`${svg}`).toBe('<svg style="color:red;opacity:1"><a/><b/></svg>');
    svg.textContent = 'x';
    expect(`${svg}`).toBe('<svg style="color:red;opacity:1">x</svg>');
  });
});
