// The settings of a page in its address.

/**
 * Puts settings into the address, as a new entry of the history. Safari allows about a hundred entries in a short time; settings
 * that come faster reach the address with the next change.
 */
export function pushAddress(text) {
  if (window.location.hash.slice(1) === text) return;
  try {
    window.history.pushState(null, '', `#${text}`);
  } catch (error) {
    if (error.name !== 'SecurityError') throw error;
  }
}
