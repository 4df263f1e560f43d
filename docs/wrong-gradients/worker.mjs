// Works off the page's thread: receives the name of a fault, sends the reports, then the losses of a training with it and without.
import { check } from './check.mjs';
import { NETS } from './nets.mjs';
import { curvesOf } from './train.mjs';

self.onmessage = ({ data: name }) => {
  self.postMessage({ name, reports: check(name) });
  self.postMessage({ name, curves: NETS[name] && curvesOf(NETS[name]) });
};
