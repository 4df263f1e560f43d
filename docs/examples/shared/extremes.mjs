// The least and the greatest number of a list of any length.

export const least = (values) => values.reduce((a, b) => Math.min(a, b));
export const greatest = (values) => values.reduce((a, b) => Math.max(a, b));
