// A minimal DOM that writes SVG as text.

const SVG = 'http://www.w3.org/2000/svg';

const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML does not allow in any form. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression matches control characters
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** Escapes text for XML and HTML, including attributes. Characters that XML does not allow become U+FFFD. */
export function escapeText(text: string): string {
  return text.replaceAll(FORBIDDEN, '\ufffd').replaceAll(/[&<>"]/g, (c) => ESCAPED[c]!);
}

/** Rounds to hundredths of a pixel. */
function rounded(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 100) / 100);
  return String(value).replaceAll(/-?\d+\.\d{3,}/g, (digits) => String(Math.round(Number(digits) * 100) / 100));
}

/**
 * An SVG element that can only be written as text. It implements the part of the DOM that Observable Plot uses (append,
 * attr, style and text of d3-selection), so plots work without a page, in Node, a browser or a worker.
 */
export class SvgElement {
  readonly namespaceURI: string = SVG;
  readonly ownerDocument: SvgDocument;
  readonly name: string;
  /** Children in order; text is a child, too. */
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

/** A document that only creates elements. */
export const svgDocument: SvgDocument = new SvgDocument();

/** Creates an element with attributes and children. */
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
