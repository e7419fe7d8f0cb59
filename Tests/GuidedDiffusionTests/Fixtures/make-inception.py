"""Makes tiny-inception.pt and tiny-inception.safetensors: Inception-v3 (2015-12-05) with a
sixteenth of the channels and random weights, as a TorchScript archive and as a pytorch-fid state
dictionary, and what it makes of a few images in fp64.

    python make-inception.py
"""

import collections
import json
import struct

import numpy as np
import torch

DIVISOR = 16


class Layer(torch.nn.Module):
    def __init__(self, inputs: int, outputs: int, kernel, stride: int = 1, padding=0):
        super().__init__()
        kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
        fan_in = inputs * kernel[0] * kernel[1]
        weight = torch.randn(outputs, inputs, *kernel) * (2 / fan_in) ** 0.5
        self.weight = torch.nn.Parameter(weight)
        self.beta = torch.nn.Parameter(torch.randn(outputs) * 0.3)
        self.mean = torch.nn.Parameter(torch.randn(outputs) * 0.2)
        self.var = torch.nn.Parameter(torch.rand(outputs) + 0.5)
        self.stride = stride
        self.padding = padding

    def forward(self, x):
        y = torch.nn.functional.conv2d(x, self.weight.to(x.dtype), None, self.stride, self.padding)
        scale = (self.var.to(x.dtype) + 0.001).rsqrt()[:, None, None]
        mean, beta = self.mean.to(x.dtype)[:, None, None], self.beta.to(x.dtype)[:, None, None]
        return torch.relu((y - mean) * scale + beta)


def chain(*layers):
    """A Sequential whose convolutions are conv, conv_1, ... with a pool in front where given."""
    names, count = collections.OrderedDict(), 0
    for layer in layers:
        if isinstance(layer, Layer):
            names["conv" if count == 0 else f"conv_{count}"] = layer
            count += 1
        else:
            names["pool"] = layer
    return torch.nn.Sequential(names)


def average():
    return torch.nn.AvgPool2d(3, 1, 1, count_include_pad=False)


class A(torch.nn.Module):
    def __init__(self, n, pool):
        super().__init__()
        self.conv = Layer(n, c(64), 1)
        self.tower = chain(Layer(n, c(48), 1), Layer(c(48), c(64), 5, 1, 2))
        self.tower_1 = chain(
            Layer(n, c(64), 1), Layer(c(64), c(96), 3, 1, 1), Layer(c(96), c(96), 3, 1, 1))
        self.tower_2 = chain(average(), Layer(n, pool, 1))

    def forward(self, x):
        return torch.cat([self.conv(x), self.tower(x), self.tower_1(x), self.tower_2(x)], 1)


class B(torch.nn.Module):
    def __init__(self, n):
        super().__init__()
        self.conv = Layer(n, c(384), 3, 2)
        self.tower = chain(
            Layer(n, c(64), 1), Layer(c(64), c(96), 3, 1, 1), Layer(c(96), c(96), 3, 2))
        self.pool = torch.nn.MaxPool2d(3, 2)

    def forward(self, x):
        return torch.cat([self.conv(x), self.tower(x), self.pool(x)], 1)


class C(torch.nn.Module):
    def __init__(self, n, m):
        super().__init__()
        h, v, o = ((1, 7), 1, (0, 3)), ((7, 1), 1, (3, 0)), c(192)
        self.conv = Layer(n, o, 1)
        self.tower = chain(Layer(n, m, 1), Layer(m, m, *h), Layer(m, o, *v))
        self.tower_1 = chain(
            Layer(n, m, 1), Layer(m, m, *v), Layer(m, m, *h), Layer(m, m, *v), Layer(m, o, *h))
        self.tower_2 = chain(average(), Layer(n, o, 1))

    def forward(self, x):
        return torch.cat([self.conv(x), self.tower(x), self.tower_1(x), self.tower_2(x)], 1)


class D(torch.nn.Module):
    def __init__(self, n):
        super().__init__()
        m = c(192)
        self.tower = chain(Layer(n, m, 1), Layer(m, c(320), 3, 2))
        self.tower_1 = chain(
            Layer(n, m, 1), Layer(m, m, (1, 7), 1, (0, 3)), Layer(m, m, (7, 1), 1, (3, 0)),
            Layer(m, m, 3, 2))
        self.pool = torch.nn.MaxPool2d(3, 2)

    def forward(self, x):
        return torch.cat([self.tower(x), self.tower_1(x), self.pool(x)], 1)


