"""Writes the files of spec/golden/kerasfiles with h5py: python3 spec/support/keras_files.py

Keras cannot run here. The files are laid out as Keras 1.2, 2.3 and 3.5 lay them out (saving_lib.py and
legacy_h5_format.py of Keras, engine/saving.py of Keras 2.3). The expected outputs are computed in float64 from the
equations in Keras' documentation.
"""

import io
import json
import os
import zipfile

import h5py
import numpy as np
from keras_equations import dense, normalized, recurrent

FOLDER = os.path.join(os.path.dirname(__file__), "..", "golden", "kerasfiles")
rng = np.random.default_rng(16)
f32 = np.float32


def draw(*shape):
    return rng.normal(scale=0.6, size=shape).astype(f32)


def recurrent_weights(kind, inputs, units, reset_after=False):
    G = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}[kind]
    bias = draw(2, G * units) if reset_after else draw(G * units)
    return [draw(inputs, G * units), draw(units, G * units), bias]


# --- Files ----------------------------------------------------------------------------------------------------------------

NAMES = ["kernel", "recurrent_kernel", "bias"]


def set_texts(group, name, texts):
    group.attrs[name] = np.asarray([text.encode("utf8") for text in texts])


def write_layers(group, layers, version, suffix=":0"):
    """layers: (name, [(weight name, array)])"""
    set_texts(group, "layer_names", [name for name, _ in layers])
    group.attrs["backend"] = b"tensorflow"
    if version is not None:
        group.attrs["keras_version"] = version.encode("utf8")
    for name, weights in layers:
        g = group.create_group(name)
        set_texts(g, "weight_names", [weight + suffix for weight, _ in weights])
        for weight, value in weights:
            g.create_dataset(weight + suffix, value.shape, dtype=value.dtype)[:] = value


def write_h5(path, layers, version, config=None, suffix=":0"):
    with h5py.File(os.path.join(FOLDER, path), "w") as f:
        if config is None:
            return write_layers(f, layers, version, suffix)
        f.attrs["keras_version"] = version.encode("utf8")
        f.attrs["backend"] = b"tensorflow"
        f.attrs["model_config"] = json.dumps(config).encode("utf8")
        f.attrs["training_config"] = json.dumps({"loss": "mse", "optimizer_config": {"class_name": "Adam"}}).encode("utf8")
        write_layers(f.create_group("model_weights"), layers, version, suffix)
        g = f.create_group("optimizer_weights")
        set_texts(g, "weight_names", ["Adam/iterations:0"])
        g.create_dataset("Adam/iterations:0", data=np.int64(3))


def write_vars(f, path, arrays):
    g = f.create_group(path).create_group("vars")
    for k, value in enumerate(arrays):
        g[str(k)] = value


def seed_state(f, path):
    write_vars(f, path, [np.array([1, 2], dtype="uint32")])


def write_weights3(file, groups, seeds=(), optimizer=False):
    """groups: path below the file -> arrays"""
    with h5py.File(file, "w") as f:
        f.create_group("vars")
        for path, arrays in groups:
            write_vars(f, path, arrays)
        for path in seeds:
            seed_state(f, path)
        if optimizer:
            write_vars(f, "optimizer", [np.int64(3), f32(0.001)])


def write_keras(path, config, groups, version="3.5.0", **more):
    file = io.BytesIO()
    write_weights3(file, groups, **more)
    with zipfile.ZipFile(os.path.join(FOLDER, path), "w") as archive:
        for name, content in [
            ("metadata.json", json.dumps({"keras_version": version, "date_saved": "2026-01-02@03:04:05"}).encode()),
            ("config.json", json.dumps(config).encode()),
            ("model.weights.h5", file.getvalue()),
        ]:
            archive.writestr(zipfile.ZipInfo(name), content)


# --- Configs ----------------------------------------------------------------------------------------------------------------


def initializer(name, **config):
    return {"class_name": name, "config": config}


def common2(name, **more):
    return {"name": name, "trainable": True, "dtype": "float32", **more}


RULES = [f"{of}_{rule}" for of in ["kernel", "recurrent", "bias"] for rule in ["regularizer", "constraint"]]


