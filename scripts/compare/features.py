"""Inception-v3's features in PyTorch, from the archive that this package reads."""

import os

import torch


def archive():
    """Where scripts/fetch-inception puts the weights."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    cache = os.environ.get("AUTOGUIDE_CACHE") or os.path.join(home, "autoguide")
    return os.path.join(cache, "networks", "inception-v3-2015-12-05.pt")


def resized(x):
    """Bilinear, source = target times size / 299, clamped at the border."""
    size = x.shape[-1]
    source = torch.arange(299) * (size / 299)
    low = source.floor().long()
    high = (low + 1).clamp(max=size - 1)
    f = source - low
    x = x[:, :, low] * (1 - f)[:, None] + x[:, :, high] * f[:, None]
    return x[..., low] * (1 - f) + x[..., high] * f


class TorchFeatures:
    """From pixels to features."""

    def __init__(self, name, batch, channels_last):
        self.name, self.batch = name, batch
        self.network = torch.jit.load(archive()).eval()
        self.images = torch.randint(0, 256, (batch, 3, 32, 32)).float()
        self.channels_last = channels_last

    def run(self):
        with torch.inference_mode():
            x = (resized(self.images) - 128) / 128
            if self.channels_last:
                x = x.contiguous(memory_format=torch.channels_last)
            self.network(x)


def features(batch, bench, ours):
    """Contestants for one batch."""
    return [
        ours(bench, ["features", "--batch", str(batch)]),
        TorchFeatures("PyTorch, channels first", batch, False),
        TorchFeatures("PyTorch, channels last", batch, True),
    ]
