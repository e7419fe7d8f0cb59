"""Writes options.pkl: an EDM2 snapshot in the published structure whose every option differs from
the default, and options.json with what was chosen.

Needs PyTorch and NumPy: python make-options.py
"""

import json
import pickle
import sys
import types

import numpy as np
import torch


def module(name, **members):
    """A module of the given name, so that pickles name what the published files name."""
    found = types.ModuleType(name)
    for key, member in members.items():
        member.__module__ = name
        member.__qualname__ = key
        setattr(found, key, member)
    sys.modules[name] = found
    return found


class EasyDict(dict):
    pass


def _reconstruct_persistent_obj(meta):
    raise NotImplementedError


for parent in ["dnnlib", "torch_utils"]:
    module(parent)
module("dnnlib.util", EasyDict=EasyDict)
module("torch_utils.persistence", _reconstruct_persistent_obj=_reconstruct_persistent_obj)


class Persistent:
    """An object whose class travels as source text."""

    def __init__(self, name, state):
        self.meta = EasyDict(
            type="class", version=6, module_src="# left out\n", class_name=name, state=state
        )

    def __reduce__(self):
        return _reconstruct_persistent_obj, (self.meta,)


def network(name, parameters=(), buffers=(), modules=(), **options):
    """A module with the bookkeeping of some version of torch, and an entry that none has."""
    state = dict(training=False, _parameters=dict(parameters), _buffers=dict(buffers))
    state |= dict(_from_the_future={"ignored": True}, _backward_hooks={}, _modules=dict(modules))
    return Persistent(name, state | options)


def conv(*shape, dtype=torch.float32):
    weight = torch.nn.Parameter(torch.randn(shape, dtype=dtype), requires_grad=False)
    return network("MPConv", parameters={"weight": weight}, out_channels=shape[0])


def gain():
    return torch.nn.Parameter(torch.tensor(0.5), requires_grad=False)


def fourier(width):
    buffers = {"freqs": torch.randn(width), "phases": torch.rand(width)}
    return network("MPFourier", buffers=buffers)


chosen = dict(
    imageResolution=12, imageChannels=2, labelCount=3, sigmaData=0.6, levelChannels=[4, 12, 6],
    noiseChannels=5, embeddingChannels=7, blocksPerLevel=2, attentionResolutions=[6],
    channelsPerHead=6, resampleFilter=[1, 3, 3, 1], labelBalance=0.4, concatBalance=0.6,
    residualBalance=0.25, attentionBalance=0.35, activationClip=None, dropout=0.15,
    logvarChannels=9, usesHalfPrecision=False,
)


def block(flavor, mode, cin, cout, attends):
    heads = cout // chosen["channelsPerHead"] if attends else 0
    middle = cout if flavor == "enc" else cin
    modules = {
        "conv_res0": conv(cout, middle, 3, 3),
        "emb_linear": conv(cout, chosen["embeddingChannels"], dtype=torch.bfloat16),
        "conv_res1": conv(cout, cout, 3, 3),
        "conv_skip": conv(cout, cin, 1, 1) if cin != cout else None,
        "attn_qkv": conv(cout * 3, cout, 1, 1) if heads else None,
        "attn_proj": conv(cout, cout, 1, 1) if heads else None,
    }
    return network(
        "Block", parameters={"emb_gain": gain()}, modules=modules, out_channels=cout,
        flavor=flavor, resample_filter=chosen["resampleFilter"], resample_mode=mode,
        num_heads=heads, dropout=chosen["dropout"], res_balance=chosen["residualBalance"],
        attn_balance=chosen["attentionBalance"], clip_act=chosen["activationClip"],
    )


def halves():
    enc, dec, skips = {}, {}, []
    widths, edge = chosen["levelChannels"], chosen["imageResolution"]
    cout = chosen["imageChannels"] + 1
    for level, width in enumerate(widths):
        size = edge >> level
        attends = size in chosen["attentionResolutions"]
        if level == 0:
            enc[f"{size}x{size}_conv"], cout = conv(width, cout, 3, 3), width
        else:
            enc[f"{size}x{size}_down"] = block("enc", "down", cout, cout, False)
        skips.append(cout)
        for index in range(chosen["blocksPerLevel"]):
            enc[f"{size}x{size}_block{index}"] = block("enc", "keep", cout, width, attends)
            cout = width
            skips.append(cout)
    for level, width in reversed(list(enumerate(widths))):
        size = edge >> level
        attends = size in chosen["attentionResolutions"]
        if level == len(widths) - 1:
            dec[f"{size}x{size}_in0"] = block("dec", "keep", cout, cout, True)
            dec[f"{size}x{size}_in1"] = block("dec", "keep", cout, cout, False)
        else:
            dec[f"{size}x{size}_up"] = block("dec", "up", cout, cout, False)
        for index in range(chosen["blocksPerLevel"] + 1):
            joined = cout + skips.pop()
            dec[f"{size}x{size}_block{index}"] = block("dec", "keep", joined, width, attends)
            cout = width
    return enc, dec, cout


torch.manual_seed(4)
enc, dec, width = halves()
unet = network(
    "UNet", parameters={"out_gain": gain()}, label_balance=chosen["labelBalance"],
    concat_balance=chosen["concatBalance"],
    modules={
        "emb_fourier": fourier(chosen["noiseChannels"]),
        "emb_noise": conv(chosen["embeddingChannels"], chosen["noiseChannels"]),
        "emb_label": conv(chosen["embeddingChannels"], chosen["labelCount"]),
        "enc": network("ModuleDict", modules=enc),
        "dec": network("ModuleDict", modules=dec),
        "out_conv": conv(chosen["imageChannels"], width, 3, 3),
    },
)
precond = network(
    "Precond", img_resolution=chosen["imageResolution"], img_channels=chosen["imageChannels"],
    label_dim=chosen["labelCount"], use_fp16=False, sigma_data=chosen["sigmaData"],
    modules={
        "unet": unet,
        "logvar_fourier": fourier(chosen["logvarChannels"]),
        "logvar_linear": conv(1, chosen["logvarChannels"]),
    },
)
encoder = Persistent(
    "StabilityVAEEncoder",
    {"scale": np.float32([0.5, 0.25]), "bias": np.float32([-1, 2]), "_vae": None},
)
with open("options.pkl", "wb") as file:
    pickle.dump(EasyDict(ema=None, net=precond, encoder=encoder), file, protocol=2)
with open("options.json", "w") as file:
    json.dump(chosen, file)