def recurrent2(name, units, act="tanh", rec=None, **more):
    config = common2(
        name,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        units=units,
        activation=act,
        use_bias=True,
        kernel_initializer=initializer("VarianceScaling", scale=1.0, mode="fan_avg", distribution="uniform", seed=None),
        recurrent_initializer=initializer("Orthogonal", gain=1.0, seed=None),
        bias_initializer=initializer("Zeros"),
        activity_regularizer=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        **{rule: None for rule in RULES},
    )
    if rec is not None:
        config.update(recurrent_activation=rec, implementation=2)
    config.update(more)
    return config


def dense2(name, units, act="linear", **more):
    return common2(
        name,
        units=units,
        activation=act,
        use_bias=True,
        kernel_initializer=initializer("VarianceScaling", scale=1.0, mode="fan_avg", distribution="uniform", seed=None),
        bias_initializer=initializer("Zeros"),
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        **more,
    )


def layer(class_name, config, **more):
    return {"class_name": class_name, "config": config, **more}


def layer3(class_name, config, shape=None, **more):
    built = {} if shape is None else {"build_config": {"input_shape": shape}}
    return {"module": "keras.layers", "class_name": class_name, "config": config, "registered_name": None, **built, **more}


POLICY = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None}


def initializer3(name, **config):
    return {"module": "keras.initializers", "class_name": name, "config": config, "registered_name": None}


def in3(config):
    """The config of Keras 2 in the spelling of Keras 3."""
    result = {key: value for key, value in config.items() if key not in ["implementation"]}
    for key, value in result.items():
        if key.endswith("_initializer"):
            result[key] = initializer3(value["class_name"], seed=None)
    return {**result, "dtype": POLICY, "seed": None}


def recurrent3(*args, **more):
    return {**in3(recurrent2(*args, **more)), "zero_output_for_mask": False}


def tensor3(name, shape):
    history = {"shape": shape, "dtype": "float32", "keras_history": [name, 0, 0]}
    return {"class_name": "__keras_tensor__", "config": history}


def node3(name, shape, **kwargs):
    return [{"args": [tensor3(name, shape)], "kwargs": kwargs}]


expected = {}


def record(file, x, y, **more):
    expected[file] = {"x": np.asarray(x).tolist(), "y": np.asarray(y).tolist(), **more}


# --- Keras 2: a whole model with masks, hard_sigmoid 0.2a + 0.5, two directions ---------------------------------------------


def keras2():
    table = draw(7, 3)
    lstm = recurrent_weights("LSTM", 3, 4)
    both = [recurrent_weights("GRU", 4, 3, reset_after=True) for _ in range(2)]
    head = [draw(6, 2), draw(2)]
    gru = recurrent2("gru_3", 3, rec="sigmoid", reset_after=True)
    layers = [
        layer(
            "Embedding",
            common2(
                "embedding_1",
                batch_input_shape=[None, None],
                input_dim=7,
                output_dim=3,
                embeddings_initializer=initializer("RandomUniform", minval=-0.05, maxval=0.05, seed=None),
                embeddings_regularizer=None,
                activity_regularizer=None,
                embeddings_constraint=None,
                mask_zero=True,
                input_length=None,
            ),
        ),
        layer("LSTM", recurrent2("lstm_7", 4, rec="hard_sigmoid", return_sequences=True, unit_forget_bias=True)),
        layer("Dropout", common2("dropout_2", rate=0.25, noise_shape=None, seed=None)),
        layer("Bidirectional", common2("bidirectional_1", layer=layer("GRU", gru), merge_mode="concat")),
        layer("Dense", dense2("dense_9", 2, "softmax")),
    ]
    ids = np.array([[1, 2, 3, 4, 5], [6, 5, 1, 0, 0], [2, 0, 0, 0, 0]])
    mask = ids != 0
    a = recurrent("LSTM", table[ids], lstm, rec="hard_sigmoid 2", mask=mask)
    forward, backward = [
        recurrent("GRU", a, w, sequences=False, backwards=k == 1, mask=mask) for k, w in enumerate(both)
    ]
    y = dense(np.concatenate([forward, backward], -1), head, "softmax")
    names = [f"bidirectional_1/{direction}_gru_3/{name}" for direction in ["forward", "backward"] for name in NAMES]
    weights = [
        ("embedding_1", [("embedding_1/embeddings", table)]),
        ("lstm_7", list(zip([f"lstm_7/{name}" for name in NAMES], lstm))),
        ("dropout_2", []),
        ("bidirectional_1", list(zip(names, both[0] + both[1]))),
        ("dense_9", [("dense_9/kernel", head[0]), ("dense_9/bias", head[1])]),
    ]
    config = {"class_name": "Sequential", "config": {"name": "sequential_1", "layers": layers}}
    write_h5("sequential2.h5", weights, "2.3.1", config)
    write_h5("weights2.h5", weights, "2.0.6", suffix="")
    for file in ["sequential2.h5", "weights2.h5"]:
        record(file, ids, y)