class E(torch.nn.Module):
    def __init__(self, n, pool):
        super().__init__()
        h, v, m = ((1, 3), 1, (0, 1)), ((3, 1), 1, (1, 0)), c(384)
        self.conv = Layer(n, c(320), 1)
        self.tower_conv = Layer(n, m, 1)
        self.tower_mixed_conv = Layer(m, m, *h)
        self.tower_mixed_conv_1 = Layer(m, m, *v)
        self.tower_1_conv = Layer(n, c(448), 1)
        self.tower_1_conv_1 = Layer(c(448), m, 3, 1, 1)
        self.tower_1_mixed_conv = Layer(m, m, *h)
        self.tower_1_mixed_conv_1 = Layer(m, m, *v)
        self.tower_2_pool = pool
        self.tower_2_conv = Layer(n, c(192), 1)

    def forward(self, x):
        a = self.tower_conv(x)
        b = self.tower_1_conv_1(self.tower_1_conv(x))
        parts = [self.conv(x), self.tower_mixed_conv(a), self.tower_mixed_conv_1(a)]
        parts += [self.tower_1_mixed_conv(b), self.tower_1_mixed_conv_1(b)]
        parts += [self.tower_2_conv(self.tower_2_pool(x))]
        return torch.cat(parts, 1)


class Inception(torch.nn.Module):
    def __init__(self):
        super().__init__()
        layers = [
            ("conv", Layer(3, c(32), 3, 2)),
            ("conv_1", Layer(c(32), c(32), 3)),
            ("conv_2", Layer(c(32), c(64), 3, 1, 1)),
            ("pool0", torch.nn.MaxPool2d(3, 2)),
            ("conv_3", Layer(c(64), c(80), 1)),
            ("conv_4", Layer(c(80), c(192), 3)),
            ("pool1", torch.nn.MaxPool2d(3, 2)),
            ("mixed", A(c(192), c(32))),
            ("mixed_1", A(c(256), c(64))),
            ("mixed_2", A(c(288), c(64))),
            ("mixed_3", B(c(288))),
            ("mixed_4", C(c(768), c(128))),
            ("mixed_5", C(c(768), c(160))),
            ("mixed_6", C(c(768), c(160))),
            ("mixed_7", C(c(768), c(192))),
            ("mixed_8", D(c(768))),
            ("mixed_9", E(c(1280), average())),
            ("mixed_10", E(c(2048), torch.nn.MaxPool2d(3, 1, 1))),
            ("pool2", torch.nn.AvgPool2d(8)),
        ]
        self.layers = torch.nn.Sequential(collections.OrderedDict(layers))

    def forward(self, x):
        return self.layers(x).flatten(1)


def c(channels):
    assert channels % DIVISOR == 0
    return channels // DIVISOR


def resized(images):
    """Bilinear, source = target times size / 299, clamped at the border, in fp64."""

    def axis(size):
        source = np.arange(299) * (size / 299)
        low = np.floor(source).astype(int)
        return low, np.minimum(low + 1, size - 1), source - low

    y0, y1, fy = axis(images.shape[2])
    x0, x1, fx = axis(images.shape[3])
    x = images.astype(np.float64)
    x = x[:, :, y0] * (1 - fy)[:, None] + x[:, :, y1] * fy[:, None]
    return x[..., x0] * (1 - fx) + x[..., x1] * fx


