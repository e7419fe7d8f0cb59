"""Writes snapshots.json: name, type, shape and SHA-256 of the elements of every weight in the
snapshots beside it, as Python's own pickle and PyTorch read them.

Needs PyTorch: python make-snapshots.py
"""

import hashlib
import json
import pickle

import torch

SNAPSHOTS = "fashion-main fashion-weak small-latent tiny-cond tiny-uncond tiny-weak".split()
TYPES = {torch.float16: "F16", torch.bfloat16: "BF16", torch.float32: "F32"}


class Object:
    """Stands for any object with a state."""

    def __init__(self, meta=None):
        self.state = meta["state"] if meta else None

    def __setstate__(self, state):
        self.state = state


class Reader(pickle.Unpickler):
    """Reads snapshots without the code of their classes."""

    def find_class(self, module, name):
        if module.startswith(("torch_utils", "torch.nn.modules")):
            return Object
        return dict if name == "EasyDict" else super().find_class(module, name)


def weights(module, prefix=""):
    """All parameters and buffers by their names in the state dictionary."""
    found = {}
    for key, value in [*module.state["_parameters"].items(), *module.state["_buffers"].items()]:
        found[prefix + key] = value.detach()
    for key, child in module.state["_modules"].items():
        if child is not None:
            found |= weights(child, f"{prefix}{key}.")
    return found


def summary(tensor):
    digest = hashlib.sha256(tensor.contiguous().flatten().view(torch.uint8).numpy().tobytes())
    shape = "x".join(map(str, tensor.shape))
    return f"{TYPES[tensor.dtype]} {shape} {digest.hexdigest()[:16]}"


result = {}
for name in SNAPSHOTS:
    with open(f"{name}.pkl", "rb") as file:
        network = Reader(file).load()["ema"]
    result[name] = {key: summary(value) for key, value in weights(network).items()}
with open("snapshots.json", "w") as file:
    json.dump(result, file)
