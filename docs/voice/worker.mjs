// The worker of the page: makes its sound.
import { makeSound } from './sound.mjs';

self.onmessage = ({ data }) => self.postMessage(makeSound(data));
