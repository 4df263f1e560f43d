"""Stands in for Keras, which cannot run here: its constructors, `build` and `set_weights`, which compares shapes with
those of Keras' documentation, and `predict` by the equations. It knows no other options than Keras has.
"""

import types

import numpy as np
from keras_equations import ACTIVATIONS, dense, normalized, recurrent

HARD_SIGMOID = "hard_sigmoid 3"


def activation(name):
    return HARD_SIGMOID if name == "hard_sigmoid" else name


class Layer:
    options = {}

    def __init__(self, *, name=None, dtype="float32", **given):
        for option in given:
            if option not in self.options:
                raise TypeError(f"{type(self).__name__} has no option {option}")
        self.o = types.SimpleNamespace(**{**self.options, **given})
        self.name, self.dtype, self.weights = name, dtype, []

    def shapes(self, width):
        return []

    def width(self, width):
        return width

    def set_weights(self, weights):
        assert [w.shape for w in weights] == self.expected, (self.name, [w.shape for w in weights], self.expected)
        assert all(w.dtype == self.dtype for w in weights)
        self.weights = list(weights)

    def build(self, width):
        self.expected = self.shapes(width)
        return self.width(width)


RULES = {f"{of}_{rule}": None for of in ["kernel", "bias"] for rule in ["regularizer", "constraint"]}


class Recurrent(Layer):
    options = dict(
        units=None,
        activation="tanh",
        use_bias=True,
        recurrent_regularizer=None,
        recurrent_constraint=None,
        dropout=0,
        recurrent_dropout=0,
        return_sequences=False,
        go_backwards=False,
        stateful=False,
        **RULES,
    )

    def shapes(self, width):
        units, gates = self.o.units, {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}[type(self).__name__]
        N = gates * units
        bias = [(2, N) if getattr(self.o, "reset_after", False) else (N,)] if self.o.use_bias else []
        return [(width, N), (units, N), *bias]

    def width(self, width):
        return self.o.units

    def call(self, x, mask, backwards=False):
        weights = self.weights if self.o.use_bias else [*self.weights, np.zeros(self.weights[0].shape[1])]
        if getattr(self.o, "reset_after", False) and not self.o.use_bias:
            weights[2] = np.zeros((2, len(weights[2])))
        rec = activation(getattr(self.o, "recurrent_activation", "linear"))
        sequences, back = self.o.return_sequences, self.o.go_backwards != backwards
        y = recurrent(type(self).__name__, x, weights, activation(self.o.activation), rec, sequences, back, mask)
        return y, mask if sequences else None


class LSTM(Recurrent):
    options = {**Recurrent.options, "recurrent_activation": "sigmoid", "unit_forget_bias": True}


class GRU(Recurrent):
    options = {**Recurrent.options, "recurrent_activation": "sigmoid", "reset_after": True}


class SimpleRNN(Recurrent):
    pass


class Bidirectional(Layer):
    options = {"layer": None, "merge_mode": "concat"}

    def shapes(self, width):
        return 2 * self.o.layer.shapes(width)

    def width(self, width):
        return self.o.layer.o.units * (2 if self.o.merge_mode == "concat" else 1)

    def call(self, x, mask):
        outputs = []
        for backwards in [False, True]:
            half = len(self.weights) // 2
            self.o.layer.weights = self.weights[half:] if backwards else self.weights[:half]
            y, after = self.o.layer.call(x, mask, backwards)
            outputs.append(y[:, ::-1] if backwards and y.ndim == 3 else y)
        a, b = outputs
        merged = {"sum": a + b, "mul": a * b, "ave": (a + b) / 2, "concat": np.concatenate([a, b], -1)}
        return merged[self.o.merge_mode], after


class Dense(Layer):
    options = {"units": None, "activation": "linear", "use_bias": True, **RULES}

    def shapes(self, width):
        return [(width, self.o.units), (self.o.units,)][: 2 if self.o.use_bias else 1]

    def width(self, width):
        return self.o.units

    def call(self, x, mask):
        weights = self.weights if self.o.use_bias else [*self.weights, 0]
        return dense(x, weights, activation(self.o.activation)), mask


class TimeDistributed(Layer):
    options = {"layer": None}

    def shapes(self, width):
        return self.o.layer.shapes(width)

    def width(self, width):
        return self.o.layer.width(width)

    def call(self, x, mask):
        self.o.layer.weights = self.weights
        return self.o.layer.call(x, mask)[0], mask


class Activation(Layer):
    options = {"activation": None}

    def call(self, x, mask):
        return ACTIVATIONS[activation(self.o.activation)](x), mask


class Dropout(Layer):
    options = {"rate": None}

    def call(self, x, mask):
        return x, mask


class SpatialDropout1D(Dropout):
    pass


class Embedding(Layer):
    options = {"input_dim": None, "output_dim": None, "mask_zero": False}

    def shapes(self, width):
        return [(self.o.input_dim, self.o.output_dim)]

    def width(self, width):
        return self.o.output_dim

    def call(self, x, mask):
        ids = x.astype(int)
        return self.weights[0][ids].astype(np.float64), ids != 0 if self.o.mask_zero else None


class LayerNormalization(Layer):
    options = {"axis": -1, "epsilon": 1e-3, "center": True, "scale": True}

    def shapes(self, width):
        return [(width,)] * (self.o.center + self.o.scale)

    def call(self, x, mask):
        gamma, beta = (self.weights + [0])[:2] if self.o.scale else (1, *self.weights)
        return normalized(x, [gamma, beta], self.o.epsilon), mask


class Masking(Layer):
    options = {"mask_value": 0}

    def call(self, x, mask):
        keep = (x != self.o.mask_value).any(-1)
        return x * keep[..., None], keep


class RepeatVector(Layer):
    options = {"n": None}

    def call(self, x, mask):
        return np.repeat(x[:, None], self.o.n, axis=1), None


class Sequential:
    def __init__(self, layers):
        self.layers = layers

    def build(self, shape):
        width = shape[-1]
        for layer in self.layers:
            width = layer.build(width)

    def predict(self, x):
        mask = None
        for layer in self.layers:
            x, mask = layer.call(x, mask)
        return x


layers = types.SimpleNamespace(
    **{each.__name__: each for each in Layer.__subclasses__() + Recurrent.__subclasses__() + [SpatialDropout1D]}
)
regularizers = types.SimpleNamespace(L1L2=lambda l1, l2: (l1, l2))
constraints = types.SimpleNamespace(
    MinMaxNorm=lambda min_value, max_value, rate, axis: None,
    NonNeg=lambda: None,
)
