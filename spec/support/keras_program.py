"""Runs a program of toKerasNpz in a folder with its weights and x.npy, and writes what its model computes, to y.npy."""

import os
import sys

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, "keras_stub")]
os.chdir(sys.argv[1])
import keras

keras.HARD_SIGMOID = f"hard_sigmoid {sys.argv[2]}"
names = {}
with open("program.py") as file:
    exec(file.read(), names)
np.save("y.npy", names["model"].predict(np.load("x.npy")))
