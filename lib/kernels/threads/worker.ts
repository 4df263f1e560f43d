// The entry `bptt/worker`: the file of a thread that computes parts of calls. Models with threads start it.

import { serve } from './serve.ts';
import { ownPort } from './spawn.ts';

serve(ownPort());