# --- Keras 2: CuDNN layers ----------------------------------------------------------------------------------------------


def to_cudnn(weights, gates):
    """What Keras' _convert_rnn_weights does to go from LSTM or GRU to the layers of cuDNN."""
    kernel, recurrent_kernel, bias = weights
    kernels = [k.T.reshape(k.shape, order="C") for k in np.split(kernel, gates, -1)]
    recurrent_kernels = [k.T for k in np.split(recurrent_kernel, gates, -1)]
    return [np.hstack(kernels), np.hstack(recurrent_kernels), bias]


def cudnn():
    lstm, gru = recurrent_weights("LSTM", 3, 4), recurrent_weights("GRU", 4, 5, reset_after=True)
    x = draw(2, 6, 3)
    input_bias = draw(16)
    flat = to_cudnn(lstm, 4)
    flat[2] = np.concatenate([lstm[2] - input_bias, input_bias])
    lstm[2] = flat[2][:16] + flat[2][16:]
    y = recurrent("GRU", recurrent("LSTM", x, lstm), gru, sequences=False)
    own = to_cudnn(gru, 3)
    own[2] = gru[2].reshape(-1)
    keys = ["activation", "recurrent_activation", "use_bias", "unroll", "implementation", "dropout", "recurrent_dropout"]

    def config(*args, **more):
        return {key: value for key, value in recurrent2(*args, **more).items() if key not in keys}

    layers = [
        layer(
            "CuDNNLSTM",
            {**config("cu_dnnlstm_1", 4, return_sequences=True), "unit_forget_bias": True, "batch_input_shape": [None, 6, 3]},
        ),
        layer("CuDNNGRU", config("cu_dnngru_1", 5)),
    ]
    weights = [
        (name, list(zip([f"{name}/{n}" for n in NAMES], w))) for name, w in [("cu_dnnlstm_1", flat), ("cu_dnngru_1", own)]
    ]
    write_h5("cudnn2.h5", weights, "2.2.4", {"class_name": "Sequential", "config": {"name": "s", "layers": layers}})
    record("cudnn2.h5", x, y)


# --- Keras 1: arrays of their own for each gate -------------------------------------------------------------------------


