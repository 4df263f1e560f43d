// The names of modules of PyTorch.

import type { Cell } from '../../cells/cell.ts';
import type { Layer } from '../../layers/layer.ts';
import type { EncoderDecoder } from '../../model/encoder-decoder.ts';

/** A layer, by its name in the model or itself; or a cell. */
export type StateDictTarget = string | Layer | Cell;

/**
 * Modules of PyTorch by their path, and the layers that they are here: `{ 'rnn': ['lstm1', 'lstm2'], 'head.0': 'dense1' }`.
 * A list has the layers of one nn.LSTM, nn.GRU or nn.RNN, from the first to the last. The path of a module that was saved
 * by itself is `''`. `null` leaves out what the model has no use for, a module or a single array.
 */
export type StateDictNames = Readonly<Record<string, StateDictTarget | readonly StateDictTarget[] | null>>;

/** Anything with parameters. */
export type StateDictModel = Layer | Cell | EncoderDecoder;
