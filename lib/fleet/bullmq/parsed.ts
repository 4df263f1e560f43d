// JSON of anyone.

/** The value of a text; undefined for what is no JSON, or longer than it may be. */
export function parsedJson(text: unknown, longest: number): unknown {
  if (typeof text !== 'string' || text.length > longest) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if ((error as Error).name === 'SyntaxError') return undefined;
    throw error;
  }
}
