"""Writes toy-network.pkl: a small network of the 2D example in the form of the official pickles.

The objects are pickled as the official `torch_utils.persistence` does it, by a function that is
given a dictionary with the class's name, its source and its state; the source is left out.
"""

import pickle
import sys
import types

import torch


def module(name, **members):
    module = types.ModuleType(name)
    for key, value in members.items():
        setattr(module, key, value)
        if hasattr(value, "__module__"):
            value.__module__ = name
            value.__qualname__ = key
    sys.modules[name] = module
    return module


class EasyDict(dict):
    pass


def _reconstruct_persistent_obj(meta):
    raise NotImplementedError


module("torch_utils")
module("torch_utils.persistence", _reconstruct_persistent_obj=_reconstruct_persistent_obj)
module("dnnlib")
module("dnnlib.util", EasyDict=EasyDict)


class Persistent(torch.nn.Module):
    def __reduce__(self):
        meta = EasyDict(
            type="class", version=6, module_src="", class_name=type(self).__name__,
            state=self.__dict__)
        return _reconstruct_persistent_obj, (meta,)


class MPSiLU(Persistent):
    pass


class MPLinear(Persistent):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(outputs, inputs))


class ToyModel(Persistent):
    def __init__(self, features, layers):
        super().__init__()
        self.sigma_data = 0.5
        self.layers = torch.nn.Sequential(MPLinear(4, features))
        for _ in range(layers):
            self.layers.append(MPSiLU())
            self.layers.append(MPLinear(features, features))
        self.gain = torch.nn.Parameter(torch.tensor(0.25))


torch.manual_seed(0)
with open("toy-network.pkl", "wb") as file:
    pickle.dump(ToyModel(8, 2), file, protocol=4)