def keras1():
    lstm, gru = recurrent_weights("LSTM", 2, 3), recurrent_weights("GRU", 3, 2)
    head = [draw(2, 1), draw(1)]
    x = draw(2, 4, 2)
    a = recurrent("LSTM", x, lstm, rec="hard_sigmoid 2")
    y = dense(recurrent("GRU", a, gru, rec="hard_sigmoid 2", sequences=False), head)

    def gatewise(weights, gates, order, name):
        blocks = {g: [w for w in parts] for g, parts in zip(gates, zip(*[np.split(w, len(gates), -1) for w in weights]))}
        return [(f"{name}_{letter}_{g}", blocks[g][k]) for g in order for k, letter in enumerate("WUb")]

    weights = [
        ("lstm_1", gatewise(lstm, "ifco", "icfo", "lstm_1")),
        ("gru_1", gatewise(gru, "zrh", "zrh", "gru_1")),
        ("dense_1", [("dense_1_W", head[0]), ("dense_1_b", head[1])]),
    ]
    write_h5("weights1.h5", weights, None, suffix="")
    noise = dict(W_regularizer=None, b_regularizer=None)
    cell = dict(
        trainable=True,
        go_backwards=False,
        stateful=False,
        unroll=False,
        consume_less="cpu",
        input_length=None,
        init="glorot_uniform",
        inner_init="orthogonal",
        activation="tanh",
        inner_activation="hard_sigmoid",
        U_regularizer=None,
        dropout_W=0.0,
        dropout_U=0.0,
        **noise,
    )
    layers = [
        layer(
            "Embedding",
            {
                "name": "embedding_1",
                "trainable": True,
                "batch_input_shape": [None, 4],
                "input_dtype": "int32",
                "input_dim": 5,
                "output_dim": 2,
                "input_length": 4,
                "init": "uniform",
                "mask_zero": False,
                "dropout": 0.0,
                "activity_regularizer": None,
                "W_regularizer": None,
                "W_constraint": None,
            },
        ),
        layer(
            "LSTM",
            {
                **cell,
                "name": "lstm_1",
                "return_sequences": True,
                "input_dim": 2,
                "output_dim": 3,
                "forget_bias_init": "one",
            },
        ),
        layer("Dropout", {"name": "dropout_1", "trainable": True, "p": 0.5}),
        layer(
            "GRU",
            {
                **cell,
                "name": "gru_1",
                "inner_activation": "sigmoid",
                "return_sequences": False,
                "input_dim": 3,
                "output_dim": 2,
            },
        ),
        layer(
            "Dense",
            {
                "name": "dense_1",
                "trainable": True,
                "output_dim": 1,
                "init": "glorot_uniform",
                "activation": "linear",
                "activity_regularizer": None,
                "W_constraint": None,
                "b_constraint": None,
                "bias": True,
                "input_dim": None,
                **noise,
            },
        ),
    ]
    record("weights1.h5", x, y)
    table, ids = x.reshape(-1, 2)[:5], np.array([[1, 2, 3, 4], [0, 4, 2, 2]])
    weights = [("embedding_1", [("embedding_1_W", table)]), weights[0], ("dropout_1", []), *weights[1:]]
    write_h5("sequential1.h5", weights, "1.2.2", {"class_name": "Sequential", "config": layers}, suffix="")
    a = recurrent("LSTM", table[ids], lstm, rec="hard_sigmoid 2")
    record("sequential1.h5", ids, dense(recurrent("GRU", a, gru, sequences=False), head))


# --- Keras 3 ----------------------------------------------------------------------------------------------------------------


def keras3():
    gru = recurrent_weights("GRU", 3, 4, reset_after=True)
    norm = [draw(4), draw(4)]
    simple = recurrent_weights("SimpleRNN", 4, 3)
    second = recurrent_weights("GRU", 3, 2, reset_after=True)
    head = [draw(2, 2), draw(2)]
    x = draw(2, 5, 3)
    a = normalized(recurrent("GRU", x, gru, rec="hard_sigmoid 3"), norm, 1e-3)
    b = recurrent("SimpleRNN", a, simple, act="relu")
    y = dense(recurrent("GRU", b, second), head, "tanh")
    shapes = [[None, None, n] for n in [3, 4, 4, 3, 2]]
    chain = [
        ("gru", "GRU", recurrent3("gru", 4, rec="hard_sigmoid", return_sequences=True, reset_after=True)),
        (
            "layer_normalization",
            "LayerNormalization",
            {
                **common2("layer_normalization", axis=-1, epsilon=0.001, center=True, scale=True, rms_scaling=False),
                "dtype": POLICY,
                **{f"{of}_{rule}": None for of in ["beta", "gamma"] for rule in ["regularizer", "constraint"]},
                "beta_initializer": initializer3("Zeros"),
                "gamma_initializer": initializer3("Ones"),
            },
        ),
        ("simple_rnn", "SimpleRNN", recurrent3("simple_rnn", 3, act="relu", return_sequences=True)),
        ("gru_1", "GRU", recurrent3("gru_1", 2, rec="sigmoid", return_sequences=True, reset_after=True)),
        (
            "time_distributed",
            "TimeDistributed",
            {**common2("time_distributed"), "dtype": POLICY, "layer": layer3("Dense", in3(dense2("dense", 2, "tanh")))},
        ),
    ]
    layers = [
        layer3(
            "InputLayer",
            {"batch_shape": [None, None, 3], "dtype": "float32", "sparse": False, "ragged": False, "name": "input_layer"},
            name="input_layer",
            inbound_nodes=[],
        )
    ]
    before = "input_layer"
    for (name, kind, config), shape in zip(chain, shapes):
        config.pop("seed", None)
        nodes = node3(before, shape, training=False, mask=None) if kind != "LayerNormalization" else node3(before, shape)
        layers.append(layer3(kind, config, shape, name=name, inbound_nodes=nodes))
        before = name
    config = {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {
            "name": "functional",
            "trainable": True,
            "layers": layers,
            "input_layers": [["input_layer", 0, 0]],
            "output_layers": [[before, 0, 0]],
        },
        "registered_name": "Functional",
        "build_config": {"input_shape": None},
        "compile_config": {"optimizer": {"module": "keras.optimizers", "class_name": "Adam", "config": {}}, "loss": "mse"},
    }
    groups = [
        ("layers/input_layer", []),
        ("layers/gru/cell", gru),
        ("layers/layer_normalization", norm),
        ("layers/simple_rnn/cell", simple),
        ("layers/gru_1/cell", second),
        ("layers/time_distributed/layer", head),
    ]
    seeds = [f"layers/{name}/cell/seed_generator" for name in ["gru", "simple_rnn", "gru_1"]]
    write_keras("functional3.keras", config, groups, seeds=seeds, optimizer=True)
    write_weights3(os.path.join(FOLDER, "only3.weights.h5"), groups, seeds=seeds)
    for file in ["functional3.keras", "only3.weights.h5"]:
        record(file, x, y)


