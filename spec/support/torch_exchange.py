"""Loads a state dict that this library wrote into PyTorch, takes a training step, and writes what PyTorch computed.

Arguments: a folder with spec.json, weights.safetensors and inputs.npz. Writes outputs.npz, after.pt and after.safetensors.
"""

import json
import sys

import numpy as np
import torch

folder = sys.argv[1]
sys.path.insert(0, folder)
from arrays import load_arrays, save_arrays  # the functions of docs/from-pytorch.md

torch.set_default_dtype(torch.float64)
with open(f"{folder}/spec.json") as file:
    spec = json.load(file)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = getattr(torch.nn, spec["kind"])(**spec["options"], batch_first=True)
        self.norm = torch.nn.LayerNorm(spec["width"])
        self.fc = torch.nn.Linear(spec["width"], 2)

    def forward(self, x):
        return self.fc(self.norm(self.rnn(x)[0]))


model = Net()
state = {name: torch.from_numpy(array.copy()) for name, array in load_arrays(f"{folder}/weights.safetensors").items()}
model.load_state_dict(state)  # strict: all names and shapes
if spec["freeze"]:
    for name, parameter in model.named_parameters():
        parameter.requires_grad_("bias_hh" not in name)
x = torch.from_numpy(np.load(f"{folder}/inputs.npz")["x"])
y = model(x)
loss = (y**2).mean()
loss.backward()
gradients = {f"d {name}": p.grad.numpy().copy() for name, p in model.named_parameters() if p.grad is not None}
torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=spec["rate"]).step()
np.savez_compressed(f"{folder}/outputs.npz", y=y.detach().numpy(), loss=loss.detach().numpy(), **gradients)
torch.save({"epoch": 1, "model": model.state_dict()}, f"{folder}/after.pt")
save_arrays({name: value.numpy() for name, value in model.state_dict().items()}, f"{folder}/after.safetensors")
