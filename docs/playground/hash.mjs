// The hash of what a page has computed.

/** 16 hexadecimal digits that depend on every byte (FNV-1a, twice). */
export function hashOf(bytes) {
  const lanes = [0x811c9dc5, 0x9e3779b9].map((start) => {
    let hash = start;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    return hash.toString(16).padStart(8, '0');
  });
  return lanes.join('');
}
