"""Exports small PyTorch modules to ONNX, with what they compute: python record.py cases.json"""

import base64, io, json, sys

import torch
from torch import nn


class Spectrogram(nn.Module):
    """[B, features, T], as PyTorch convolves, to [B, T, classes]."""

    def __init__(self, features, channels, units, classes, **convolution):
        super().__init__()
        self.conv = nn.Conv1d(features, channels, 3, **convolution)
        self.gru = nn.GRU(channels, units, batch_first=True)
        self.norm = nn.LayerNorm(units)
        self.head = nn.Linear(units, classes)

    def forward(self, x):
        y = torch.relu(self.conv(x)).transpose(1, 2)
        y, _ = self.gru(y)
        return torch.softmax(self.head(torch.tanh(self.norm(y))), -1)


class Last(nn.Module):
    """[T, B, features], normalized before and after a convolution over time, to the last output of an LSTM."""

    def __init__(self):
        super().__init__()
        self.before = nn.LayerNorm(4, eps=1e-3)
        self.conv = nn.Conv1d(4, 3, 2, dilation=2, bias=False)
        self.after = nn.LayerNorm(3, elementwise_affine=True)
        self.lstm = nn.LSTM(3, 2)

    def forward(self, x):
        y = self.conv(self.before(x).permute(1, 2, 0)).permute(2, 0, 1)
        _, (h, _) = self.lstm(self.after(y))
        return h.squeeze(0)


CASES = [
    ("convolution_valid", lambda: Spectrogram(3, 4, 5, 2), [2, 3, 8], [0, 2, 1], {0: "batch", 2: "time"}),
    ("convolution_same", lambda: Spectrogram(2, 3, 2, 3, padding=1, bias=False), [1, 2, 6], [0, 2, 1], {0: "batch", 2: "time"}),
    ("convolution_strided", lambda: Spectrogram(2, 4, 3, 2, stride=2, dilation=2), [2, 2, 11], [0, 2, 1], {0: "batch", 2: "time"}),
    ("normalized_dilated_time_first", Last, [9, 2, 4], [1, 0, 2], {0: "time", 1: "batch"}),
]


def array(tensor):
    return {"shape": list(tensor.shape), "dtype": "float32", "data": [float(f"{v:.9g}") for v in tensor.flatten().tolist()]}


def case(k, name, make, shape, axes, dynamic):
    torch.manual_seed(k)
    module = make().eval()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_((torch.randn(parameter.shape) * 0.5 + 0.1).round(decimals=2))
        x = torch.randn(shape).round(decimals=2)
        y = module(x)
    file = io.BytesIO()
    torch.onnx.export(module, x, file, opset_version=17, input_names=["x"], output_names=["y"], dynamic_axes={"x": dynamic})
    return {
        "name": name, "axes": axes, "inputs": {"x": array(x)}, "expected": {"y": array(y)},
        "base64": base64.b64encode(file.getvalue()).decode(),
    }


result = {
    "origin": {"peer": "PyTorch", "version": torch.__version__, "licence_of_peer": "BSD-3-Clause", "dtype": "float32", "set": "public"},
    "tolerance": {"abs": 2e-6, "rel": 2e-5},
    "note": "modules exported by torch.onnx.export, with what they compute; axes: the axes of the input as [B, T, features]",
    "cases": [case(k, *each) for k, each in enumerate(CASES)],
}
head = ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in result.items() if key != "cases")
cases = ",\n".join("  " + json.dumps(case) for case in result["cases"])
with open(sys.argv[1], "w") as file:
    file.write(f'{{\n{head},\n "cases": [\n{cases}\n ]\n}}\n')
