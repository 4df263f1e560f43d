// The paths of layers in files of Keras 3: names of classes, with numbers.

/** A class in the spelling of paths: SimpleRNN is simple_rnn, Conv1D is conv1d. Source: to_snake_case of Keras. */
export function pathName(className: string): string {
  return className
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** A name, with a number if it was there before: lstm_cell, lstm_cell_1. */
export function numbered(used: Map<string, number>, name: string): string {
  const count = used.get(name) ?? 0;
  used.set(name, count + 1);
  return count === 0 ? name : `${name}_${count}`;
}
