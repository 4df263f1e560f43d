"""Records what ONNX Runtime computes with DTLN's first model, frame by frame: python record.py dtln_model_1.onnx dtln_model_1.json"""

import base64, json, sys

import numpy as np
import onnxruntime

FRAMES, BINS, EVERY, SEED = 300, 257, 10, 7


def mulberry32(seed):
    """The numbers of spec/support/mulberry32.ts."""
    state = seed
    while True:
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((state ^ (state >> 15)) * (state | 1)) & 0xFFFFFFFF
        t = (((t + (((t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF) ^ t) & 0xFFFFFFFF
        yield ((t ^ (t >> 14)) & 0xFFFFFFFF) / 2**32


def encoded(array):
    return base64.b64encode(np.asarray(array, "<f4").tobytes()).decode()


session = onnxruntime.InferenceSession(sys.argv[1])
(x_name, state_name), (mask_name, next_name) = ([v.name for v in values] for values in (session.get_inputs(), session.get_outputs()))
random = mulberry32(SEED)
state = np.zeros([1, 2, 128, 2], np.float32)
masks = []
for frame in range(FRAMES):
    loudness = 10 ** (4 * next(random) - 3)  # from quiet to loud
    x = np.array([loudness * next(random) ** 2 for _ in range(BINS)], np.float32).reshape(1, 1, BINS)
    mask, state = session.run([mask_name, next_name], {x_name: x, state_name: state})
    if frame % EVERY == EVERY - 1:
        masks.append(mask.ravel())
result = {
    "origin": {"peer": "ONNX Runtime CPU", "version": onnxruntime.__version__, "licence_of_peer": "MIT"},
    "semantics": "part 1 of DTLN (breizhn/DTLN, MIT), one frame at a time with its states: magnitudes of 257 bins to a mask; "
    "x = l·u² with l = 10^(4u − 3) once a frame, u from mulberry32; masks of every tenth frame, and the last state "
    "[layer, unit, (h, c)]; float32 in base64",
    "tolerance": {"abs": 5e-6, "rel": 0},
    "frames": FRAMES, "every": EVERY, "seed": SEED,
    "masks": encoded(masks), "state": encoded(state),
}
with open(sys.argv[2], "w") as file:
    json.dump(result, file, indent=1, ensure_ascii=False)
    file.write("\n")
