# PyTorch on one thread, with the protocol of ../protocol.mjs.
import json
import os
import sys
import time

try:
    import numpy
    import torch
except ImportError as error:
    print(json.dumps({"missing": str(error)}), flush=True)
    sys.exit()

torch.set_num_threads(1)
torch.set_num_interop_threads(1)
CLIP = 1.0
# Our blocks in PyTorch's order: LSTM i f g o, GRU r z n. Its z is 1 - z here, so the update gate is negated.
LAYOUTS = {"LSTM": (torch.nn.LSTM, 4, ()), "GRU reset after": (torch.nn.GRU, 3, (1,))}


def read(folder, name, *shape):
    return torch.from_numpy(numpy.fromfile(os.path.join(folder, name + ".f32"), dtype=numpy.float32).reshape(shape))


def load_weights(net, layer, folder, I, H):
    _, gates, negated = LAYOUTS[layer]

    def moved(name, rows):
        values = read(folder, name, rows, gates, H).clone()
        for gate in negated:
            values[:, gate] *= -1
        return values.reshape(rows, gates * H)

    bias, recurrent_bias = moved("bias", 1)[0], torch.zeros(gates * H)
    if layer == "GRU reset after":
        recurrent_bias[2 * H :] = read(folder, "recurrentBias", H)
    with torch.no_grad():
        net.weight_ih_l0.copy_(moved("kernel", I).T)
        net.weight_hh_l0.copy_(moved("recurrentKernel", H).T)
        net.bias_ih_l0.copy_(bias)
        net.bias_hh_l0.copy_(recurrent_bias)


def batch_first(values):
    return values.transpose(0, 1).contiguous().numpy()


def streaming(net, x):
    steps = list(x.split(1))

    def result():
        with torch.no_grad():
            return batch_first(net(x)[0])

    state = [None, 0]

    def run():
        with torch.no_grad():
            _, state[0] = net(steps[state[1] % len(steps)], state[0])
        state[1] += 1

    return run, result


def sequence(net, x, dy):
    optimizer = torch.optim.Adam(net.parameters(), lr=0.0)
    x.requires_grad_()

    def run():
        x.grad = None
        optimizer.zero_grad(set_to_none=True)
        net(x)[0].backward(dy)
        torch.nn.utils.clip_grad_norm_(net.parameters(), CLIP)
        optimizer.step()

    def result():
        run()
        return batch_first(x.grad)

    return run, result


def prepare(layer, does, shape, folder):
    B, I, H = shape["B"], shape["I"], shape["H"]
    net = LAYOUTS[layer][0](I, H)
    load_weights(net, layer, folder, I, H)
    x = read(folder, "x", B, -1, I).transpose(0, 1).contiguous()
    if does == "step":
        return streaming(net, x)
    if does == "training step":
        return sequence(net, x, read(folder, "dy", B, -1, H).transpose(0, 1).contiguous())

    def run():
        with torch.no_grad():
            return net(x)[0]

    return run, lambda: batch_first(run())


def time_runs(run, times):
    used, begun = time.process_time(), time.perf_counter()
    for _ in range(times):
        run()
    wall = time.perf_counter() - begun
    return {"seconds": max(1e-6, time.process_time() - used), "wall": wall}


def main():
    print(json.dumps({"version": torch.__version__ + ", Python " + sys.version.split()[0]}), flush=True)
    run = result = None
    for line in sys.stdin:
        command = json.loads(line)
        try:
            if command["do"] == "prepare":
                run, result = prepare(*(command[name] for name in ("layer", "does", "shape", "folder")))
                answer = {"verified": True}
            elif command["do"] == "result":
                values = result()
                values.tofile(command["file"])
                answer = {"numbers": values.size}
            else:
                answer = time_runs(run, command["times"])
        except Exception as error:  # the parent decides what an error means
            answer = {"error": str(error).split("\n")[0]}
        print(json.dumps(answer), flush=True)


main()
