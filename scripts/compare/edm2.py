"""EDM2 networks (arXiv 2312.02696, Figure 21, config G) in PyTorch, written from the equations.

Module names are those of the published state dictionaries. A tensor image is [N, C, H, W].
By default weights are normalised in every forward pass, as the official code does it; `keep`
keeps those of the first pass.
"""

import json
import math
import struct

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

EPSILON = 1e-4


def normalize(x, dims):
    """x / (eps + rms(x)), the mean taken over `dims` (eq. 66)."""
    rms = torch.linalg.vector_norm(x, dim=dims, keepdim=True, dtype=torch.float32)
    count = math.prod(x.shape[d] for d in dims)
    return x / (EPSILON + rms / math.sqrt(count)).to(x.dtype)


def mp_silu(x):
    """Magnitude-preserving SiLU (eq. 81)."""
    return F.silu(x) / 0.596


def mp_sum(a, b, balance):
    """Magnitude-preserving sum (eq. 88)."""
    return torch.lerp(a, b, balance) / math.hypot(1 - balance, balance)


def mp_cat(a, b, balance):
    """Magnitude-preserving concatenation (eq. 103)."""
    (na, nb) = (a.shape[1], b.shape[1])
    scale = math.sqrt((na + nb) / ((1 - balance) ** 2 + balance**2))
    wa, wb = scale * (1 - balance) / math.sqrt(na), scale * balance / math.sqrt(nb)
    return torch.cat([a * wa, b * wb], dim=1)


