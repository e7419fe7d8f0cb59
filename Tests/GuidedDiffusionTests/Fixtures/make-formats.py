"""Writes the formats-* fixtures: the same tensors in every format, and what they contain as JSON.

Needs PyTorch and NumPy: python make-formats.py
"""

import collections
import json
import pickle

import numpy as np
import torch


def tensors():
    """Tensors of every type, with every kind of stride."""
    torch.manual_seed(1)
    shared = torch.randn(24)
    result = collections.OrderedDict(
        f64=torch.randn(3, 2, dtype=torch.float64),
        f32=torch.randn(2, 3, 4),
        f16=torch.randn(5).half(),
        bf16=torch.randn(4, 2).bfloat16(),
        i64=torch.tensor([[-(2**53), 2**53], [0, -1]]),
        i32=torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
        i16=torch.tensor([-(2**15), 2**15 - 1], dtype=torch.int16),
        i8=torch.tensor([-128, 127], dtype=torch.int8),
        u8=torch.tensor([0, 255], dtype=torch.uint8),
        bool=torch.tensor([True, False, True]),
        scalar=torch.tensor(0.25),
        empty=torch.zeros(0, 3),
        transposed=torch.arange(12.0).reshape(3, 4).t(),
        channels_last=torch.randn(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
        sliced=torch.arange(40.0).reshape(5, 8)[1::2, 2:7:2],
        expanded=torch.tensor([1.0, 2.0]).reshape(2, 1).expand(2, 3),
        shared_a=shared[:12].reshape(3, 4),
        shared_b=shared[6:].reshape(9, 2),
        parameter=torch.nn.Parameter(torch.randn(3)),
    )
    return result


def arrays():
    """NumPy arrays of several types and orders."""
    rng = np.random.RandomState(2)
    return {
        "c": rng.randn(2, 3),
        "fortran": np.asfortranarray(rng.randn(3, 4).astype(np.float32)),
        "half": rng.randn(3).astype(np.float16),
        "int": np.arange(-3, 3, dtype=np.int64).reshape(2, 3),
        "flag": np.array([True, False]),
    }


def expectation(value):
    """Type, shape and elements of a tensor or array, row-major."""
    array = value.detach().double().numpy() if torch.is_tensor(value) else value
    names = {"float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16"}
    names |= {"int64": "I64", "int32": "I32", "int16": "I16", "int8": "I8", "uint8": "U8"}
    kind = str(value.dtype).removeprefix("torch.")
    return {
        "type": names.get(kind, "BOOL"),
        "shape": list(array.shape),
        "elements": [float(x) for x in np.asarray(array).reshape(-1)],
    }


def flattened(value, prefix=""):
    """The names that the reader gives."""
    if torch.is_tensor(value) or isinstance(value, np.ndarray):
        return {prefix: expectation(value)}
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    found = {}
    for key, item in pairs:
        if torch.is_tensor(item) or isinstance(item, (np.ndarray, dict, list, tuple)):
            found |= flattened(item, f"{prefix}.{key}" if prefix else str(key))
    return found


class Container(torch.nn.Module):
    """A module whose state dictionary carries metadata as an attribute."""

    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 3)


archive = {"model": tensors(), "list": [torch.ones(2), {"x": torch.zeros(1)}], "step": 7}
torch.manual_seed(3)
archive["state"] = Container().state_dict()
torch.save(archive, "formats-zip.pt")
torch.save(archive, "formats-legacy.pt", _use_new_zipfile_serialization=False)
with open("formats-archive.json", "w") as file:
    json.dump(flattened(archive), file)

objects = {
    "tensors": tensors(),
    "arrays": arrays(),
    "values": {
        "none": None, "true": True, "long": 2**70, "negative": -(2**40), "float": 0.1,
        "text": "äöü", "bytes": b"\x00\xff", "bytearray": bytearray(b"ab"), "set": {1},
        "frozenset": frozenset([2]), "numpy": np.float64(0.5), "numpy_int": np.int64(-7),
        "size": torch.Size([2, 3]), "device": torch.device("cpu"), "type": torch.float16,
    },
    0: {"key": torch.tensor([1.5])},
}
objects["again"] = objects["tensors"]["f32"]
for protocol in [2, 3, 4, 5]:
    with open(f"formats-protocol{protocol}.pkl", "wb") as file:
        pickle.dump(objects, file, protocol=protocol)
with open("formats-pickle.json", "w") as file:
    json.dump(flattened(objects), file)
