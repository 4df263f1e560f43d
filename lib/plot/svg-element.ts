const SVG = 'http://www.w3.org/2000/svg';

const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML does not allow in any form. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** Text as it may stand in XML and HTML, attributes included; characters that may not are shown as U+FFFD. */
export function escapeText(text: string): string {
  return text.replaceAll(FORBIDDEN, '\ufffd').replaceAll(/[&<>"]/g, (c) => ESCAPED[c]!);
}

/** Hundredths of a pixel are enough. */
function rounded(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  return String(value).replaceAll(/-?\d+\.\d{3,}/g, (digits) => String(Math.round(Number(digits) * 100) / 100));
}

/**
 * An element of SVG that is written, never shown: as much of a document as the plotting library asks for (d3-selection's
 * append, attr, style and text), so that drawing needs a page neither in Node nor in a browser or a worker.
 */
export class SvgElement {
  readonly namespaceURI: string = SVG;
  readonly ownerDocument: SvgDocument;
  readonly name: string;
  /** In order; text is a child too. */
  readonly children: (SvgElement | string)[] = [];
  readonly #attributes = new Map<string, string>();
  readonly style: { setProperty(name: string, value: unknown): void } = {
    setProperty: (name, value) => {
      const before = this.#attributes.get('style');
      this.#attributes.set('style', `${before === undefined ? '' : `${before};`}${name}:${value}`);
    },
  };

  constructor(name: string, ownerDocument: SvgDocument) {
    this.name = name;
    this.ownerDocument = ownerDocument;
  }

  appendChild(child: SvgElement): SvgElement {
    this.children.push(child);
    return child;
  }

  insertBefore(child: SvgElement, next: SvgElement | null): SvgElement {
    const at = next === null ? -1 : this.children.indexOf(next);
    this.children.splice(at === -1 ? this.children.length : at, 0, child);
    return child;
  }

  replaceChildren(children: readonly (SvgElement | string)[]): SvgElement {
    this.children.length = 0;
    for (const child of children) this.children.push(child);
    return this;
  }

  setAttribute(name: string, value: unknown): void {
    this.#attributes.set(name, rounded(value));
  }

  setAttributeNS(_namespace: string, name: string, value: unknown): void {
    this.setAttribute(name, value);
  }

  getAttribute(name: string): string | null {
    return this.#attributes.get(name) ?? null;
  }

  hasAttribute(name: string): boolean {
    return this.#attributes.has(name);
  }

  removeAttribute(name: string): void {
    this.#attributes.delete(name);
  }

  set textContent(text: unknown) {
    this.children.splice(0, this.children.length, String(text));
  }

  toString(): string {
    const attributes = [...this.#attributes].map(([name, value]) => ` ${name}="${escapeText(value)}"`).join('');
    const inside = this.children.map((child) => (typeof child === 'string' ? escapeText(child) : `${child}`)).join('');
    return `<${this.name}${attributes}${inside === '' ? '/>' : `>${inside}</${this.name}>`}`;
  }
}

class SvgDocument {
  readonly documentElement: SvgElement = new SvgElement('svg', this);

  createElementNS(_namespace: string, name: string): SvgElement {
    return new SvgElement(name, this);
  }
}

/** Makes elements and keeps none. */
export const svgDocument: SvgDocument = new SvgDocument();

/** An element with attributes and children. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  children: readonly (SvgElement | string)[] = [],
): SvgElement {
  const made = new SvgElement(name, svgDocument);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(key, value);
  }
  return made.replaceChildren(children);
}
