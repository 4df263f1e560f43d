// Checks gradients off the page's thread: receives the name of a fault, sends the reports.
import { check } from './check.mjs';

self.onmessage = ({ data }) => self.postMessage({ name: data, ...check(data) });