def write(path, tensors):
    header, body = {}, b""
    types = {"uint8": "U8", "float32": "F32", "float16": "F16"}
    for name, array in tensors.items():
        data = np.ascontiguousarray(array).tobytes()
        header[name] = {
            "dtype": types[str(array.dtype)], "shape": list(array.shape),
            "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


def pytorch_fid_names(layer):
    """What pytorch-fid calls the layer of this name."""
    stem = {
        "conv": "Conv2d_1a_3x3", "conv_1": "Conv2d_2a_3x3", "conv_2": "Conv2d_2b_3x3",
        "conv_3": "Conv2d_3b_1x1", "conv_4": "Conv2d_4a_3x3"}
    if layer in stem:
        return stem[layer]
    mixed, _, rest = layer.partition(".")
    number = int(mixed[6:] or 0)
    block = ["5b", "5c", "5d", "6a", "6b", "6c", "6d", "6e", "7a", "7b", "7c"][number]
    kind = "AAABCCCCDEE"[number]
    branches = {
        "A": {"conv": "branch1x1", "tower.conv": "branch5x5_1", "tower.conv_1": "branch5x5_2",
              "tower_1.conv": "branch3x3dbl_1", "tower_1.conv_1": "branch3x3dbl_2",
              "tower_1.conv_2": "branch3x3dbl_3", "tower_2.conv": "branch_pool"},
        "B": {"conv": "branch3x3", "tower.conv": "branch3x3dbl_1",
              "tower.conv_1": "branch3x3dbl_2", "tower.conv_2": "branch3x3dbl_3"},
        "C": {"conv": "branch1x1", "tower.conv": "branch7x7_1", "tower.conv_1": "branch7x7_2",
              "tower.conv_2": "branch7x7_3", "tower_1.conv": "branch7x7dbl_1",
              "tower_1.conv_1": "branch7x7dbl_2", "tower_1.conv_2": "branch7x7dbl_3",
              "tower_1.conv_3": "branch7x7dbl_4", "tower_1.conv_4": "branch7x7dbl_5",
              "tower_2.conv": "branch_pool"},
        "D": {"tower.conv": "branch3x3_1", "tower.conv_1": "branch3x3_2",
              "tower_1.conv": "branch7x7x3_1", "tower_1.conv_1": "branch7x7x3_2",
              "tower_1.conv_2": "branch7x7x3_3", "tower_1.conv_3": "branch7x7x3_4"},
        "E": {"conv": "branch1x1", "tower_conv": "branch3x3_1",
              "tower_mixed_conv": "branch3x3_2a", "tower_mixed_conv_1": "branch3x3_2b",
              "tower_1_conv": "branch3x3dbl_1", "tower_1_conv_1": "branch3x3dbl_2",
              "tower_1_mixed_conv": "branch3x3dbl_3a", "tower_1_mixed_conv_1": "branch3x3dbl_3b",
              "tower_2_conv": "branch_pool"},
    }
    return f"Mixed_{block}.{branches[kind][rest]}"


torch.manual_seed(5)
network = Inception()
torch.jit.script(network).save("tiny-inception.pt")

state = collections.OrderedDict()
for key, value in network.state_dict().items():
    layer, _, kind = key.removeprefix("layers.").rpartition(".")
    name = pytorch_fid_names(layer)
    kinds = {"weight": "conv.weight", "beta": "bn.bias", "mean": "bn.running_mean",
             "var": "bn.running_var"}
    state[f"{name}.{kinds[kind]}"] = value.clone()
    if kind == "weight":
        state[f"{name}.bn.weight"] = torch.ones(value.shape[0])
state["fc.weight"], state["fc.bias"] = torch.zeros(4, c(2048)), torch.zeros(4)
torch.save(state, "tiny-inception-state.pt")

random = np.random.RandomState(1)
vectors = {}
for name, shape in [("small", (2, 3, 32, 32)), ("wide", (1, 3, 20, 340)), ("grey", (1, 1, 28, 28))]:
    images = random.randint(0, 256, shape).astype(np.uint8)
    pixels = resized(images.repeat(3 // shape[1], axis=1))
    vectors[f"{name}.images"] = images
    vectors[f"{name}.resized"] = pixels[:1, :, 100:116, 283:299].astype(np.float32)
    with torch.no_grad():
        x = torch.from_numpy((pixels - 128) / 128)
        activations = {}
        for key, layer in network.layers.named_children():
            x = layer(x)
            if name == "small":
                vectors[f"{name}.{key}"] = x.mean((2, 3)).float().numpy()
    vectors[f"{name}.features"] = x.flatten(1).float().numpy()
write("tiny-inception.safetensors", vectors)
for key, value in vectors.items():
    print(key, value.shape, float(value.mean()), float(value.std()))
