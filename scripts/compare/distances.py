"""Fréchet distances: ours against SciPy's, and from images on against PyTorch."""

import gzip
import os
import subprocess
import tempfile
import time

import numpy as np
import scipy.linalg
import torch

from features import archive, resized
from timing import median

FASHION = "/usr/share/datasets/fashion-mnist"  # Debian: dataset-fashion-mnist
SETS = ["train-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte.gz"]


def frechet(a, b):
    """As in the official script: the trace of SciPy's matrix square root."""
    (mu1, sigma1), (mu2, sigma2) = a, b
    root = scipy.linalg.sqrtm(sigma1 @ sigma2)
    return np.square(mu1 - mu2).sum() + np.trace(sigma1 + sigma2 - 2 * np.real(root))


def run(command, *arguments):
    return subprocess.run(
        [command, *arguments], check=True, text=True, stdout=subprocess.PIPE).stdout


def random_gaussian(width, seed):
    """Mean and covariance of features that are not far from each other."""
    random = np.random.RandomState(seed)
    x = random.randn(2 * width, width) @ (random.randn(width, width) / width**0.5 * 0.3)
    x = np.abs(x + random.randn(width) * 0.05)
    return x.mean(0), np.cov(x, rowvar=False)


def compare_frechet(bench, width, repeats):
    """Times both on the same covariances, in turns."""
    gaussians = [random_gaussian(width, seed) for seed in (1, 2)]
    with tempfile.TemporaryDirectory() as folder:
        files = [os.path.join(folder, f"{name}.npz") for name in "ab"]
        for file, (mu, sigma) in zip(files, gaussians):
            np.savez(file, mu=mu, sigma=sigma)
        ours, theirs, values = [], [], None
        for turn in range(repeats + 1):
            seconds, value = map(float, run(bench, "frechet", *files, "--plain").split())
            begin = time.perf_counter()
            expected = frechet(*gaussians)
            if turn > 0:  # the first turn warms up
                ours.append(seconds)
                theirs.append(time.perf_counter() - begin)
            values = value, expected
    print(f"Fréchet distance of {width} features, medians of {repeats}")
    print(f"  autoguide       {median(ours):8.3f} s   distance {values[0]:.9g}")
    print(
        f"  SciPy's sqrtm   {median(theirs):8.3f} s   distance {values[1]:.9g}"
        f"   autoguide is {median(theirs) / median(ours):.1f}x as fast")


def choice(name, count):
    """The images that `metrics ref --images` takes: NumPy's shuffle, the first, in order."""
    with gzip.open(os.path.join(FASHION, name)) as file:
        data = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
    places = np.arange(len(data))
    np.random.RandomState(0).shuffle(places)
    return data[np.sort(places[:count])]


@torch.inference_mode()
def torch_statistics(images, batch=50):
    network = torch.jit.load(archive()).eval()
    features = []
    for start in range(0, len(images), batch):
        x = torch.from_numpy(images[start:start + batch]).float()[:, None].expand(-1, 3, -1, -1)
        features.append(network((resized(x) - 128) / 128).double().numpy())
    features = np.concatenate(features)
    return features.mean(0), np.cov(features, rowvar=False)


def compare_fid(autoguide, count):
    """The distance between two sets of real images, from the files on."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name in SETS:
            files.append(os.path.join(folder, name.split("-")[0] + ".safetensors"))
            run(
                autoguide, "metrics", "ref", os.path.join(FASHION, name), "--images", str(count),
                "--dest", files[-1])
        ours = float(run(autoguide, "metrics", "calc", files[1], "--ref", files[0]).split()[1])
    theirs = frechet(*[torch_statistics(choice(name, count)) for name in SETS])
    print(f"FID of {count} test images of Fashion-MNIST from {count} training images")
    print(f"  autoguide          {ours:.4f}")
    print(f"  PyTorch and SciPy  {theirs:.4f}   difference {abs(ours / theirs - 1):.4%}")