class MPConv(nn.Module):
    """Convolution or linear layer with normalised weights (eq. 47), without bias."""

    keep = False

    def __init__(self, inputs, outputs, kernel=0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, *[kernel] * 2 * (kernel > 0)))
        self.kept = None

    def effective_weight(self, gain, dtype):
        if self.kept is not None:
            return self.kept
        w = self.weight.float()
        fan_in = w[0].numel()
        w = normalize(w, list(range(1, w.ndim))) * (gain / math.sqrt(fan_in))
        w = w.to(dtype)
        if self.keep:
            # Channels-last modules have weights in that order; the product keeps it.
            self.kept = w.detach()
        return w

    def forward(self, x, gain=1.0):
        w = self.effective_weight(gain, x.dtype)
        if w.ndim == 2:
            return x @ w.t()
        return F.conv2d(x, w, padding=w.shape[-1] // 2)


class MPFourier(nn.Module):
    """Fourier features of a number per image (eq. 75)."""

    def __init__(self, width):
        super().__init__()
        self.register_buffer("freqs", 2 * math.pi * torch.randn(width))
        self.register_buffer("phases", 2 * math.pi * torch.rand(width))

    def forward(self, x):
        return math.sqrt(2) * torch.cos(torch.outer(x, self.freqs) + self.phases)


def resample(x, taps, direction):
    """Half or double the resolution with a separable filter, zero padding."""
    if direction is None:
        return x
    taps = torch.tensor(taps, dtype=x.dtype, device=x.device)
    taps = taps / taps.sum()
    kernel = torch.outer(taps, taps).repeat(x.shape[1], 1, 1, 1)
    options = dict(stride=2, padding=(len(taps) - 1) // 2, groups=x.shape[1])
    if direction == "down":
        return F.conv2d(x, kernel, **options)
    return F.conv_transpose2d(x, 4 * kernel, **options)


class Block(nn.Module):
    """Encoder or decoder block."""

    def __init__(self, flavor, inputs, outputs, config, direction=None, attends=False):
        super().__init__()
        self.flavor, self.config, self.direction = flavor, config, direction
        self.emb_gain = nn.Parameter(torch.tensor(0.5))
        self.conv_res0 = MPConv(outputs if flavor == "enc" else inputs, outputs, 3)
        self.emb_linear = MPConv(config["embeddingChannels"], outputs)
        self.conv_res1 = MPConv(outputs, outputs, 3)
        self.conv_skip = MPConv(inputs, outputs, 1) if inputs != outputs else None
        self.heads = outputs // config["channelsPerHead"] if attends else 0
        if self.heads:
            self.attn_qkv = MPConv(outputs, 3 * outputs, 1)
            self.attn_proj = MPConv(outputs, outputs, 1)

    def skip(self, x):
        return x if self.conv_skip is None else self.conv_skip(x)

    def attention(self, x):
        n, c, h, w = x.shape
        # Channels of qkv: head, channel of the head, then q, k or v.
        qkv = self.attn_qkv(x).reshape(n, self.heads, c // self.heads, 3, h * w)
        q, k, v = normalize(qkv, [2]).unbind(3)
        scores = q.transpose(2, 3) @ k / math.sqrt(c // self.heads)
        y = v @ scores.softmax(dim=3).transpose(2, 3)
        return self.attn_proj(y.reshape(n, c, h, w))

    def forward(self, x, embedding):
        x = resample(x, self.config["resampleFilter"], self.direction)
        if self.flavor == "enc":
            x = normalize(self.skip(x), [1])
        y = self.conv_res0(mp_silu(x))
        factor = self.emb_linear(embedding, self.emb_gain) + 1
        y = self.conv_res1(mp_silu(y * factor[:, :, None, None].to(y.dtype)))
        if self.flavor == "dec":
            x = self.skip(x)
        x = mp_sum(x, y, self.config["residualBalance"])
        if self.heads:
            x = mp_sum(x, self.attention(x), self.config["attentionBalance"])
        clip = self.config["activationClip"]
        return x if clip is None else x.clamp(-clip, clip)


class UNet(nn.Module):
    """F(c_in x; c_noise, class)."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        widths, blocks = config["levelChannels"], config["blocksPerLevel"]
        self.emb_fourier = MPFourier(config["noiseChannels"])
        self.emb_noise = MPConv(config["noiseChannels"], config["embeddingChannels"])
        if config["labelCount"]:
            self.emb_label = MPConv(config["labelCount"], config["embeddingChannels"])
        self.enc, self.dec = nn.ModuleDict(), nn.ModuleDict()

        def name(level, kind):
            edge = config["imageResolution"] >> level
            return f"{edge}x{edge}_{kind}", edge in config["attentionResolutions"]

        width, skips = config["imageChannels"] + 1, []
        for level, channels in enumerate(widths):
            if level == 0:
                self.enc[name(0, "conv")[0]] = MPConv(width, channels, 3)
                width = channels
            else:
                down = Block("enc", width, width, config, direction="down")
                self.enc[name(level, "down")[0]] = down
            skips.append(width)
            for index in range(blocks):
                key, attends = name(level, f"block{index}")
                self.enc[key] = Block("enc", width, channels, config, attends=attends)
                width = channels
                skips.append(width)
        for level, channels in reversed(list(enumerate(widths))):
            if level == len(widths) - 1:
                self.dec[name(level, "in0")[0]] = Block("dec", width, width, config, attends=True)
                self.dec[name(level, "in1")[0]] = Block("dec", width, width, config)
            else:
                up = Block("dec", width, width, config, direction="up")
                self.dec[name(level, "up")[0]] = up
            for index in range(blocks + 1):
                key, attends = name(level, f"block{index}")
                inputs = width + skips.pop()
                self.dec[key] = Block("dec", inputs, channels, config, attends=attends)
                width = channels
        self.out_gain = nn.Parameter(torch.tensor(1.0))
        self.out_conv = MPConv(width, config["imageChannels"], 3)

    def forward(self, x, noise, labels):
        embedding = self.emb_noise(self.emb_fourier(noise))
        if labels is not None:
            label = self.emb_label(labels * math.sqrt(labels.shape[1]))
            embedding = mp_sum(embedding, label, self.config["labelBalance"])
        embedding = mp_silu(embedding)
        x = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
        skips = []
        for name, block in self.enc.items():
            x = block(x) if name.endswith("_conv") else block(x, embedding)
            skips.append(x)
        for name, block in self.dec.items():
            if "_block" in name:
                x = mp_cat(x, skips.pop(), self.config["concatBalance"])
            x = block(x, embedding)
        return self.out_conv(x, self.out_gain)


class Precond(nn.Module):
    """D(x; sigma, class) = c_skip x + c_out F(c_in x; c_noise, class) (EDM eq. 7)."""

    dtype = torch.float32

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.unet = UNet(config)
        self.logvar_fourier = MPFourier(config["logvarChannels"])
        self.logvar_linear = MPConv(config["logvarChannels"], 1)

    def forward(self, x, sigma, labels=None):
        sd = self.config["sigmaData"]
        s = sigma.reshape(-1, 1, 1, 1)
        total = s**2 + sd**2
        raw = self.unet((x / total.sqrt()).to(self.dtype), sigma.log() / 4, labels).float()
        return sd**2 / total * x + s * sd / total.sqrt() * raw

    def logvar(self, sigma):
        return self.logvar_linear(self.logvar_fourier(sigma.log() / 4)).flatten()

    def in_half_precision(self):
        """Images within the U-Net are in fp16; embeddings and parameters stay in fp32."""
        self.dtype = torch.float16
        return self

    def keep_weights(self):
        """From the next pass on, weights are no longer normalised again."""
        for module in self.modules():
            if isinstance(module, MPConv):
                module.keep = True
        return self


def published(name):
    """The configuration of a published size, for example edm2-img512-xs."""
    widths = dict(xs=128, s=192, m=256, l=320, xl=384, xxl=448)
    width = widths[name.split("-")[2]]
    return dict(
        imageResolution=64, imageChannels=4 if "img512" in name else 3, labelCount=1000,
        sigmaData=0.5, levelChannels=[width * k for k in (1, 2, 3, 4)], noiseChannels=width,
        embeddingChannels=4 * width, blocksPerLevel=3, attentionResolutions=[16, 8],
        channelsPerHead=64, resampleFilter=[1, 1], labelBalance=0.5, concatBalance=0.5,
        residualBalance=0.3, attentionBalance=0.3, activationClip=256, logvarChannels=128,
    )


TYPES = dict(F64=np.float64, F32=np.float32, F16=np.float16, I64=np.int64, U8=np.uint8)


def read_safetensors(path):
    """Tensors by name, and the metadata."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        array = np.frombuffer(data[begin:end], dtype=TYPES[entry["dtype"]])
        tensors[name] = torch.from_numpy(array.reshape(entry["shape"]).copy())
    return tensors, metadata


def load(path):
    """A network from a file that `autoguide convert` wrote, in fp32."""
    tensors, metadata = read_safetensors(path)
    network = Precond(json.loads(metadata["autoguide.config"]))
    network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    return network.eval().requires_grad_(False)