# --- Keras 3: a model within a model, a stack of cells, two directions ------------------------------------------------------


def nested3():
    cells = [recurrent_weights("LSTM", 2, 3), recurrent_weights("GRU", 3, 2, reset_after=True), recurrent_weights("LSTM", 2, 2)]
    both = [recurrent_weights("LSTM", 2, 2) for _ in range(2)]
    head = [draw(2, 3), draw(3)]
    last = [draw(3, 1), draw(1)]
    x = draw(2, 4, 2)
    a = x
    for kind, w in zip(["LSTM", "GRU", "LSTM"], cells):
        a = recurrent(kind, a, w)
    forward, backward = [recurrent("LSTM", a, w, backwards=k == 1) for k, w in enumerate(both)]
    b = forward + backward[:, ::-1]
    y = dense(dense(b, head, "relu"), last)

    def cell(kind, name, units, **more):
        drop = ["return_sequences", "return_state", "go_backwards", "stateful", "unroll", "activity_regularizer"]
        config = {key: value for key, value in recurrent3(name, units, rec="sigmoid", **more).items() if key not in drop}
        config.pop("zero_output_for_mask")
        return {"module": "keras.layers", "class_name": kind, "config": config, "registered_name": None}

    stack = layer3(
        "StackedRNNCells",
        {
            **common2("stacked_rnn_cells"),
            "dtype": POLICY,
            "cells": [
                cell("LSTMCell", "lstm_cell", 3, unit_forget_bias=True),
                cell("GRUCell", "gru_cell", 2, reset_after=True),
                cell("LSTMCell", "lstm_cell_1", 2, unit_forget_bias=True),
            ],
        },
    )
    rnn = {
        **common2("rnn"),
        "dtype": POLICY,
        "return_sequences": True,
        "return_state": False,
        "go_backwards": False,
        "stateful": False,
        "unroll": False,
        "zero_output_for_mask": False,
        "cell": stack,
    }
    direction = recurrent3("forward_lstm", 2, rec="sigmoid", return_sequences=True, unit_forget_bias=True)
    backward_config = {**direction, "name": "backward_lstm", "go_backwards": True}
    inner = [
        layer3("InputLayer", {"batch_shape": [None, None, 2], "dtype": "float32", "sparse": False, "name": "input_layer_1"}),
        layer3("Dense", in3(dense2("dense", 3, "relu"))),
    ]
    layers = [
        layer3("InputLayer", {"batch_shape": [None, None, 2], "dtype": "float32", "sparse": False, "name": "input_layer"}),
        layer3("RNN", rnn),
        layer3(
            "Bidirectional",
            {
                **common2("bidirectional"),
                "dtype": POLICY,
                "merge_mode": "sum",
                "layer": layer3("LSTM", direction),
                "backward_layer": layer3("LSTM", backward_config),
            },
        ),
        {
            "module": "keras",
            "class_name": "Sequential",
            "config": {"name": "sequential", "trainable": True, "dtype": POLICY, "layers": inner},
            "registered_name": None,
        },
        layer3("Dense", in3(dense2("dense_1", 1))),
    ]
    for each in layers + inner:
        each["config"].pop("seed", None)
    config = {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "sequential_1", "trainable": True, "dtype": POLICY, "layers": layers},
        "registered_name": None,
    }
    groups = [
        ("layers/rnn/cell", []),
        ("layers/rnn/cell/cells/lstm_cell", cells[0]),
        ("layers/rnn/cell/cells/gru_cell", cells[1]),
        ("layers/rnn/cell/cells/lstm_cell_1", cells[2]),
        ("layers/bidirectional/forward_layer/cell", both[0]),
        ("layers/bidirectional/backward_layer/cell", both[1]),
        ("layers/sequential/layers/dense", head),
        ("layers/dense", last),
    ]
    write_keras("nested3.keras", config, groups)
    record("nested3.keras", x, y)


