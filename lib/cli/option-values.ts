// Reads the values of options. An error of commander tells what is expected.

import { InvalidArgumentError } from 'commander';

/** Returns a reader of integers of an option. */
export function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be an integer from ${least} to ${most}.`);
  };
}

/** Reads a number above 0 of an option. */
export function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value < Infinity) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

/** Returns a reader of numbers above or from 0, and below or up to 1. */
export function share(zero: boolean, one: boolean): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const isRight = text.trim() !== '' && (zero ? value >= 0 : value > 0) && (one ? value <= 1 : value < 1);
    if (isRight) return value;
    const [low, high] = [zero ? 'from 0' : 'above 0', one ? 'at most 1' : 'below 1'];
    throw new InvalidArgumentError(`It must be a number ${low}, ${high}.`);
  };
}

/** Returns a reader of one of some words. */
export function oneOf<W extends string>(...words: readonly W[]): (text: string) => W {
  return (text) => {
    const found = words.find((word) => word === text.toLowerCase());
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`It must be one of ${words.join(', ')}.`);
  };
}
