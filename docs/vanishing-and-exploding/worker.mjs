// Measures nets off the page's thread: receives settings, sends what is to be seen.
import { measure } from './measure.mjs';

self.onmessage = ({ data }) => self.postMessage({ settings: data, ...measure(data) });
