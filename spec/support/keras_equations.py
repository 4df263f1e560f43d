"""The equations of Keras' layers, as its documentation writes them, in float64."""

import numpy as np

ACTIVATIONS = {
    "tanh": np.tanh,
    "relu": lambda a: np.maximum(a, 0),
    "linear": lambda a: a,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "hard_sigmoid 2": lambda a: np.clip(0.2 * a + 0.5, 0, 1),
    "hard_sigmoid 3": lambda a: np.clip(a / 6 + 0.5, 0, 1),
    "softmax": lambda a: np.exp(a) / np.exp(a).sum(-1, keepdims=True),
}


def split(a, n):
    return np.split(a.astype(np.float64), n, axis=-1)


def lstm_step(x, h, c, w, act, rec):
    K, R, b = w
    i, f, g, o = [x @ k + h @ r + d for k, r, d in zip(split(K, 4), split(R, 4), split(b, 4))]
    c = rec(f) * c + rec(i) * act(g)
    return rec(o) * act(c), c


def gru_step(x, h, c, w, act, rec):
    K, R, b = w
    if b.ndim == 2:  # reset_after
        bi, br = split(b[0], 3), split(b[1], 3)
        xz, xr, xh = [x @ k + d for k, d in zip(split(K, 3), bi)]
        hz, hr, hh = [h @ r + d for r, d in zip(split(R, 3), br)]
        z, r = rec(xz + hz), rec(xr + hr)
        candidate = act(xh + r * hh)
    else:
        xz, xr, xh = [x @ k + d for k, d in zip(split(K, 3), split(b, 3))]
        Rz, Rr, Rh = split(R, 3)
        z, r = rec(xz + h @ Rz), rec(xr + h @ Rr)
        candidate = act(xh + (r * h) @ Rh)
    return z * h + (1 - z) * candidate, c


def simple_step(x, h, c, w, act, rec):
    K, R, b = w
    return act(x @ K.astype(np.float64) + h @ R.astype(np.float64) + b), c


STEPS = {"LSTM": lstm_step, "GRU": gru_step, "SimpleRNN": simple_step}


def recurrent(kind, x, w, act="tanh", rec="sigmoid", sequences=True, backwards=False, mask=None):
    B, T, _ = x.shape
    h, c = [np.zeros((B, w[1].shape[0])) for _ in range(2)]
    outputs = []
    for t in range(T - 1, -1, -1) if backwards else range(T):
        h_new, c_new = STEPS[kind](x[:, t].astype(np.float64), h, c, w, ACTIVATIONS[act], ACTIVATIONS[rec])
        if mask is not None:  # a masked step repeats the output and the state before it
            keep = mask[:, t : t + 1]
            h_new, c_new = np.where(keep, h_new, h), np.where(keep, c_new, c)
        h, c = h_new, c_new
        outputs.append(h)
    return np.stack(outputs, 1) if sequences else h


def dense(x, w, act="linear"):
    return ACTIVATIONS[act](x @ w[0].astype(np.float64) + w[1])


def normalized(x, w, epsilon):
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon) * w[0] + w[1]
