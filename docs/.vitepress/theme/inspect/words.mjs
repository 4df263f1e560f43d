// Numbers as the page Inspect writes them.

export function short(value) {
  if (!Number.isFinite(value)) return '–';
  return value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
}

/** How many numbers are NaN or infinite; '' for none. */
export function bad({ nan, infinite }) {
  return [nan > 0 ? `${nan} NaN` : '', infinite > 0 ? `${infinite} infinite` : '']
    .filter((text) => text !== '')
    .join(', ');
}

export function bytesInWords(count) {
  if (count < 1000) return `${count} bytes`;
  return count < 1e6 ? `${(count / 1e3).toFixed(1)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}

/** Saves bytes as a file of the reader's. */
export function save(bytes, name, type = 'application/octet-stream') {
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
