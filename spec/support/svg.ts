/** An element of a drawing as it was read back from its text. */
export interface Drawn {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Drawn[];
  /** All text within, without that of elements that are not shown. */
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

function decoded(text: string): string {
  if (/[<>]|&(?!(?:amp|lt|gt|quot);)/.test(text)) throw new Error(`not escaped: ${text}`);
  return text.replaceAll(/&(\w+);/g, (_, name: string) => ENTITIES[name]!);
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const rest = text.replaceAll(/\s([\w:-]+)="([^"]*)"/g, (_, name: string, value: string) => {
    if (name in found) throw new Error(`${name} twice`);
    found[name] = decoded(value);
    return '';
  });
  if (rest.trim() !== '') throw new Error(`no attributes: ${rest}`);
  return found;
}

/** Reads a drawing; throws where it is not well-formed. */
export function read(svg: string): Drawn {
  const root = { name: '', attributes: {}, children: [] as Drawn[], text: '' };
  const open = [root];
  let at = 0;
  for (const match of svg.matchAll(/<(\/?)([\w:]+)((?:\s[\w:-]+="[^"]*")*)\s*(\/?)>/g)) {
    const [whole, closing, name, attributes, empty] = match as unknown as [string, string, string, string, string];
    open.at(-1)!.text += decoded(svg.slice(at, match.index));
    at = match.index + whole.length;
    if (closing === '') {
      const element = { name, attributes: attributesOf(attributes), children: [], text: '' };
      open.at(-1)!.children.push(element);
      if (empty === '') open.push(element);
    } else {
      const element = open.pop()!;
      if (element.name !== name) throw new Error(`</${name}> ends <${element.name}>`);
      if (name !== 'title' && name !== 'style') open.at(-1)!.text += `${element.text}\n`;
    }
  }
  if (open.length !== 1 || svg.slice(at).trim() !== '') throw new Error('does not end');
  return root.children[0]!;
}

/** All elements within that a test holds for, in order. */
export function all(drawn: Drawn, test: (element: Drawn) => boolean): Drawn[] {
  return drawn.children.flatMap((child) => [...(test(child) ? [child] : []), ...all(child, test)]);
}

/** Groups of marks of one kind: `rect`, `line`, `dot`, `text`, `area`. */
export const groups = (drawn: Drawn, kind: string): Drawn[] => all(drawn, (e) => e.attributes['aria-label'] === kind);

/** Marks of one kind, of all groups. */
export const marks = (drawn: Drawn, kind: string): Drawn[] => groups(drawn, kind).flatMap(({ children }) => children);

/** Where a mark stands: a circle by its centre, others by their own transform. */
export function placeOf({ attributes: { cx, cy, transform = '' } }: Drawn): [x: number, y: number] {
  const found = /^translate\(([-\d.]+),([-\d.]+)\)/.exec(transform);
  return [Number(cx ?? found?.[1] ?? Number.NaN), Number(cy ?? found?.[2] ?? Number.NaN)];
}

/** Corners of the runs of a line. */
export function runsOf({ attributes: { d = '' } }: Drawn): [x: number, y: number][][] {
  return d
    .split('M')
    .slice(1)
    .map((run) =>
      run
        .split(/[LZ]/)
        .filter(Boolean)
        .map((pair) => pair.split(',').map(Number) as [number, number]),
    );
}

/** Cells of each heat map: one element each where they have hints, else the outlines of all cells of one colour in one path. */
export function heatMaps(drawn: Drawn): Drawn[][] {
  const maps = all(drawn, ({ attributes }) => ['cells', 'rect'].includes(attributes['aria-label'] ?? ''));
  return maps.map(({ children }) => children.flatMap(outlined));
}

function outlined(mark: Drawn): Drawn[] {
  const { d, fill } = mark.attributes;
  if (d === undefined) return [mark];
  return [...d.matchAll(/M([-\d.]+),([-\d.]+)H([-\d.]+)V([-\d.]+)H\1Z/g)].map(([, ...edges]) => {
    const [left, top, right, bottom] = edges.map(Number) as [number, number, number, number];
    const size = { x: `${left}`, y: `${top}`, width: `${right - left}`, height: `${bottom - top}` };
    return { ...mark, name: 'rect', attributes: { ...size, fill: fill! } };
  });
}

/** Cells of all heat maps. */
export const cells = (drawn: Drawn): Drawn[] => heatMaps(drawn).flat();

/** Edges of a rectangle. */
export function box({
  attributes: { x, y, width, height },
}: Drawn): Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>> {
  return { left: Number(x), right: Number(x) + Number(width), top: Number(y), bottom: Number(y) + Number(height) };
}

/** Ticks of an axis: the number that is written, and where. */
export function ticksOf(drawn: Drawn, axis: 'x' | 'y'): [label: string, at: number][] {
  return marks(drawn, `${axis}-axis tick label`).map((label) => [label.text, placeOf(label)[axis === 'x' ? 0 : 1]]);
}

/** Lines of text that stand outside of plots' marks: title, notes, labels of axes, legend. */
export const wordsOf = (drawn: Drawn): string[] => all(drawn, ({ name }) => name === 'text').map(({ text }) => text);
