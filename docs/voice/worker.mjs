// The worker of the page: makes its sound.
import { makeSound } from './sound.mjs';

self.onmessage = ({ data: { request, settings } }) => self.postMessage({ request, ...makeSound(settings) });