def tiny3():
    lstm, x = recurrent_weights("LSTM", 2, 1), draw(1, 3, 2)
    config = recurrent3("lstm", 1, rec="sigmoid", unit_forget_bias=True)
    config.pop("seed")
    layers = [layer3("InputLayer", {"batch_shape": [None, None, 2], "name": "input_layer"}), layer3("LSTM", config)]
    model = {"module": "keras", "class_name": "Sequential", "config": {"name": "sequential", "layers": layers}}
    write_keras("tiny3.keras", model, [("layers/lstm/cell", lstm)])
    record("tiny3.keras", x, recurrent("LSTM", x, lstm, sequences=False))


# --- Forms of HDF5 --------------------------------------------------------------------------------------------------------------


def forms():
    a = np.arange(60, dtype=f32).reshape(6, 10) / 7
    with h5py.File(os.path.join(FOLDER, "forms.weights.h5"), "w") as f:
        g = f.create_group("layers/dense/vars")
        g.create_dataset("0", data=a, chunks=(4, 3), compression="gzip", shuffle=True)
        g.create_dataset("1", data=a.astype(">f8"), chunks=(5, 10))
        g.create_dataset("2", data=np.arange(5, dtype=np.float16), compression="gzip")
        g.create_dataset("3", data=np.zeros((0, 3), dtype=f32))
        g.create_dataset("4", data=np.int64(-7))
        for k in range(5, 40):
            g.create_dataset(str(k), data=np.uint8(k))
    with h5py.File(os.path.join(FOLDER, "latest.h5"), "w", libver="latest") as f:
        write_layers(f, [("dense_1", [("dense_1/kernel", a[:2]), ("dense_1/bias", a[0])])], "2.3.1")
        f.attrs["any length"] = np.array(["of", "texts ü"], dtype=h5py.string_dtype())
    with h5py.File(os.path.join(FOLDER, "many2.h5"), "w") as f:
        layers = [(f"dense_{k}", [(f"dense_{k}/kernel", np.full((1, 1), k, dtype=f32))]) for k in range(20)]
        write_layers(f, layers, "2.3.1")
        names = f.attrs["layer_names"]
        del f.attrs["layer_names"]
        f.attrs["layer_names0"], f.attrs["layer_names1"] = names[:13], names[13:]


def frozen():
    """A model within a model with one frozen layer, whose arrays Keras 2 writes last."""
    arrays = [
        (f"{name}/{of}", array)
        for name in ["lstm_2", "lstm_1"]
        for of, array in zip(NAMES, recurrent_weights("LSTM", 3, 3))
    ]
    first = recurrent2("lstm_1", 3, rec="sigmoid", return_sequences=True, trainable=False, batch_input_shape=[None, None, 3])
    layers = [layer("LSTM", first), layer("LSTM", recurrent2("lstm_2", 3, rec="sigmoid"))]
    inner = layer("Sequential", {"name": "enc", "layers": layers})
    config = {"class_name": "Sequential", "config": {"name": "s", "layers": [inner]}}
    write_h5("frozen2.h5", [("enc", arrays)], "2.3.1", config)


os.makedirs(FOLDER, exist_ok=True)
for write in [keras2, cudnn, keras1, keras3, nested3, tiny3, forms, frozen]:
    write()
with open(os.path.join(FOLDER, "expected.json"), "w") as out:
    json.dump(expected, out, separators=(",", ":"))
    out.write("\n")
